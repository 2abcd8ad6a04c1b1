"""Which methods are told apart, and which are not: what the pairs of the reliability table say."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from saliometer.figures.numerals import decimal
from saliometer.reliability.rows import GENERALIZABILITY, MEAN_RANK, PAIR
from saliometer.reliability.verdicts import USABLE
from saliometer.report.sentences import counted, listed

RANKS_BETTER = " ranks better"  # of a pair's verdict, after the method's name


class Separation(NamedTuple):
    """Two methods that are told apart, by their labels; ``difference`` of their means, >= 0, and Holm's p."""

    better: str
    worse: str
    difference: float
    p: float


class Ranking(NamedTuple):
    """What one metric says of the order of the methods.

    ``separations``: pairs that are told apart, those of the best method first; ``together``: groups of
    methods of which no two are, best first; ``usable``: whether the metric may be used to rank them.
    """

    separations: list[Separation]
    together: list[list[str]]
    usable: bool


def ranking_of(rows: pd.DataFrame, labels: Mapping[str, str]) -> Ranking | None:
    """Return what the rows of one metric within one scope say of the order; None without any pair."""
    pairs = rows[(rows["coefficient"] == PAIR) & rows["estimate"].notna()]
    if pairs.empty:
        return None
    ranks = rows[rows["coefficient"] == MEAN_RANK].sort_values("estimate", kind="stable")
    order = [name for name in dict.fromkeys(ranks["method_a"]) if name in labels]
    place = {labels[name]: number for number, name in enumerate(order)}
    found = [one for _, row in pairs.iterrows() if (one := _separation(row, labels))]
    found.sort(key=lambda one: (place.get(one.better, len(place)), place.get(one.worse, len(place))))
    verdicts = rows.loc[rows["coefficient"] == GENERALIZABILITY, "verdict"]
    groups = _together([labels[name] for name in order], {(one.better, one.worse) for one in found})
    return Ranking(found, groups, bool((verdicts == USABLE).any()))


def _separation(row: pd.Series, labels: Mapping[str, str]) -> Separation | None:
    verdict = "" if pd.isna(row["verdict"]) else str(row["verdict"])
    better = verdict.removesuffix(RANKS_BETTER)
    if better == verdict or better not in (row["method_a"], row["method_b"]):
        return None
    worse = row["method_b"] if better == row["method_a"] else row["method_a"]
    return Separation(labels[better], labels[worse], abs(float(row["estimate"])), float(row["p"]))


def _together(order: Sequence[str], apart: set[tuple[str, str]]) -> list[list[str]]:
    """Return the longest runs of neighbours of which no two are apart, of two methods or more."""
    runs: list[list[str]] = []
    for first in range(len(order)):
        run = [order[first]]
        for name in order[first + 1 :]:
            if any((one, name) in apart or (name, one) in apart for one in run):
                break
            run.append(name)
        if len(run) > 1 and not any(set(run) <= set(other) for other in runs):
            runs.append(run)
    return runs


def separation_sentences(ranking: Ranking) -> list[str]:
    """Name every separated pair with the difference of its means, a sentence for each better method."""
    said = []
    for better in dict.fromkeys(one.better for one in ranking.separations):
        own = [one for one in ranking.separations if one.better == better]
        worse = listed([f"{one.worse} (by {difference_in_words(one.difference)})" for one in own])
        said.append(f"{better} ranks better than {worse}.")
    return said


def not_told_apart(group: Sequence[str]) -> str:
    """Say of two methods, or of more, that they are not told apart."""
    if len(group) == 2:
        return f"{listed(group)} are not told apart"
    return f"No two of {listed(group)} are told apart"


def difference_in_words(value: float) -> str:
    """Return a difference of means with two digits, or as many as it takes to be more than 0."""
    return decimal(value) if value >= 0.005 or value == 0 else f"{value:.1g}"


def order_sentences(ranking: Ranking) -> list[str]:
    """Say in short who ranks better than whom: methods that beat the same ones share a sentence."""
    beaten: dict[tuple[str, ...], list[str]] = {}
    for better in dict.fromkeys(one.better for one in ranking.separations):
        worse = tuple(one.worse for one in ranking.separations if one.better == better)
        beaten.setdefault(worse, []).append(better)
    return [
        f"{listed(who)} {'ranks' if len(who) == 1 else 'each rank'} better than {listed(list(worse))}."
        for worse, who in beaten.items()
    ]


def pairs_in_words(ranking: Ranking, n_methods: int) -> str:
    """Count the separated pairs: ``24 of 36 pairs of methods are told apart.``"""
    n = n_methods * (n_methods - 1) // 2
    verb = "is" if len(ranking.separations) == 1 else "are"
    return f"{len(ranking.separations)} of {counted(n, 'pair')} of methods {verb} told apart."


def smallest_difference(ranking: Ranking) -> float:
    """Return the smallest difference of means among separated pairs, NaN without any."""
    return min((one.difference for one in ranking.separations), default=np.nan)
