"""Metrics of somebody's table of scores: any names, and for each which way is better.

No family of its own that scores maps: ``registry`` does not list it. The chance level of such a metric is not
known, not even of one that is called like a metric of this package: it may have been computed otherwise. Nor
is it whether metrics are functions of each other.
"""

from pydantic import Field

from saliometer import settings as base
from saliometer.metrics import MetricSpec, classification, localization

LABEL = "Metrics of the table"
ABOUT = "These scores were computed elsewhere and are taken as they are."

KNOWN = classification.METRICS | localization.METRICS
UNDEFINED_WHEN = "the table has no score"


class Settings(base.Settings):
    """The metrics of a table."""

    directions: list[list[str]] = Field(description="pairs of a metric and higher or lower, which is better")


def metrics_with(settings: Settings) -> dict[str, MetricSpec]:
    """Return the metrics of a table, in its order.

    Those that are called like metrics of this package are read as these: they have their labels, and are not
    counted again where they restate another one of the table.
    """
    names = [name for name, _ in settings.directions]
    labels = {name: KNOWN[name].label if name in KNOWN else name for name in names}
    metrics = {}
    for name, direction in settings.directions:
        known = KNOWN.get(name)
        alias_of = known.alias_of if known and known.alias_of in names else None
        as_known = f"{known.meaning}, if it is what its name says; " if known else ""
        shared = list(labels.values()).count(labels[name]) > 1
        metrics[name] = MetricSpec(
            label=name if shared else labels[name],
            meaning=f"{as_known}{direction} is better",
            higher_is_better=direction == "higher",
            needs_negative=False,
            alias_of=alias_of,
            chance_note="unknown",
            undefined_when=UNDEFINED_WHEN,
            bounds=None,
        )
    return metrics
