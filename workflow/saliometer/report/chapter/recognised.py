"""Does it depend on what the model recognises? All items beside those that it recognises."""

from collections.abc import Mapping

import pandas as pd

from saliometer.findings.numbers import ABSENT
from saliometer.findings.results import estimate_of
from saliometer.reliability.rows.columns import ALL, BETWEEN, GENERALIZABILITY, RECOGNISED
from saliometer.report.chapter.part import Part
from saliometer.report.material import Material
from saliometer.report.tables import Cell, HtmlTable, estimate_cell, make_table

ABOUT = "Every coefficient is computed again on the mosaics of which the model recognises every tile alone."
CAVEAT = "There are fewer of them, so that their intervals are wider; they were not drawn at random."


def recognised_part(material: Material) -> Part | None:
    """All items beside recognised ones; None where those were not told apart."""
    labels = {name: metric.label for name, metric in material.metrics.items()}
    table = recognised_table(material.rows, labels)
    if table is None:
        return None
    return Part("Does it depend on what the model recognises?", ABOUT, CAVEAT, tables=[table])


def recognised_table(rows: pd.DataFrame, metrics: Mapping[str, str]) -> HtmlTable | None:
    """Set G and the mean rho of all items beside those of recognised ones; None where there are none.

    Parameters: ``rows`` of one scope, of all items and of those that are recognised; ``metrics``, labels by
    name.
    """
    if not (rows["items"] == RECOGNISED).any():
        return None
    keys = ["coefficient", "metric", "items"]
    by = rows.drop_duplicates(keys).set_index(keys)
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
