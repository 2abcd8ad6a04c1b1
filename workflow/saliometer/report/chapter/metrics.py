"""Do metrics agree? Internal consistency, and the rankings of data sets, models and metrics."""

import numpy as np
import pandas as pd

from saliometer.findings.coefficients import notes_of
from saliometer.findings.numbers import decimal
from saliometer.findings.results import estimate_of
from saliometer.reliability.codes import Code, has
from saliometer.reliability.rows.columns import ACROSS, CONSISTENCY
from saliometer.report.chapter.part import Part
from saliometer.report.material import Material
from saliometer.report.sentences import counted, reason_of
from saliometer.report.tables import Cell, HtmlTable, estimate_cell, make_table

ABOUT = (
    "Internal consistency as Tomsett and others have it: Spearman's rho between two metrics over the maps of "
    "one method. Across metrics: do the metrics rank the methods alike by their means?"
)
CAVEAT = (
    "Metrics that are functions of each other are not counted again: an alias has no pair, and across "
    "metrics share on target, sensitivity and specificity stand for all that are made of them. Where it is "
    "not known, as of the metrics of a table, there is no p. Rankings of few methods by few metrics leave "
    "few values that alpha can reach: read its p, not its size."
)
SETTINGS = {"datasets": "data sets", "models": "models", "metrics": "metrics"}


def metrics_part(material: Material) -> Part | None:
    """Internal consistency, and agreement across settings; None without either."""
    table = consistency_table(material)
    findings = [
        _across(row, settings, location, material)
        for settings in SETTINGS
        for location in ("mean", "median")
        for _, row in material.rows_of(ACROSS.format(f"{settings}_by_{location}")).iterrows()
    ]
    if not table.rows and not findings:
        return None
    more = "All pairs of metrics" if table.rows else ""
    tables = [table] if table.rows else []
    return Part("Do metrics agree?", ABOUT, CAVEAT, findings=findings, more=more, more_tables=tables)


def _across(row: pd.Series, settings: str, location: str, material: Material) -> str:
    """Say how far settings, as raters, rank the methods alike."""
    noun, label = SETTINGS[settings], row["metric"]
    if label in material.metrics:
        label = material.metrics[label].label
    by = "" if pd.isna(label) else f" by {label}"
    raters = f"{noun.capitalize()} as raters, {location}s{by}"
    if not np.isfinite(row["estimate"]):
        return f"{raters}: no alpha, {reason_of(row)}."
    null = "drawn" if has(notes_of(row), Code.NULL_DRAWN) else "exact"
    p = reason_of(row) if pd.isna(row["p"]) else f"p {row['p']:.2g} of its {null} null"
    sizes = f"{int(row['n_raters'])} {noun}, {counted(int(row['n_units']), 'method')}"
    separator = "; " if pd.isna(row["p"]) else ", "
    return f"{raters}: alpha {decimal(row['estimate'])} ({sizes}{separator}{p})."


def consistency_table(material: Material) -> HtmlTable:
    """Spearman's rho between two metrics over the maps of each method."""
    body = [
        [
            Cell(material.labels[row["method_a"]]),
            Cell(material.metrics[row["metric"]].label),
            Cell(material.metrics[row["metric_b"]].label),
            estimate_cell(estimate_of(row)),
            Cell(str(row["verdict"])),
        ]
        for _, row in material.rows_of(CONSISTENCY).iterrows()
        if {row["metric"], row["metric_b"]} <= set(material.metrics) and np.isfinite(row["estimate"])
    ]
    columns = ["Method", "Metric", "Metric", "Spearman's rho [interval]", "Items"]
    return make_table("Internal consistency: pairs of metrics over the maps of a method", columns, body)
