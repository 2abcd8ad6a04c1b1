"""Sentences on the order of the methods: who scores better than whom, and who is not told apart."""

from collections.abc import Sequence

from saliometer.findings.ranking import Ranking
from saliometer.report.sentences import TOO_LITTLE, counted, listed, size_in_words


def separation_sentences(ranking: Ranking) -> list[str]:
    """Name every separated pair with the difference of its means, a sentence for each better method."""
    sentences = []
    for better in dict.fromkeys(one.better for one in ranking.separations):
        for negligible in (False, True):
            pairs = [
                one for one in ranking.separations if (one.better, one.negligible) == (better, negligible)
            ]
            worse = listed([f"{one.worse} (by {size_in_words(one.difference)})" for one in pairs])
            if pairs:
                sentences.append(f"{better} scores better than {worse}{TOO_LITTLE if negligible else ''}.")
    return sentences


def not_told_apart(group: Sequence[str]) -> str:
    """Say of two methods, or of more, that they are not told apart."""
    if len(group) == 2:
        return f"{listed(group)} are not told apart"
    return f"No two of {listed(group)} are told apart"


def order_sentences(ranking: Ranking) -> list[str]:
    """Say in short who scores better than whom: methods that beat the same ones share a sentence."""
    beaten: dict[tuple[str, ...], list[str]] = {}
    for better in ranking.places:
        worse = tuple(ranking.beaten_by(better))
        if worse:
            beaten.setdefault(worse, []).append(better)
    sentences = [
        f"{listed(who)} {'scores' if len(who) == 1 else 'each score'} better than {listed(list(worse))}."
        for worse, who in beaten.items()
    ]
    small = [one for one in ranking.separations if one.negligible]
    return sentences + [
        f"{one.better} scores better than {one.worse} by {size_in_words(one.difference)}{TOO_LITTLE}."
        for one in small
    ]


def use_sentence(ranking: Ranking, name: str) -> str | None:
    """Say what a metric may be used for: to order all methods, or to separate some; None for nothing."""
    if not ranking.usable:
        return None
    if ranking.orders:
        return f"{name} orders all {len(ranking.places)} methods."
    alone = ranking.set_apart()
    if alone:
        return f"{name} separates {alone} from the rest; among the others it decides nothing."
    groups = ", and nothing among ".join(listed(group) for group in ranking.together)
    nothing = f"; it decides nothing among {groups}" if groups else ""
    return f"{name} separates some of these methods{nothing}."


def lead_sentence(ranking: Ranking) -> str:
    """Say how certain the lead of the first method is."""
    leader, *others = ranking.places
    beaten = [one.worse for one in ranking.separations if one.better == leader]
    small = [one.worse for one in ranking.separations if one.better == leader and one.negligible]
    rivals = [label for label in others if label not in beaten]
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
