"""Tables of the page as plain records, each cell with its text and the number it sorts by."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from saliometer.findings.numbers import ABSENT, decimal
from saliometer.findings.results import Estimate
from saliometer.report.sentences import value_and_bounds

NOT_APPLICABLE = "not applicable"


class Cell(NamedTuple):
    """``sort`` is a number, or None for a cell that sorts by its text (missing numbers sort last).

    ``bounds`` is the interval of a number, which may stand below it.
    """

    text: str
    sort: float | None = None
    bounds: str = ""


class HtmlTable(NamedTuple):
    """A table: the first cell of each row is its heading; ``numeric`` tells the columns of numbers."""

    caption: str
    columns: list[str]
    numeric: list[bool]
    rows: list[list[Cell]]


def make_table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> HtmlTable:
    """Make a table; a column is numeric when any of its cells sorts by a number."""
    numeric = [any(row[place].sort is not None for row in rows) for place in range(len(columns))]
    return HtmlTable(caption, list(columns), numeric, [list(row) for row in rows])


def number_cell(value: float, digits: int = 2) -> Cell:
    """Return a number's cell; NaN is a dash and sorts last."""
    return Cell(decimal(value, digits), float(value)) if np.isfinite(value) else Cell(ABSENT)


def estimate_cell(estimate: Estimate) -> Cell:
    """Return the cell of an estimate with its interval; NaN is a dash and sorts last."""
    if not np.isfinite(estimate.value):
        return Cell(ABSENT)
    value, bounds = value_and_bounds(estimate)
    return Cell(value, float(estimate.value), bounds)


def p_cell(p: float) -> Cell:
    """Return the cell of a p-value; NaN is a dash."""
    if not np.isfinite(p):
        return Cell(ABSENT)
    return Cell("< 0.001" if p < 0.001 else decimal(p, 3), float(p))
