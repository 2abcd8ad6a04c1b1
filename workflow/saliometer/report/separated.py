"""Which methods are told apart, and which are not: what the pairs of the reliability table say.

All that the page says of who scores better than whom comes from here: of one contrast, the difference of
means, with its interval, p and verdict.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from saliometer.findings.numbers import decimal
from saliometer.reliability.rows.columns import GENERALIZABILITY, PAIR, RANK, side_of
from saliometer.reliability.rows.verdicts import ORDERS, USABLE
from saliometer.report.sentences import counted, listed

TOO_LITTLE = ", which is too little to matter"


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
    found = [one for _, row in pairs.iterrows() if (one := _separation(row, labels))]
    found.sort(key=lambda one: (number.get(one.better, len(number)), number.get(one.worse, len(number))))
    verdicts = rows.loc[rows["coefficient"] == GENERALIZABILITY, "verdict"]
    groups = _together(list(places), {(one.better, one.worse) for one in found})
    return Ranking(places, found, groups, bool(verdicts.isin(USABLE).any()), bool((verdicts == ORDERS).any()))


def _separation(row: pd.Series, labels: Mapping[str, str]) -> Separation | None:
    side = side_of(row)
    if side is None:
        return None
    worse = row["method_b"] if side.better == row["method_a"] else row["method_a"]
    size = abs(float(row["estimate"]))
    return Separation(labels[side.better], labels[worse], size, float(row["p"]), side.negligible)


def _together(order: Sequence[str], apart: set[tuple[str, str]]) -> list[list[str]]:
    """Return the longest runs of neighbours of which no two are apart, and all other pairs that are not."""
    runs: list[list[str]] = []
    for first in range(len(order)):
        run = [order[first]]
        for name in order[first + 1 :]:
            if any((one, name) in apart or (name, one) in apart for one in run):
                break
            run.append(name)
        if len(run) > 1 and not any(set(run) <= set(other) for other in runs):
            runs.append(run)
    covered = {pair for run in runs for pair in combinations(run, 2)}
    pairs = [pair for pair in combinations(order, 2) if not {pair, pair[::-1]} & apart]
    return runs + [[*pair] for pair in pairs if pair not in covered]


def separation_sentences(ranking: Ranking) -> list[str]:
    """Name every separated pair with the difference of its means, a sentence for each better method."""
    said = []
    for better in dict.fromkeys(one.better for one in ranking.separations):
        for negligible in (False, True):
            own = [one for one in ranking.separations if (one.better, one.negligible) == (better, negligible)]
            worse = listed([f"{one.worse} (by {difference_in_words(one.difference)})" for one in own])
            if own:
                said.append(f"{better} scores better than {worse}{TOO_LITTLE if negligible else ''}.")
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
    """Say in short who scores better than whom: methods that beat the same ones share a sentence."""
    beaten: dict[tuple[str, ...], list[str]] = {}
    for better in ranking.places:
        worse = tuple(ranking.beaten_by(better))
        if worse:
            beaten.setdefault(worse, []).append(better)
    said = [
        f"{listed(who)} {'scores' if len(who) == 1 else 'each score'} better than {listed(list(worse))}."
        for worse, who in beaten.items()
    ]
    small = [one for one in ranking.separations if one.negligible]
    return said + [
        f"{one.better} scores better than {one.worse} by {difference_in_words(one.difference)}{TOO_LITTLE}."
        for one in small
    ]


def use_sentence(ranking: Ranking, name: str) -> str | None:
    """Say what a metric may be used for: to order all methods, or to separate some; None for nothing."""
    if not ranking.usable:
        return None
    if ranking.orders:
        return f"{name} orders all {len(ranking.places)} methods."
    alone = _apart_from_the_rest(ranking)
    if alone:
        return f"{name} separates {alone} from the rest; among the others it decides nothing."
    groups = ", and nothing among ".join(listed(group) for group in ranking.together)
    nothing = f"; it decides nothing among {groups}" if groups else ""
    return f"{name} separates some of these methods{nothing}."


def _apart_from_the_rest(ranking: Ranking) -> str | None:
    """Return the one method that is told apart from each of the others, where no two others are; or None."""
    pairs = [{one.better, one.worse} for one in ranking.separations if not one.negligible]
    shared = set.intersection(*pairs) if pairs and len(pairs) == len(ranking.separations) else set()
    enough = len(pairs) == len(ranking.places) - 1 and len(ranking.places) > 2
    return shared.pop() if enough and len(shared) == 1 else None


def lead_sentence(ranking: Ranking) -> str:
    """Say how certain the lead of the first method is."""
    leader, *others = ranking.places
    apart = [one.worse for one in ranking.separations if one.better == leader]
    small = [one.worse for one in ranking.separations if one.better == leader and one.negligible]
    rivals = [label for label in others if label not in apart]
    if rivals:
        return f"the lead over {listed(rivals)} is not certain"
    if small:
        return f"the lead over {listed(small)} is certain and too small to matter"
    return "the lead is certain" if len(others) == 1 else "the lead over each of the others is certain"


def pairs_in_words(ranking: Ranking, n_methods: int) -> str:
    """Count the separated pairs: ``24 of 36 pairs of methods are told apart.``"""
    n = n_methods * (n_methods - 1) // 2
    verb = "is" if len(ranking.separations) == 1 else "are"
    return f"{len(ranking.separations)} of {counted(n, 'pair')} of methods {verb} told apart."
