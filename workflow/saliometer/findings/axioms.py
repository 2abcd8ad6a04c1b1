"""Do maps keep what their method promises of their sum? How far they are from it."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from saliometer.findings.scope import Scope, method_label, shown_methods, within


class Residuals(NamedTuple):
    """How one method's maps on one scope keep its axiom; ``axiom`` is "" where it has none.

    ``median`` and ``high`` (95th percentile) are of |residual| over the maps that have one, NaN for none.
    ``zeros`` is the mean share of pixels that are exactly zero.
    """

    label: str
    axiom: str
    n: int
    n_undefined: int
    median: float
    high: float
    zeros: float


def map_residuals(study: Mapping, axioms: pd.DataFrame, scope: Scope) -> list[Residuals]:
    """Collect the residuals of all methods of one scope from the table ``axioms``."""
    rows = within(axioms, scope)
    return [
        _of_method(method_label(study, method), rows[rows["method"] == method])
        for method in shown_methods(study)
    ]


def _of_method(label: str, rows: pd.DataFrame) -> Residuals:
    defined = rows["residual"].abs().dropna()
    median, high = np.quantile(defined, (0.5, 0.95)) if len(defined) else (np.nan, np.nan)
    axiom = "" if rows.empty else str(rows["axiom"].iloc[0])
    undefined = len(rows) - len(defined) if axiom else 0
    return Residuals(
        label, axiom, len(rows), undefined, float(median), float(high), float(rows["zero_share"].mean())
    )
