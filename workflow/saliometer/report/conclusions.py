"""What may be concluded from a run, and what may not: pure functions of its results."""

from collections.abc import Sequence

import numpy as np

from saliometer.figures.numerals import ABSENT
from saliometer.reliability.rows import UNDECIDED
from saliometer.report.leading import LeadWords, compared
from saliometer.report.results import ABOVE, BELOW, MethodResult
from saliometer.report.sentences import counted, listed, percent, separated
from saliometer.report.separated import Ranking, order_sentences


def may_conclude(
    results: Sequence[MethodResult],
    alpha_verdict: str | None,
    words: LeadWords,
    ranking: Ranking | None = None,
) -> list[str]:
    """List what the leading metric of one scope supports.

    Parameters: ``alpha_verdict``, what the reliability table says of alpha by it, None without it;
    ``ranking``, which methods it tells apart, None where that was not computed: then intervals are compared.
    """
    real = [result for result in results if not result.control]
    said = []
    for verdict in (ABOVE, BELOW):
        labels = [result.label for result in real if result.verdict == verdict]
        if labels:
            said.append(f"{listed(labels)} {compared(words.concluded, len(labels) == 1, verdict == ABOVE)}.")
    said += [f"By {words.name}, {sentence}" for sentence in order_sentences(ranking)] if ranking else []
    if ranking and ranking.usable:
        said.append(f"{words.name[0].upper()}{words.name[1:]} may be used to rank these methods.")
    by_rank = sorted((r for r in real if r.rank is not None), key=lambda r: (r.rank, r.label))
    for result in by_rank if ranking is None else ():
        beaten = [r.label for r in real if r.mean.high < result.mean.low]
        if beaten:
            said.append(f"{result.label} scores higher than {listed(beaten)}: the intervals lie apart.")
    if alpha_verdict and alpha_verdict != UNDECIDED:
        said.append(f"By {words.name}, {alpha_verdict} on the ranking of the methods.")
    return said or ["Nothing: no method is told from chance, and no two methods from each other."]


def may_not_conclude(
    results: Sequence[MethodResult],
    n_clusters: int,
    over: str,
    seen: float,
    reduced: Sequence[str],
    without_alpha: Sequence[str],
    ranking: Ranking | None = None,
    n_settings: tuple[int, int] = (1, 1),
) -> list[str]:
    """List what one scope does not show.

    Parameters: ``n_clusters`` and ``over``, what intervals generalise over (20, "photographs"); ``seen``,
    the share of questions whose class is among the model's first five; ``reduced``, settings below the
    published ones; ``without_alpha``, metrics that have no coefficient, and why; ``ranking``, which methods
    are told apart, None where that was not computed; ``n_settings``, numbers of data sets and of models.
    """
    real = [result for result in results if not result.control]
    if ranking is None:
        said = [
            f"A complete order of {listed(group)}: intervals of neighbours overlap."
            for group in overlapping_groups(real)
        ]
    else:
        said = [
            f"An order {'between' if len(group) == 2 else 'among'} {listed(group)}: they are not told apart."
            for group in ranking.together
        ]
    unclear = [result.label for result in real if result.verdict == UNDECIDED]
    if unclear:
        said.append(f"That {listed(unclear)} see the asked class, or that they do not.")
    said += [f"Whether items agree on a ranking by {words}." for words in without_alpha]
    said += [
        f"Anything about other {over} than such as these {n_clusters}, other networks or other settings.",
        *settings_sentences(*n_settings),
        "Anything about other methods: ranks and coefficients are conditional on the "
        f"{counted(len(real), 'method')} compared, and a method that is always worse raises alpha.",
        "That all intervals hold at once: verdicts are adjusted for the number of tests, each interval "
        "stands alone.",
    ]
    if np.isfinite(seen) and seen < 1:
        said.append(
            f"That a low score is the method's fault: for "
            f"{percent(1 - seen)} of the items the network does not have the class among its first five."
        )
    if reduced:
        said.append(f"What the published settings would give ({'; '.join(reduced)}).")
    return said


def settings_sentences(n_datasets: int, n_models: int) -> list[str]:
    """Say that nothing was compared across data sets or models where there is one of them."""
    one = [noun for n, noun in ((n_datasets, "data set"), (n_models, "network")) if n == 1]
    if not one:
        return []
    measured = " and ".join(f"one {noun}" for noun in one)
    verb = "was" if len(one) == 1 else "were"
    return [
        f"Whether the ranking holds across {listed([f'{noun}s' for noun in one])}: {measured} {verb} "
        f"measured."
    ]


def overlapping_groups(results: Sequence[MethodResult]) -> list[list[str]]:
    """Group methods, best first, so that neighbours by mean whose intervals overlap stand together.

    Returns the labels of each group of two or more.
    """
    ranked = sorted((r for r in results if r.rank is not None), key=lambda r: (r.rank, r.label))
    groups: list[list[MethodResult]] = []
    for result in ranked:
        if groups and any(not separated(member.mean, result.mean) for member in groups[-1]):
            groups[-1].append(result)
        else:
            groups.append([result])
    return [[member.label for member in group] for group in groups if len(group) > 1]


def verdict_words(result: MethodResult) -> str:
    """Return the words of the verdict column: what a method is, or how it compares with chance."""
    if result.control:
        return "ceiling" if result.ceiling else "control"
    return result.verdict or ABSENT
