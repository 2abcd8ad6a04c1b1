"""Sentences about somebody's table of scores: no chance level, no images and no maps are known of it."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from saliometer.findings.results import Difference, MethodResult
from saliometer.findings.scope import Scope, within
from saliometer.metrics import MetricSpec
from saliometer.reliability.rows.columns import UNDECIDED
from saliometer.report.conclusions import no_order_sentences
from saliometer.report.headline import leader_sentences, rank_words
from saliometer.report.html_tables import Cell, HtmlTable, make_table
from saliometer.report.sentences import counted, listed, with_interval
from saliometer.report.separated import (
    TOO_LITTLE,
    Ranking,
    difference_in_words,
    order_sentences,
    use_sentence,
)

CLUSTERS_ARE = {
    "cluster": "Items of one cluster (column cluster) may be alike; intervals generalise over clusters.",
    "target": "Items that are asked for the same class may be alike; intervals generalise over classes.",
    "item": "The table has no column cluster: items assumed independent. If some of them share an image, a "
    "class or a subject, the intervals are too narrow: give the table a column cluster.",
}
AGAINST = ("better than", "worse than", "not told apart from")  # a control
INDEPENDENT = "Items assumed independent."


def data_sentences(study: Mapping, scores: pd.DataFrame, scope: Scope) -> list[str]:
    """Say what the table holds of one scope."""
    rows = within(scores, scope)
    n_items = len(rows.drop_duplicates(["mosaic", "target"]))
    n_clusters, kind = rows["cluster"].nunique(), study["given"]["clusters"]
    metrics = len(study["metrics"]["given"]["directions"])
    said = [
        f"{counted(rows['method'].nunique(), 'method')} scored on {counted(n_items, 'item')} by "
        f"{counted(metrics, 'metric')}."
    ]
    if kind != "item":
        noun = ("cluster", "clusters") if kind == "cluster" else ("class", "classes")
        said.append(f"They fall into {counted(n_clusters, *noun)}.")
    return [*said, CLUSTERS_ARE[kind]]


def methods_table(study: Mapping, scores: pd.DataFrame, labels: Mapping[str, str]) -> HtmlTable:
    """What is known of each method: its role, and how many rows and replicates it has."""
    n_rows = scores["method"].value_counts()
    rows = [
        [
            Cell(labels[name]),
            Cell("control" if study["methods"][name]["control"] else "method"),
            Cell(f"{n_rows[name]:,}", int(n_rows[name])),
            Cell(str(len(study["replicates"][name])), len(study["replicates"][name])),
        ]
        for name in labels
    ]
    return make_table("Methods and controls", ["Method", "Role", "Rows", "Replicates"], rows)


def mean_sentence(result: MethodResult, real: Sequence[MethodResult], metric: MetricSpec) -> str:
    """Say what a method's mean is."""
    if result.rank is None:
        return f"{result.label} has no defined {metric.label}."
    mean = f"{result.label} has a mean {metric.label} of {with_interval(result.mean)}"
    return f"{mean}; {rank_words(result, real)}."


def control_sentences(real: Sequence[MethodResult], metric: MetricSpec) -> list[str]:
    """Say of each control which methods are better than it, which are worse, and which are not told apart."""
    said = []
    for control in dict.fromkeys(d.control for result in real for d in result.differences):
        groups: dict[str, list[str]] = {}
        for result in real:
            for one in (d for d in result.differences if d.control == control):
                groups.setdefault(_against(one, metric.higher_is_better), []).append(_with_size(result, one))
        said += [
            f"{listed(groups[words])}: {words} the control {control} by {metric.label}."
            for words in AGAINST
            if words in groups
        ]
    return said


def _against(difference: Difference, higher_is_better: bool) -> str:
    if difference.side is None:
        return AGAINST[2]
    return AGAINST[0] if difference.side.above == higher_is_better else AGAINST[1]


def _with_size(result: MethodResult, difference: Difference) -> str:
    """Name a method; with its difference where that is too small to matter, or why it is not told apart."""
    if difference.withdrawn:
        return f"{result.label} ({difference.withdrawn})"
    if not (difference.side and difference.side.negligible):
        return result.label
    return f"{result.label} (by {difference_in_words(abs(difference.estimate.value))}{TOO_LITTLE})"


def given_headline(
    results: Sequence[MethodResult], metric: MetricSpec, over: str, ranking: Ranking | None
) -> list[str]:
    """Say in two or three sentences what the leading metric comes to."""
    real = [result for result in results if not result.control]
    if not real:
        return ["No method was measured, only controls: there is nothing to rank."]
    ranked = [result for result in real if result.rank is not None]
    if not ranked:
        return [f"No method has a defined {metric.label}."]
    leaders = leader_sentences(real, metric.label, ranking, "best")
    said = leaders or [f"{ranked[0].label} has a mean {metric.label} of {with_interval(ranked[0].mean)}."]
    return [*said, INDEPENDENT] if "independent" in over else said


def may_conclude_given(
    results: Sequence[MethodResult],
    metric: MetricSpec,
    generalizability: Mapping[str, Mapping],
    ranking: Ranking | None,
) -> list[str]:
    """List what the scores of one scope support: by the leading metric, and what ranks the methods."""
    real = sorted(
        (r for r in results if not r.control and r.rank is not None), key=lambda r: (r.rank, r.label)
    )
    said = [one for one in control_sentences(real, metric) if AGAINST[2] not in one]
    said += [f"By {metric.label}, {sentence}" for sentence in order_sentences(ranking)] if ranking else []
    usable = {
        label: f"{label} {row['verdict']}."
        for label, row in generalizability.items()
        if np.isfinite(row["estimate"]) and row["verdict"] != UNDECIDED
    }
    if metric.label in usable and ranking:
        usable[metric.label] = use_sentence(ranking, metric.label) or usable[metric.label]
    said += usable.values()
    return said or ["Nothing: no two methods are told from each other."]


def may_not_conclude_given(
    results: Sequence[MethodResult],
    study: Mapping,
    over: str,
    without_alpha: Sequence[str],
    ranking: Ranking | None,
) -> list[str]:
    """List what the scores of one scope do not show."""
    real = [result for result in results if not result.control]
    said = no_order_sentences(ranking)
    said += [f"Whether items agree on a ranking by {words}." for words in without_alpha]
    if not any(result.control for result in results):
        said.append(
            "That any method is better than nothing: no control was named, and no chance level is known."
        )
    if study["given"]["clusters"] == "item":
        said.append(
            "Anything that rests on more than the items: they are assumed independent, and if they are not, "
            "intervals and p are too small."
        )
    else:
        said.append(f"Anything about other {over} than such as these.")
    said += [
        "Anything about other methods: ranks and coefficients are conditional on the "
        f"{counted(len(real), 'method')} compared, and a method that is always worse raises alpha.",
        "That all intervals hold at once: those of pairs do, and verdicts are adjusted for the number of "
        "tests; "
        "each other interval stands alone.",
        "That the scores are right: they were computed elsewhere and are taken as they are.",
    ]
    return said
