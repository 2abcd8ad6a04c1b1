"""What other designs would give, as a table: for the reader who plans a study."""

import numpy as np
import pandas as pd

from saliometer.findings.components import Design, design_of_run, is_noisy, predicted
from saliometer.findings.numbers import number_in_words
from saliometer.report.tables import Cell, HtmlTable, make_table, number_cell

TIMES = (0.5, 1, 2, 10)  # the run's own numbers


def designs_table(rows: pd.DataFrame, label: str, over: str) -> HtmlTable | None:
    """Set out G and Phi with half, the own, twice and ten times the clusters, items to each and replicates.

    Parameters: ``rows`` of one metric of one scope, of all items. Halves are rounded, to 1 at least.
    Replicates have columns only where the methods' own noise was measured, items only where more than one to
    a cluster was. None where G is undefined.
    """
    design = design_of_run(rows)
    if design is None:
        return None
    replicates = _multiples(design.replicates) if is_noisy(design) else [design.replicates]
    body = [
        [
            Cell(f"{clusters:,.0f}", clusters),
            Cell(number_in_words(items), items),
            Cell(f"{clusters * items:,.0f}", clusters * items),
            *_predictions(design, clusters, items, replicates),
        ]
        for clusters in _multiples(design.clusters)
        for items in items_known(design)
    ]
    heads = [f"{name}{_with(count)}" for count in replicates for name in ("G", "Phi")]
    design_in_words = f"{design.clusters:,} {over} with {number_in_words(design.items)} to each"
    if is_noisy(design):
        design_in_words += f" and {design.replicates} replicates where a method draws at random"
    caption = f"What other designs would give by {label}; this run has {design_in_words}"
    return make_table(caption, [over.capitalize(), "Items to each", "Items", *heads], body)


def items_known(design: Design) -> list[float]:
    """List the items to each cluster for which G is known: the own alone, where there is one to each."""
    return [design.items] if np.isnan(design.components.residual) else _multiples(design.items)


def _multiples(number: float) -> list[float]:
    return sorted({number if times == 1 else max(1.0, float(round(times * number))) for times in TIMES})


def _predictions(design: Design, clusters: float, items: float, replicates: list[float | None]) -> list[Cell]:
    studies = [predicted(design, clusters, items, count) for count in replicates]
    return [number_cell(float(value), 3) for study in studies for value in (study.g, study.phi)]


def _with(replicates: float | None) -> str:
    if replicates is None:
        return ""
    return f", {replicates:.0f} replicate{'' if replicates == 1 else 's'}"
