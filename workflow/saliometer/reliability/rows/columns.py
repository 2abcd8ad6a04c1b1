"""The words and rows of the tidy table of coefficients.

Scores belong to questions: a mosaic and an asked class. ``n_raters`` counts questions for alpha, whose units
are methods; ``n_units`` counts questions for rho, whose raters are methods, and for differences;
``n_missing`` always counts questions.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from saliometer.reliability.clustering.intervals import DYADIC, Interval

# Column coefficient.
ALPHA = "krippendorff_alpha_ordinal"
RHO = "spearman_rho"
RHO_MEAN = "spearman_rho_mean"
METHODS_BETWEEN = "spearman_rho_of_methods_between_clusters"  # with _mean at the end: over all pairs
METHODS_WITHIN = "spearman_rho_of_methods_within_clusters"
DIFFERENCE = "difference_from_control"
CLIFFS_DELTA = "cliffs_delta_from_control"
BETWEEN = "spearman_rho_mean_between_clusters"
WITHIN = "spearman_rho_mean_within_clusters"
CONCORDANCE = "kendall_w"
BY_CHANCE = "{}_by_chance"
MEAN_RELIABILITY = "reliability_of_the_mean"
NEEDED = "items_of_other_clusters_for_.{}"
RANK = "rank_by_mean"
SELECTED = "share_selected_best"
PAIR = "difference_of_means"
VARIANCE = "variance_{}"
GENERALIZABILITY = "generalizability_g"
DEPENDABILITY = "generalizability_phi"
RETEST = "test_retest_{}"
PARALLEL = "parallel_forms_{}"
BIAS = "parallel_forms_bias"
LIMIT = "parallel_forms_{}_limit"
FORMS_VARIANCE = "{}s_variance_{}"  # of rotations or redraws
FORMS_GENERALIZABILITY = "{}s_generalizability_g"
CONSISTENCY = "spearman_rho_of_metrics"
ACROSS = "krippendorff_alpha_across_{}"

# Column verdict; that of a difference is "above" or "below" with the control's name.
UNDECIDED = "undecided"
AGREE = "single items agree more than by chance"
ALIKE = "order items alike"
OPPOSITELY = "order items oppositely"

BETTER = " scores better"  # of a pair, after the name of the better one
LESS_THAN = ", by less than {:.3g}"  # after what is told apart, where the difference is too small to matter

# Reasons that decide more than their own row.
NOT_MEASURED = "not measured: one replicate"

# Why a verdict is withdrawn though the interval of its row excludes 0; what was claimed stands before it.
NOT_AFTER_HOLM = "but not after Holm's adjustment for {} tests"
NOT_WHERE_UNDEFINED = "but not where undefined scores count as the worst"

NOT_COUNTED = "no {}: too many items share images to tell how much they vary"
UNCOUNTED = "images that clusters share are not counted"

CEILING = "its ceiling"  # in verdicts, for the name of a method's own positive anchor

# Column items.
ALL, RECOGNISED, UNDEFINED_LAST = "all", "recognised", "all, undefined ranked last"

SCOPE = ["dataset", "form", "model"]
TYPES = {
    **dict.fromkeys(["coefficient", *SCOPE, "metric", "method_a", "method_b", "metric_b", "items"], "str"),
    **dict.fromkeys(["estimate", "ci_low", "ci_high"], "float64"),
    "ci_method": "str",
    **dict.fromkeys(["p", "p_holm"], "float64"),
    **dict.fromkeys(["n_raters", "n_units", "n_clusters", "n_missing"], "Int64"),
    **dict.fromkeys(["reason", "verdict"], "str"),
}
COLUMNS = list(TYPES)


class Side(NamedTuple):
    """Which method of a pair scores better, and whether by too little to matter."""

    better: str
    negligible: bool


def verdict_of_side(side: Side | None, smallest: float) -> str:
    """Return the verdict of a pair; None is undecided. Parameters: the smallest difference that matters."""
    if side is None:
        return UNDECIDED
    return f"{side.better}{BETTER}{LESS_THAN.format(smallest) if side.negligible else ''}"


def side_of(row: Mapping) -> Side | None:
    """Return what the verdict of a row of PAIR says; None where it is undecided or none."""
    for name in (row["method_a"], row["method_b"]):
        if str(row.get("verdict")).startswith(f"{name}{BETTER}"):
            return Side(name, row["verdict"] != f"{name}{BETTER}")
    return None


class ControlSide(NamedTuple):
    """On which side of a control a method scores, and whether by too little to matter."""

    above: bool
    negligible: bool


def verdict_of_control(side: ControlSide | None, control: str, smallest: float) -> str:
    """Return the verdict of a difference from a control; None is undecided."""
    if side is None:
        return UNDECIDED
    size = LESS_THAN.format(smallest) if side.negligible else ""
    return f"{'above' if side.above else 'below'} {control}{size}"


def control_side_of(row: Mapping) -> ControlSide | None:
    """Return what the verdict of a row of DIFFERENCE says; None where it is undecided or none."""
    for name in (row["method_b"], CEILING):
        for above, word in ((True, "above"), (False, "below")):
            if str(row.get("verdict")).startswith(f"{word} {name}"):
                return ControlSide(above, row["verdict"] != f"{word} {name}")
    return None


def withdrawn_of(row: Mapping) -> str:
    """Return why a verdict is withdrawn though the interval of its row excludes 0; "" where it is not."""
    if not (row["ci_low"] > 0 or row["ci_high"] < 0) or row.get("verdict") != UNDECIDED:
        return ""
    return (
        "where undefined scores count as the worst"
        if NOT_WHERE_UNDEFINED in str(row.get("reason"))
        else ("after Holm's adjustment")
    )


def make_row(
    coefficient: str,
    interval: Interval | None = None,
    ci_method: str = "",
    verdict: str = "",
    undefined: str = "",
    reason: str = "",
    **columns,
) -> dict:
    """Make a row; ``undefined`` is the reason for a NaN estimate, ``reason`` any other note.

    Without an estimate there is no interval, no p and no verdict, whatever was computed.
    """
    row = {"coefficient": coefficient, "reason": reason or None} | columns
    if interval is None:
        return row
    if np.isnan(interval.estimate):
        interval = interval._replace(low=np.nan, high=np.nan, p=np.nan)
    reasons = [undefined] if np.isnan(interval.estimate) else []
    if not reasons and np.isnan(interval.low):
        one = interval.n_clusters < 2
        reasons = ["no interval: " + ("one cluster only" if one else "undefined without one of the clusters")]
        if ci_method.endswith(DYADIC) and not one:
            reasons = [f"{reasons[0]}, or too many items share images to tell how much they vary"]
    return row | {
        "estimate": interval.estimate,
        "ci_low": interval.low,
        "ci_high": interval.high,
        "ci_method": None if np.isnan(interval.low) else ci_method,
        "p": interval.p,
        "n_clusters": interval.n_clusters,
        "reason": "; ".join([*reasons, *filter(None, [reason])]) or None,
        "verdict": None if np.isnan(interval.estimate) else verdict,
    }
