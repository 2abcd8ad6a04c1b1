"""The words and rows of the tidy table of coefficients.

Scores belong to questions: a mosaic and an asked class. ``n_raters`` counts questions for alpha, whose units
are methods; ``n_units`` counts questions for rho, whose raters are methods, and for differences;
``n_missing`` always counts questions.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from saliometer.reliability.clustering.intervals import DYADIC, Interval
from saliometer.reliability.codes import Code, Note, encoded, note
from saliometer.reliability.rows.words import text_of

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

# Column items.
ALL, RECOGNISED, UNDEFINED_LAST = "all", "recognised", "all, undefined ranked last"

SCOPE = ["dataset", "form", "model"]
TYPES = {
    **dict.fromkeys(["coefficient", *SCOPE, "metric", "method_a", "method_b", "metric_b", "items"], "str"),
    **dict.fromkeys(["estimate", "ci_low", "ci_high"], "float64"),
    "ci_method": "str",
    **dict.fromkeys(["p", "p_holm"], "float64"),
    **dict.fromkeys(["n_raters", "n_units", "n_clusters", "n_missing"], "Int64"),
    **dict.fromkeys(["reason", "verdict", "reason_codes", "verdict_code"], "str"),
}
COLUMNS = list(TYPES)


def make_row(
    coefficient: str,
    interval: Interval | None = None,
    ci_method: str = "",
    verdict: Note | None = None,
    undefined: Sequence[Note] = (),
    notes: Sequence[Note] = (),
    **columns,
) -> dict:
    """Make a row; ``undefined`` is the reason for a NaN estimate, ``notes`` are any others.

    Without an estimate there is no interval, no p and no verdict, whatever was computed.
    """
    row = {"coefficient": coefficient, "notes": tuple(notes), "verdict": None} | columns
    if interval is None:
        return row
    if np.isnan(interval.estimate):
        interval = interval._replace(low=np.nan, high=np.nan, p=np.nan)
    reasons = list(undefined) if np.isnan(interval.estimate) else []
    if not reasons and np.isnan(interval.low):
        reasons = [note(Code.NO_INTERVAL, why=_no_interval(interval.n_clusters < 2, ci_method))]
    return row | {
        "estimate": interval.estimate,
        "ci_low": interval.low,
        "ci_high": interval.high,
        "ci_method": None if np.isnan(interval.low) else ci_method,
        "p": interval.p,
        "n_clusters": interval.n_clusters,
        "notes": (*reasons, *notes),
        "verdict": None if np.isnan(interval.estimate) else verdict,
    }


def _no_interval(one_cluster: bool, ci_method: str) -> list[Note]:
    if one_cluster:
        return [note(Code.ONE_CLUSTER)]
    shared = [note(Code.OR_TOO_MANY_SHARED)] if ci_method.endswith(DYADIC) else []
    return [note(Code.UNDEFINED_WITHOUT_ONE), *shared]


def written(row: Mapping) -> dict:
    """Return a row as the table has it: its verdict and notes as codes, and in words by name."""
    verdict, notes = row["verdict"], row["notes"]
    return {key: value for key, value in row.items() if key != "notes"} | {
        "verdict": None if verdict is None else text_of([verdict]),
        "verdict_code": None if verdict is None else str(verdict.code),
        "reason": text_of(notes) or None,
        "reason_codes": encoded(notes) if notes else None,
    }
