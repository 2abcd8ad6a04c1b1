"""Families of metrics: what a map is scored with.

A family is a module with ``METRICS`` (name -> Metric) and ``score(saliency, tile_is_target, scales)`` ->
columns of the scores table.
"""

import importlib
from collections.abc import Iterable
from types import ModuleType
from typing import NamedTuple

FAMILIES = {"classification": "saliometer.metrics.classification"}


class Metric(NamedTuple):
    """What a reader and a coefficient must know of a metric.

    ``needs_negative``: it says nothing of a map that has no negative relevance, so it is not applicable to a
    positive-only method. ``alias_of``: another metric of which it is a strictly monotone function, hence
    with the same rankings. ``chance_note``: its value for a map that is blind to the target, where p is the
    share of target tiles and q the positive share of the map's absolute mass. ``undefined_when``: the
    words for its 0/0.
    """

    label: str
    higher_is_better: bool
    needs_negative: bool
    alias_of: str | None
    chance_note: str
    undefined_when: str


def describe(family: str) -> ModuleType:
    """Return the module of a family; raises KeyError for a name that FAMILIES lacks."""
    return importlib.import_module(FAMILIES[family])


def catalogue(families: Iterable[str] = tuple(FAMILIES)) -> dict[str, Metric]:
    """Return the metrics of all given families by name, in the order in which they are shown."""
    return {name: metric for family in families for name, metric in describe(family).METRICS.items()}
