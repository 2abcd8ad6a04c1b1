"""What may be concluded from a run, and what may not: pure functions of its results."""

from collections.abc import Sequence

import numpy as np

from saliometer.findings.numbers import ABSENT
from saliometer.findings.results import ABOVE, BARELY_ABOVE, BARELY_BELOW, BELOW, MethodResult
from saliometer.reliability.rows.columns import UNDECIDED
from saliometer.report.leading import LeadWords, compared
from saliometer.report.sentences import counted, listed, percent
from saliometer.report.separated import TOO_LITTLE, Ranking, order_sentences, use_sentence


def may_conclude(
    results: Sequence[MethodResult],
    alpha_verdict: str | None,
    words: LeadWords,
    ranking: Ranking | None = None,
) -> list[str]:
    """List what the leading metric of one scope supports.

    Parameters: ``alpha_verdict``, what the reliability table says of alpha by it, None without it;
    ``ranking``, which methods it tells apart, None where no two were compared.
    """
    real = [result for result in results if not result.control]
    said = []
    for verdict, size in ((ABOVE, ""), (BELOW, ""), (BARELY_ABOVE, TOO_LITTLE), (BARELY_BELOW, TOO_LITTLE)):
        labels = [result.label for result in real if result.verdict == verdict]
        above = verdict in (ABOVE, BARELY_ABOVE)
        if labels:
            said.append(f"{listed(labels)} {compared(words.concluded, len(labels) == 1, above)}{size}.")
    said += [f"By {words.name}, {sentence}" for sentence in order_sentences(ranking)] if ranking else []
    use = ranking and use_sentence(ranking, words.at_start)
    said += [use] if use else []
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
    are told apart, None where no two were compared; ``n_settings``, numbers of data sets and of models.
    """
    real = [result for result in results if not result.control]
    said = no_order_sentences(ranking)
    unclear = [result.label for result in real if result.verdict == UNDECIDED]
    if unclear:
        said.append(f"That {listed(unclear)} see the asked class, or that they do not.")
    said += [f"Whether items agree on a ranking by {words}." for words in without_alpha]
    said += [
        f"Anything about other {over} than such as these {n_clusters}, other networks or other settings.",
        *settings_sentences(*n_settings),
        "Anything about other methods: ranks and coefficients are conditional on the "
        f"{counted(len(real), 'method')} compared, and a method that is always worse raises alpha.",
        "That all intervals hold at once: those of pairs do, and verdicts are adjusted for the number of "
        "tests; "
        "each other interval stands alone.",
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


def no_order_sentences(ranking: Ranking | None) -> list[str]:
    """Name the groups of methods of which no two are told apart."""
    return [
        f"An order {'between' if len(group) == 2 else 'among'} {listed(group)}: they are not told apart."
        for group in (ranking.together if ranking else [])
    ]


def verdict_words(result: MethodResult) -> str:
    """Return the words of the verdict column: what a method is, or how it compares with chance."""
    if result.control:
        return "ceiling" if result.ceiling else "control"
    return result.verdict or ABSENT
