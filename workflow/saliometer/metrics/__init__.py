"""Families of metrics: what a map is scored with.

A family is a module of this folder with

- ``LABEL`` and ``ABOUT``, its name and what the report says of all its metrics;
- ``METRICS`` (name -> MetricSpec), the one that says most first: it may lead the report, so higher is better
  and a blind map scores p. A name is a column of the scores table, so no other family has it;
- ``Settings``, with a default and one line of description for each key;
- ``score(saliency, tile_is_target, scales, settings)`` -> its columns of the scores table;
- optionally ``metrics_with(settings)``, METRICS as these settings change them;
- optionally ``score_labellings(saliency, labellings, scales, settings)``, which scores maps with several
  labellings of their tiles, (L, N, rows, columns), at the cost of about one: columns (L, N);
- optionally ``shuffled_signs(scores)``, from its columns of the scores table what its metrics come to where
  the signs of a map's relevance are shuffled: METRICS that are no aliases, as arrays.

Only families that are named are imported: the code of one never makes scores of another stale. ``registry``
lists them.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import NamedTuple

from numpy.typing import ArrayLike

# Columns of the scores table, by the family of the confusion matrix, that tell a map of zeros from others.
MASSES = ("tp", "fp", "tn", "fn")
# What every signed or unsigned map has for comparison without another map: its own scores once the labels of
# the tiles are rotated, or once the signs of its relevance are shuffled. No block of methods has these names.
ROTATED_LABELS, SHUFFLED_SIGNS = "rotated_labels", "shuffled_signs"
OWN_ANCHORS = (ROTATED_LABELS, SHUFFLED_SIGNS)


class Free(NamedTuple):
    """A quantity of a map that no others of its kind decide, in whatever metrics all of them come together.

    ``name``, as it is told; ``columns``, of the scores table, from which ``of`` computes it, each (N,),
    higher where the metric that it stands for is better.
    """

    name: str
    columns: tuple[str, ...]
    of: Callable[..., ArrayLike]


@dataclass(frozen=True, kw_only=True)
class MetricSpec:
    """What a reader and a coefficient must know of a metric.

    ``meaning``: what it is, as a noun phrase. ``needs_negative``: it says nothing of a map that has no
    negative relevance, so it is not applicable to a positive-only method. ``alias_of``: another metric of
    which it is a strictly monotone function, hence with the same rankings. ``chance_note``: its value for a
    map that is blind to the target, where p is the share of target tiles and q the positive share of the
    map's absolute mass. ``undefined_when``: the reason for its being undefined, in words. ``bounds``: the
    least and the greatest value, None where they are not known. ``free``: what stands for it where metrics
    are compared with each other; None for a metric that is a function of such quantities, that is bound to
    them by what both measure, or of which nobody knows.
    """

    label: str
    meaning: str
    chance_note: str
    undefined_when: str
    higher_is_better: bool = True
    needs_negative: bool = False
    alias_of: str | None = None
    bounds: tuple[float, float] | None = (0.0, 1.0)
    free: Free | None = None


def smallest_difference(metric: MetricSpec, share: float) -> float:
    """Return a share of a metric's range in the metric's unit; the share itself where no range is known."""
    low, high = metric.bounds or (0.0, 1.0)
    return share * (high - low)


def anchor_column(metric: str, anchor: str) -> str:
    """Return the column of a scores table that holds one of OWN_ANCHORS of a metric."""
    return f"{metric}_{anchor}"


def describe(family: str) -> ModuleType:
    """Return the module of a family, one of ``registry.FAMILIES``; raises ModuleNotFoundError for none."""
    return importlib.import_module(f"{__name__}.{family}")


def metrics_of(family: str, settings: Mapping) -> dict[str, MetricSpec]:
    """Return the metrics of a family with these settings by name, in the order in which they are shown."""
    module = describe(family)
    if hasattr(module, "metrics_with"):
        return module.metrics_with(module.Settings(**settings))
    return module.METRICS


def catalogue(families: Mapping[str, Mapping]) -> dict[str, MetricSpec]:
    """Return the metrics of all given families, each with its settings, by name in the order shown."""
    return {
        name: metric
        for family, settings in families.items()
        for name, metric in metrics_of(family, settings).items()
    }
