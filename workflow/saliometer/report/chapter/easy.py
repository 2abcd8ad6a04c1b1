"""Do methods find the same items easy? Spearman's rho between methods."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from saliometer.findings.numbers import ABSENT, correlation, interval
from saliometer.findings.results import Estimate, estimate_of
from saliometer.reliability.codes import Code
from saliometer.reliability.rows.columns import METHODS_BETWEEN, METHODS_WITHIN, RHO, RHO_MEAN
from saliometer.report.chapter.part import Part
from saliometer.report.material import Material
from saliometer.report.pictures.scope_figures import cards
from saliometer.report.sentences import counted, listed, reason_of, without_estimate
from saliometer.report.tables import Cell, HtmlTable, make_table, number_cell

ABOUT = (
    "Spearman's rho between two methods tells whether they find the same items easy. High values mean that "
    "easiness belongs to the item, low ones that it depends on the method."
)
CAVEAT = "Methods that share much of their code may agree for that reason alone."
MEAN_RHO = "mean \N{GREEK SMALL LETTER RHO}"
VERDICTS = {
    Code.ALIKE: "the methods tend to find the same items easy",
    Code.OPPOSITE: "what is easy for one method tends to be hard for another",
    Code.UNDECIDED: "whether the methods find the same items easy is undecided",
}


def easy_part(material: Material) -> Part:
    """Spearman's rho between methods."""
    rows, row, data = material.by_metric(RHO_MEAN), material.leading_row(RHO_MEAN), ""
    if row is not None and not pd.isna(row["n_raters"]):
        data = f"{counted(int(row['n_raters']), 'method')}, {counted(int(row['n_units']), 'item')}."
    by_cluster = [material.leading_row(f"{name}_mean") for name in (METHODS_BETWEEN, METHODS_WITHIN)]
    sentences = by_cluster_sentences(*by_cluster, material.words.name, material.over)
    return Part(
        "Do methods find the same items easy?",
        ABOUT,
        CAVEAT,
        data=data,
        findings=correlation_sentences(rows) + sentences,
        figures=cards(material, "spearman", [material.leading]),
        more="Correlations by the other metrics, and all pairs with their intervals",
        more_figures=cards(material, "spearman", material.other_metrics),
        more_tables=[_pairs_table(material)],
    )


def correlation_sentences(rows: Mapping[str, Mapping]) -> list[str]:
    """Say by each metric whether the methods find the same items easy, or why that is not known.

    Parameters: ``rows`` of the mean Spearman's rho by the metric's label.
    """
    known = [
        f"{label}: {MEAN_RHO} {correlation(row['estimate'])} {_bounds(estimate_of(row))} between "
        f"{int(row['n_raters'])} methods: {VERDICTS[row['verdict_code']]}."
        for label, row in rows.items()
        if np.isfinite(row["estimate"])
    ]
    return known + [f"{text}." for text in without_estimate(rows, "no mean correlation")]


def by_cluster_sentences(
    between: Mapping | None, within: Mapping | None, metric: str, over: str
) -> list[str]:
    """Say how far methods find the same clusters easy, and the same items within them.

    Parameters: rows of the mean rho of methods between and within clusters, of one metric; ``metric``, its
    label in running text; ``over``, what the clusters are. Nothing where both are unknown.
    """
    known = [
        (row, where)
        for row, where in ((between, f"between {over} by their means"), (within, f"within {over}"))
        if row is not None and np.isfinite(row["estimate"])
    ]
    if not known:
        return []
    bounded = any(np.isfinite(row["ci_low"]) for row, _ in known)
    values = [
        " ".join([correlation(row["estimate"]), *([_bounds(estimate_of(row))] if bounded else []), where])
        for row, where in known
    ]
    why = "" if bounded else f" ({reason_of(known[0][0])})"
    return [f"Taken apart, {MEAN_RHO} by {metric} is {listed(values)}{why}."]


def _bounds(estimate: Estimate) -> str:
    """Return ``[.14, .54]``, or words where there is no interval."""
    if not np.isfinite(estimate.low):
        return "(no interval)"
    return f"[{correlation(estimate.low)}, {correlation(estimate.high)}]"


def _pairs_table(material: Material) -> HtmlTable:
    """Spearman's rho of every pair of methods with its interval."""
    rows = [
        [
            Cell(material.metrics[row.metric].label),
            Cell(material.labels[row.method_a]),
            Cell(material.labels[row.method_b]),
            number_cell(row.estimate),
            Cell(interval(row.ci_low, row.ci_high) or ABSENT),
        ]
        for row in material.rows_of(RHO).itertuples()
        if row.metric in material.metrics
    ]
    return make_table("All pairs", ["Metric", "Method", "Method", "Spearman's rho", "Interval"], rows)
