"""Do maps keep what their method promises of their sum? How far they are from it, and warnings in words."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from saliometer.findings.scope import Scope, method_label, shown_methods, within
from saliometer.report.html_tables import Cell, HtmlTable, make_table, number_cell
from saliometer.report.sentences import counted

FEW_ZEROS = 0.995  # a map of more zeros than this says nothing of almost all pixels


class Axiom(NamedTuple):
    """What the sum of a map must be, how far the median map may be from it, and what lies behind a breach."""

    demands: str
    tolerance: float
    reason: str


# Relative residuals. Where the sum is exact but for rounding, a hundredth is generous; where it is the limit
# of ever more samples or steps, a twentieth is less than the differences between tiles that scores rest on.
AXIOMS = {
    "completeness": Axiom(
        "a map adds up to the logit of the mosaic minus that of the baseline",
        0.05,
        "the path from the baseline is followed in too few steps or samples: raise them",
    ),
    "conservation": Axiom(
        "a map adds up to the logit",
        0.05,
        "biases and stabilisers absorb relevance layer by layer, so that a deep network can keep next to "
        "none of it, or layers have a rule that does not conserve it. What is left is still shared out by "
        "the rules: compare pixels of a map, not the sums of maps",
    ),
    "efficiency": Axiom(
        "a map adds up to the logit of the mosaic minus that of nothing shown",
        0.01,
        "the shares of the players do not solve their equation",
    ),
    "sum_to_logit": Axiom(
        "a map adds up to the logit", 0.01, "the network's explanation is not its computation"
    ),
}
OF_ANY_OTHER = Axiom("a map adds up to what it demands", 0.05, "see the method's own words")


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


def axioms_table(residuals: Sequence[Residuals]) -> HtmlTable:
    """Axiom, residuals and zeros by method."""
    rows = [
        [
            Cell(found.label),
            Cell(found.axiom.replace("_", " ") or "none"),
            number_cell(found.median, 4),
            number_cell(found.high, 4),
            number_cell(found.zeros, 3),
        ]
        for found in residuals
    ]
    columns = ["Method", "Axiom", "Median |residual|", "95th percentile", "Share of zeros"]
    return make_table("Maps against their own axioms", columns, rows)


def warnings(residuals: Sequence[Residuals], model: str) -> list[str]:
    """Say which methods break their own axiom on a model, and whose maps are nearly empty."""
    said = []
    for found in residuals:
        axiom = AXIOMS.get(found.axiom, OF_ANY_OTHER)
        name = found.axiom.replace("_", " ")
        if found.median > axiom.tolerance:
            missed, tolerated = (f"{100 * share:.3g} %" for share in (found.median, axiom.tolerance))
            said.append(
                f"{found.label} breaks its own axiom, {name}, on {model}: {axiom.demands}, and half of its "
                f"maps miss that by more than {missed} (tolerated: {tolerated}). "
                f"What may lie behind it: {axiom.reason}."
            )
        if found.n_undefined:
            said.append(
                f"{found.label} on {model}: {counted(found.n_undefined, 'map')} of {found.n:,} can't be held "
                f"against {name}, which demands 0 of them."
            )
        if found.zeros > FEW_ZEROS:
            said.append(f"{found.label} on {model}: {100 * found.zeros:.1f} % of its maps is exactly zero.")
    return said
