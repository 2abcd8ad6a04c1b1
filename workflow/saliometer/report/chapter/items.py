"""Parts of the chapter on items and metrics: which are easy, and do they agree?"""

import numpy as np
import pandas as pd

from saliometer.findings.numbers import decimal
from saliometer.reliability.rows.columns import (
    ACROSS,
    CONSISTENCY,
    METHODS_BETWEEN,
    METHODS_WITHIN,
    RHO,
    RHO_MEAN,
)
from saliometer.report.chapter import words
from saliometer.report.chapter.parts import (
    Material,
    Part,
    by_metric,
    leading_row,
    make_part,
    other_metrics,
    rows_of,
)
from saliometer.report.chapter.tables import consistency_table, hardest_table, recognised_table
from saliometer.report.html_tables import pairs_table
from saliometer.report.reliability_sentences import by_cluster_sentences, correlation_sentences, reason_of
from saliometer.report.sentences import counted


def easy_part(material: Material) -> Part:
    """Spearman's rho between methods."""
    means = by_metric(material, RHO_MEAN)
    row = means.get(material.metrics[material.leading])
    apart = [leading_row(material, f"{name}_mean") for name in (METHODS_BETWEEN, METHODS_WITHIN)]
    data = ""
    if row is not None and not pd.isna(row["n_raters"]):
        data = f"{int(row['n_raters'])} methods, {counted(int(row['n_units']), 'item')}."
    pairs = pairs_table(rows_of(material, RHO), material.labels, material.metrics)
    return make_part(
        material,
        "easy",
        words.EASY,
        words.EASY_CAVEAT,
        data=data,
        findings=correlation_sentences(means) + by_cluster_sentences(*apart, material.name, material.over),
        figures=material.cards("spearman", [material.leading]),
        more="Correlations by the other metrics, and all pairs with their intervals",
        more_figures=material.cards("spearman", other_metrics(material)),
        more_tables=[pairs],
    )


def metrics_part(material: Material) -> Part | None:
    """Internal consistency, and agreement across settings; None without either."""
    table = consistency_table(rows_of(material, CONSISTENCY), material.labels, material.metrics)
    findings = []
    for axis in ("datasets", "models", "metrics"):
        for location in ("mean", "median"):
            for _, row in rows_of(material, ACROSS.format(f"{axis}_by_{location}")).iterrows():
                findings.append(_across(row, axis, location, material))
    if not table.rows and not findings:
        return None
    return make_part(
        material,
        "metrics",
        words.METRICS,
        words.METRICS_CAVEAT,
        findings=findings,
        more="All pairs of metrics" if table.rows else "",
        more_tables=[table] if table.rows else [],
    )


def _across(row: pd.Series, axis: str, location: str, material: Material) -> str:
    names = {"datasets": "data sets", "models": "models", "metrics": "metrics"}
    metric = "" if pd.isna(row["metric"]) else f" by {material.metrics.get(row['metric'], row['metric'])}"
    who = f"{names[axis].capitalize()} as raters, {location}s{metric}"
    if not np.isfinite(row["estimate"]):
        return f"{who}: no alpha, {reason_of(row)}."
    sizes = f"{int(row['n_raters'])} {names[axis]}, {counted(int(row['n_units']), 'method')}"
    p = f"; {reason_of(row)}" if pd.isna(row["p"]) else f", p {row['p']:.2g} of its exact null"
    if "drawn" in reason_of(row):
        p = p.replace("exact", "drawn")
    return f"{who}: alpha {decimal(row['estimate'])} ({sizes}{p})."


def difficulty_part(material: Material) -> Part | None:
    """The hardest items; None where no score is defined."""
    if not material.ranked:
        return None
    table = hardest_table(
        material.ranked,
        material.scores,
        material.real,
        material.labels,
        material.leading,
        material.class_name,
        material.name,
    )
    means = np.array([item.mean for item in material.ranked])
    low, middle, high = np.quantile(means, [0.1, 0.5, 0.9])
    findings = [
        f"The middle item has a mean {material.name} of {decimal(middle)}; a tenth of them lies below "
        f"{decimal(low)}, a tenth above {decimal(high)}."
    ]
    data = f"{counted(len(means), 'item')} with a defined score."
    about = words.DIFFICULTY.format(metric=material.name)
    return make_part(
        material, "difficulty", about, words.DIFFICULTY_CAVEAT, data=data, findings=findings, tables=[table]
    )


def recognised_part(material: Material) -> Part | None:
    """All items beside recognised ones; None where those were not told apart."""
    table = recognised_table(material.rows, material.metrics)
    if table is None:
        return None
    return make_part(material, "recognised", words.RECOGNISED, words.RECOGNISED_CAVEAT, tables=[table])
