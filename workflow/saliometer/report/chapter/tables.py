"""Tables of the chapter on reliability, from rows of the table of coefficients."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from saliometer.findings.items import Chosen
from saliometer.findings.numbers import ABSENT, decimal
from saliometer.reliability.rows.columns import (
    ALL,
    BETWEEN,
    GENERALIZABILITY,
    PAIR,
    RECOGNISED,
    UNDECIDED,
    side_of,
)
from saliometer.report.html_tables import Cell, HtmlTable, estimate_cell, make_table, number_cell
from saliometer.report.reliability_sentences import estimate_of

HARDEST = 10


def differences_table(rows: pd.DataFrame, labels: Mapping[str, str], metrics: Mapping[str, str]) -> HtmlTable:
    """Difference of the means of every pair of methods with its interval, p, and who scores better."""
    rows = rows[(rows["coefficient"] == PAIR) & rows["metric"].isin(metrics)]
    body = [
        [
            Cell(metrics[row["metric"]]),
            Cell(labels[row["method_a"]]),
            Cell(labels[row["method_b"]]),
            estimate_cell(estimate_of(row)),
            p_cell(row["p"]),
            Cell(_who(row, labels)),
        ]
        for _, row in rows.iterrows()
    ]
    columns = ["Metric", "Method", "Method", "Difference [interval]", "p", "Told apart"]
    return make_table(
        "All pairs: difference of the means; intervals and p hold for all pairs at once", columns, body
    )


def p_cell(p: float) -> Cell:
    """Return the cell of a p-value; NaN is a dash."""
    if not np.isfinite(p):
        return Cell(ABSENT)
    return Cell("< 0.001" if p < 0.001 else decimal(p, 3), float(p))


def _who(row: Mapping, labels: Mapping[str, str]) -> str:
    side = side_of(row)
    if side is None:
        why = row["reason"] if isinstance(row["reason"], str) else ""
        return f"undecided: {why}" if why else "undecided"
    return f"{labels[side.better]}{', by too little to matter' if side.negligible else ''}"


def hardest_table(
    ranked: Sequence[Chosen],
    scores: pd.DataFrame,
    real: Sequence[str],
    labels: Mapping[str, str],
    metric: str,
    name_of: Callable[[int], str],
    words: str,
) -> HtmlTable:
    """List the hardest items of one scope with the methods that do best on them.

    Parameters: ``ranked``, all items, the best first; ``scores`` of the scope; ``real`` methods;
    ``name_of`` a class index; the label of the metric in running text.
    """
    first = scores[scores["method"].isin(real)].sort_values("replicate")
    first = first.drop_duplicates(["mosaic", "target", "method"]).set_index(["mosaic", "target"])
    body = []
    for place, item in enumerate(list(reversed(ranked))[:HARDEST], start=1):
        own = first.loc[[(item.mosaic, item.target)]].dropna(subset=[metric])
        ends = own.sort_values(metric)
        worst, best = (ends.iloc[place] for place in (0, -1))
        body.append(
            [
                Cell(str(place)),
                Cell(str(item.mosaic)),
                Cell(name_of(item.target)),
                number_cell(item.mean),
                Cell(f"{labels[best['method']]} {decimal(best[metric])}"),
                Cell(f"{labels[worst['method']]} {decimal(worst[metric])}"),
            ]
        )
    columns = ["Place", "Mosaic", "Asked class", f"Mean {words}", "Highest", "Lowest"]
    return make_table(f"The hardest items by mean {words} over the methods", columns, body)


def recognised_table(rows: pd.DataFrame, metrics: Mapping[str, str]) -> HtmlTable | None:
    """Set G and the mean rho of all items beside those of recognised ones; None where there are none.

    Parameters: ``rows`` of one scope, of all items and of those that are recognised.
    """
    if not (rows["items"] == RECOGNISED).any():
        return None
    by = rows.drop_duplicates(["coefficient", "metric", "items"]).set_index(
        ["coefficient", "metric", "items"]
    )
    body = []
    for name, label in metrics.items():
        cells = [
            _cell(by, (kind, name, items))
            for kind in (GENERALIZABILITY, BETWEEN)
            for items in (ALL, RECOGNISED)
        ]
        if any(cell.sort is not None for cell in cells):
            n = by["n_raters"].get((GENERALIZABILITY, name, RECOGNISED))
            count = Cell(ABSENT) if n is None or pd.isna(n) else Cell(f"{int(n):,}", int(n))
            body.append([Cell(label), *cells, count])
    columns = ["Metric", "G, all", "G, recognised", "Mean rho, all", "Mean rho, recognised", "Items"]
    caption = "All items, and those on mosaics of which the model recognises every tile"
    return make_table(caption, columns, body) if body else None


def _cell(by: pd.DataFrame, key: tuple[str, str, str]) -> Cell:
    return estimate_cell(estimate_of(by.loc[key])) if key in by.index else Cell(ABSENT)


def consistency_table(rows: pd.DataFrame, labels: Mapping[str, str], metrics: Mapping[str, str]) -> HtmlTable:
    """Spearman's rho between two metrics over the maps of each method."""
    body = [
        [
            Cell(labels[row["method_a"]]),
            Cell(metrics[row["metric"]]),
            Cell(metrics[row["metric_b"]]),
            estimate_cell(estimate_of(row)),
            Cell("undecided" if row["verdict"] == UNDECIDED else str(row["verdict"])),
        ]
        for _, row in rows.iterrows()
        if row["metric"] in metrics and row["metric_b"] in metrics and np.isfinite(row["estimate"])
    ]
    columns = ["Method", "Metric", "Metric", "Spearman's rho [interval]", "Items"]
    return make_table("Internal consistency: pairs of metrics over the maps of a method", columns, body)
