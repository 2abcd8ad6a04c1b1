"""Which methods are told apart, and which are not: what the pairs of the reliability table say.

All that the page says of who scores better than whom comes from here: of one contrast, the difference of
means, with its interval, p and verdict.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from saliometer.reliability.codes import Code
from saliometer.reliability.rows.columns import GENERALIZABILITY, PAIR, RANK
from saliometer.reliability.rows.sides import side_of_pair


class Separation(NamedTuple):
    """Two methods that are told apart, by their labels.

    ``difference`` of their means, >= 0; ``p``, adjusted for all pairs; ``negligible``: the difference is
    smaller than the smallest that matters.
    """

    better: str
    worse: str
    difference: float
    p: float
    negligible: bool = False


class Ranking(NamedTuple):
    """What one metric says of the order of the methods, by their labels.

    ``places``: the place of each by its mean, best first, equal means share theirs; ``separations``: pairs
    that are told apart, those of the best method first; ``together``: groups of methods of which no two are:
    neighbours by their means, best first, then pairs that a method between parts; ``orders``: whether the
    metric orders all of them, ``usable``: whether at least some.
    """

    places: dict[str, float]
    separations: list[Separation]
    together: list[list[str]]
    usable: bool
    orders: bool = False

    def beaten_by(self, label: str) -> list[str]:
        """Return the methods than which one scores better, by a difference that matters."""
        return [one.worse for one in self.separations if one.better == label and not one.negligible]

    def set_apart(self) -> str | None:
        """Return the one method that is told apart from each other, where no two others are; or None."""
        pairs = [{one.better, one.worse} for one in self.separations if not one.negligible]
        shared = set.intersection(*pairs) if pairs and len(pairs) == len(self.separations) else set()
        enough = len(pairs) == len(self.places) - 1 and len(self.places) > 2
        return shared.pop() if enough and len(shared) == 1 else None


def ranking_of(rows: pd.DataFrame, labels: Mapping[str, str]) -> Ranking | None:
    """Return what the rows of one metric within one scope say of the order; None without any pair."""
    pairs = rows[(rows["coefficient"] == PAIR) & rows["estimate"].notna()]
    if pairs.empty:
        return None
    ranks = rows[rows["coefficient"] == RANK].sort_values("estimate", kind="stable")
    places = {
        labels[name]: float(place)
        for name, place in zip(ranks["method_a"], ranks["estimate"], strict=True)
        if name in labels
    }
    number = {label: place for place, label in enumerate(places)}
    separations = [one for _, row in pairs.iterrows() if (one := _separation(row, labels))]
    separations.sort(key=lambda one: tuple(number.get(label, len(number)) for label in one[:2]))
    verdicts = set(rows.loc[rows["coefficient"] == GENERALIZABILITY, "verdict_code"].dropna())
    groups = _together(list(places), {(one.better, one.worse) for one in separations})
    orders = Code.ORDERS_ALL in verdicts
    return Ranking(places, separations, groups, orders or Code.SEPARATES_SOME in verdicts, orders)


def _separation(row: pd.Series, labels: Mapping[str, str]) -> Separation | None:
    side = side_of_pair(row["verdict_code"], row["method_a"], row["method_b"])
    if side is None:
        return None
    size = abs(float(row["estimate"]))
    return Separation(labels[side.better], labels[side.worse], size, float(row["p"]), side.negligible)


def _together(order: Sequence[str], separated: set[tuple[str, str]]) -> list[list[str]]:
    """Return the longest runs of neighbours of which no two are separated, and all other such pairs."""
    runs: list[list[str]] = []
    for first in range(len(order)):
        run = [order[first]]
        for name in order[first + 1 :]:
            if any((one, name) in separated or (name, one) in separated for one in run):
                break
            run.append(name)
        if len(run) > 1 and not any(set(run) <= set(other) for other in runs):
            runs.append(run)
    covered = {pair for run in runs for pair in combinations(run, 2)}
    pairs = [pair for pair in combinations(order, 2) if not {pair, pair[::-1]} & separated]
    return runs + [[*pair] for pair in pairs if pair not in covered]
