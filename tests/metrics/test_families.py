"""What every family of metrics must have."""

import pytest

from saliometer import metrics
from saliometer.metrics.registry import FAMILIES
from saliometer.settings import Settings


def defaults(family):
    return metrics.describe(family).Settings().model_dump()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_says_what_it_is(family):
    module = metrics.describe(family)
    assert issubclass(module.Settings, Settings)
    assert module.LABEL
    assert module.ABOUT.endswith(".")
    for metric in module.METRICS.values():
        assert metric.meaning
        assert not metric.meaning.endswith(".")


@pytest.mark.parametrize("family", FAMILIES)
def test_the_first_metric_may_lead_the_report(family):
    first = next(iter(metrics.metrics_of(family, defaults(family)).values()))
    assert first.higher_is_better
    assert first.chance_note == "p"
    assert not first.alias_of
    assert not first.needs_negative


def test_the_catalogue_holds_every_metric_once():
    every = metrics.catalogue({family: defaults(family) for family in FAMILIES})
    assert len(every) == sum(len(metrics.describe(family).METRICS) for family in FAMILIES)
    assert len({metric.label for metric in every.values()}) == len(every)
    aliases = {metric.alias_of for metric in every.values()} - {None}
    assert aliases <= set(every)
