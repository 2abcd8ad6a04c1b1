"""Do maps keep what their method promises of their sum? The table, and warnings in words."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from saliometer.findings.axioms import Residuals, map_residuals
from saliometer.findings.scope import Scope, study_within
from saliometer.report.sentences import counted
from saliometer.report.tables import Cell, HtmlTable, make_table, number_cell

ABOUT = (
    "Some methods promise what a map must add up to. The residual of a map is how far its sum is from that, "
    "relative to it. A method that breaks its own axiom on a model keeps less than its name promises, "
    "whatever it scores: read why before you trust its maps. Maps with undefined values are refused, so "
    "there are none."
)
KEPT = "No method breaks its own axiom on {model}."
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


def axioms_part(study: Mapping, tables: Mapping[str, pd.DataFrame], scope: Scope, titled: bool) -> dict:
    """How the maps of one scope keep their axioms; ``titled`` when the page has several scopes."""
    residuals = map_residuals(study_within(study, scope), tables["axioms"], scope)
    return {
        "title": " / ".join(scope) if titled else "",
        "warnings": warnings(residuals, scope.model) or [KEPT.format(model=scope.model)],
        "table": axioms_table(residuals),
    }


def axioms_table(residuals: Sequence[Residuals]) -> HtmlTable:
    """Axiom, residuals and zeros by method."""
    rows = [
        [
            Cell(one.label),
            Cell(one.axiom.replace("_", " ") or "none"),
            number_cell(one.median, 4),
            number_cell(one.high, 4),
            number_cell(one.zeros, 3),
        ]
        for one in residuals
    ]
    columns = ["Method", "Axiom", "Median |residual|", "95th percentile", "Share of zeros"]
    return make_table("Maps against their own axioms", columns, rows)


def warnings(residuals: Sequence[Residuals], model: str) -> list[str]:
    """Say which methods break their own axiom on a model, and whose maps are nearly empty."""
    sentences = []
    for one in residuals:
        axiom = AXIOMS.get(one.axiom, OF_ANY_OTHER)
        name = one.axiom.replace("_", " ")
        if one.median > axiom.tolerance:
            missed, tolerated = (f"{100 * share:.3g} %" for share in (one.median, axiom.tolerance))
            sentences.append(
                f"{one.label} breaks its own axiom, {name}, on {model}: {axiom.demands}, and half of its "
                f"maps miss that by more than {missed} (tolerated: {tolerated}). "
                f"What may lie behind it: {axiom.reason}."
            )
        if one.n_undefined:
            sentences.append(
                f"{one.label} on {model}: {counted(one.n_undefined, 'map')} of {one.n:,} can't be held "
                f"against {name}, which demands 0 of them."
            )
        if one.zeros > FEW_ZEROS:
            sentences.append(f"{one.label} on {model}: {100 * one.zeros:.1f} % of its maps is exactly zero.")
    return sentences
