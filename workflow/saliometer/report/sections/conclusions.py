"""What may be concluded from one scope, and what may not."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from saliometer.findings.ranking import Ranking
from saliometer.findings.results import MethodResult, Standing
from saliometer.reliability.codes import Code
from saliometer.reliability.rows.columns import ALPHA, GENERALIZABILITY
from saliometer.report.leading import LeadWords, compared
from saliometer.report.material import Material
from saliometer.report.order_sentences import order_sentences, use_sentence
from saliometer.report.sections import against_controls, comparisons
from saliometer.report.sentences import TOO_LITTLE, counted, listed, percent, without_estimate

NOTHING = "Nothing: no method is told from chance, and no two methods from each other."
NOTHING_OF_TABLE = "Nothing: no two methods are told from each other."
CONCLUDED = {  # whether it lies above, and how the sentence ends
    Standing.ABOVE: (True, ""),
    Standing.BELOW: (False, ""),
    Standing.BARELY_ABOVE: (True, TOO_LITTLE),
    Standing.BARELY_BELOW: (False, TOO_LITTLE),
}
AT_ONCE = (
    "That all intervals hold at once: those of pairs do, and verdicts are adjusted for the number of tests; "
    "each other interval stands alone."
)
OTHER_METHODS = (
    "Anything about other methods: ranks and coefficients are conditional on the {methods} compared, and a "
    "method that is always worse raises alpha."
)
NO_CONTROL = "That any method is better than nothing: no control was named, and no chance level is known."
IF_INDEPENDENT = (
    "Anything that rests on more than the items: they are assumed independent, and if they are not, "
    "intervals and p are too small."
)
ELSEWHERE = "That the scores are right: they were computed elsewhere and are taken as they are."


def may(material: Material) -> list[str]:
    """List what the results of one scope support."""
    results, metric = material.results[material.leading], material.metrics[material.leading]
    if not material.of_table:
        agree = material.leading_row(ALPHA)
        items_agree = agree is not None and agree["verdict_code"] == Code.ITEMS_AGREE
        return may_conclude(results, items_agree, material.words, material.ranking)
    ranked = [result for result in results if not result.control and result.rank is not None]
    ranked = sorted(ranked, key=lambda result: (result.rank, result.label))
    clear = (against_controls.BETTER, against_controls.WORSE)
    sentences = against_controls.control_sentences(ranked, metric, clear)
    sentences += _order(material.words, material.ranking)
    sentences += _uses(material.by_metric(GENERALIZABILITY), metric.label, material.ranking)
    return sentences or [NOTHING_OF_TABLE]


def may_conclude(
    results: Sequence[MethodResult], items_agree: bool, words: LeadWords, ranking: Ranking | None = None
) -> list[str]:
    """List what the leading metric of a run supports.

    Parameters: ``items_agree``, whether alpha says that single items agree by it; ``ranking``, which methods
    it tells apart, None where no two were compared.
    """
    sentences = []
    for standing, (above, end) in CONCLUDED.items():
        labels = [one.label for one in results if not one.control and one.standing == standing]
        if labels:
            sentences.append(f"{listed(labels)} {compared(words.concluded, len(labels), above)}{end}.")
    sentences += _order(words, ranking)
    use = ranking and use_sentence(ranking, words.at_start)
    sentences += [use] if use else []
    if items_agree:
        sentences.append(
            f"By {words.name}, single items agree more than by chance on the ranking of the methods."
        )
    return sentences or [NOTHING]


def _order(words: LeadWords, ranking: Ranking | None) -> list[str]:
    return [f"By {words.name}, {sentence}" for sentence in order_sentences(ranking)] if ranking else []


def _uses(rows: Mapping[str, pd.Series], leading: str, ranking: Ranking | None) -> list[str]:
    """Say of each metric, by its label, whether it orders or separates the methods."""
    usable = {
        label: f"{label} {row['verdict']}."
        for label, row in rows.items()
        if row["verdict_code"] in (Code.ORDERS_ALL, Code.SEPARATES_SOME)
    }
    if leading in usable and ranking:
        usable[leading] = use_sentence(ranking, leading) or usable[leading]
    return list(usable.values())


def may_not(material: Material, reduced: Sequence[str]) -> list[str]:
    """List what the results of one scope do not show; ``reduced``: settings below the published ones."""
    results = material.results[material.leading]
    without_alpha = without_estimate(material.by_metric(ALPHA), "no alpha")
    if material.of_table:
        controls = any(result.control for result in results)
        independent = material.is_of_independent_items
        return [
            *unclear_sentences(results, material.ranking, without_alpha),
            *([] if controls else [NO_CONTROL]),
            IF_INDEPENDENT if independent else f"Anything about other {material.over} than such as these.",
            *always_sentences(results),
            ELSEWHERE,
        ]
    accuracy = comparisons.network_accuracy(material.study, material.tables["accuracy"], material.scope)
    return comparisons.may_not(material.study, material.scope) + may_not_conclude(
        results,
        n_clusters=int(accuracy["n_clusters"].iloc[0]),
        over=material.over,
        seen=float(accuracy["top5"].iloc[0]) if len(accuracy) == 1 else np.nan,
        reduced=reduced,
        without_alpha=without_alpha,
        ranking=material.ranking,
        n_settings=(len(material.study["datasets"]), len(material.study["models"])),
    )


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
    """List what one scope of a run does not show.

    Parameters: ``n_clusters`` and ``over``, what intervals generalise over (20, "photographs"); ``seen``,
    the share of questions whose class is among the model's first five; ``reduced``, settings below the
    published ones; ``without_alpha``, metrics that have no coefficient, and why; ``ranking``, which methods
    are told apart, None where no two were compared; ``n_settings``, numbers of data sets and of models.
    """
    sentences = [
        *unclear_sentences(results, ranking, without_alpha),
        f"Anything about other {over} than such as these {n_clusters}, other networks or other settings.",
        *settings_sentences(*n_settings),
        *always_sentences(results),
    ]
    if np.isfinite(seen) and seen < 1:
        sentences.append(
            f"That a low score is the method's fault: for {percent(1 - seen)} of the items the network does "
            "not have the class among its first five."
        )
    if reduced:
        sentences.append(f"What the published settings would give ({'; '.join(reduced)}).")
    return sentences


def unclear_sentences(
    results: Sequence[MethodResult], ranking: Ranking | None, without_alpha: Sequence[str]
) -> list[str]:
    """Name the methods of which no two are told apart, and those that are not told from chance."""
    sentences = [
        f"An order {'between' if len(group) == 2 else 'among'} {listed(group)}: they are not told apart."
        for group in (ranking.together if ranking else [])
    ]
    unclear = [one.label for one in results if not one.control and one.standing == Standing.UNDECIDED]
    if unclear:
        sentences.append(f"That {listed(unclear)} see the asked class, or that they do not.")
    return sentences + [f"Whether items agree on a ranking by {metric}." for metric in without_alpha]


def always_sentences(results: Sequence[MethodResult]) -> list[str]:
    """Say what no scope shows."""
    n = sum(not result.control for result in results)
    return [OTHER_METHODS.format(methods=counted(n, "method")), AT_ONCE]


def settings_sentences(n_datasets: int, n_models: int) -> list[str]:
    """Say that nothing was compared across data sets or models where there is one of them."""
    nouns = [noun for n, noun in ((n_datasets, "data set"), (n_models, "network")) if n == 1]
    if not nouns:
        return []
    measured = f"{' and '.join(f'one {noun}' for noun in nouns)} {'was' if len(nouns) == 1 else 'were'}"
    plurals = listed([f"{noun}s" for noun in nouns])
    return [f"Whether the ranking holds across {plurals}: {measured} measured."]
