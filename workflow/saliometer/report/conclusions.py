"""What may be concluded from a run, and what may not: pure functions of its results."""

from collections.abc import Sequence

import numpy as np

from saliometer.figures.numerals import ABSENT
from saliometer.reliability.rows import UNDECIDED
from saliometer.report.leading import LeadWords, compared
from saliometer.report.results import ABOVE, BELOW, MethodResult
from saliometer.report.sentences import counted, listed, percent, separated


def may_conclude(results: Sequence[MethodResult], alpha_verdict: str | None, words: LeadWords) -> list[str]:
    """List what the leading metric of one scope supports.

    Parameters: ``alpha_verdict``, what the reliability table says of alpha by it, None without it.
    """
    real = [result for result in results if not result.control]
    said = []
    for verdict in (ABOVE, BELOW):
        labels = [result.label for result in real if result.verdict == verdict]
        if labels:
            said.append(f"{listed(labels)} {compared(words.concluded, len(labels) == 1, verdict == ABOVE)}.")
    for result in sorted((r for r in real if r.rank is not None), key=lambda r: (r.rank, r.label)):
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
) -> list[str]:
    """List what one scope does not show.

    Parameters: ``n_clusters`` and ``over``, what intervals generalise over (20, "photographs"); ``seen``,
    the share of questions whose class is among the model's first five; ``reduced``, settings below the
    published ones; ``without_alpha``, metrics that have no coefficient, and why.
    """
    real = [result for result in results if not result.control]
    said = [
        f"A complete order of {listed(group)}: intervals of neighbours overlap."
        for group in overlapping_groups(real)
    ]
    unclear = [result.label for result in real if result.verdict == UNDECIDED]
    if unclear:
        said.append(f"That {listed(unclear)} see the asked class, or that they do not.")
    said += [f"Whether questions agree on a ranking by {words}." for words in without_alpha]
    said += [
        f"Anything about other {over} than such as these {n_clusters}, other networks or other settings.",
        "Anything about other methods: ranks and coefficients are conditional on the "
        f"{counted(len(real), 'method')} compared, and a method that is always worse raises alpha.",
        "That all of this holds at once: each interval stands alone, none is widened for the number of "
        "comparisons.",
    ]
    if np.isfinite(seen) and seen < 1:
        said.append(
            f"That a low score is the method's fault: for "
            f"{percent(1 - seen)} of the questions the network does not have the class among its first five."
        )
    if reduced:
        said.append(f"What the published settings would give ({'; '.join(reduced)}).")
    return said


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
