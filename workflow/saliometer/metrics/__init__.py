"""Families of metrics: what a map is scored with.

A family is a module of this folder with ``METRICS`` (name -> Metric) and ``score(saliency, tile_is_target,
scales)`` -> columns of the scores table. Only families that are named are imported: the code of one never
makes scores of another stale. ``registry`` lists them.
"""

import importlib
from collections.abc import Iterable
from types import ModuleType
from typing import NamedTuple


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
    """Return the module of a family, one of ``registry.FAMILIES``; raises ModuleNotFoundError for none."""
    return importlib.import_module(f"{__name__}.{family}")


def catalogue(families: Iterable[str]) -> dict[str, Metric]:
    """Return the metrics of all given families by name, in the order in which they are shown."""
    return {name: metric for family in families for name, metric in describe(family).METRICS.items()}
