"""What may be concluded of the ranking of the methods, in words: the verdict beside every G coefficient.

A metric orders or separates methods when the whole interval of G at the run's own design is at least .80,
methods are exchanged too rarely by chance (permutation of labels within clusters, p below .05 after Holm's
adjustment for the metrics of the scope), and some pairs are told apart by a difference that matters and
that the seeds of stochastic methods can't make of nothing. It orders all of the methods when all pairs are
so separated; else it separates those that it names and decides nothing among the others: one bad method
among equal ones makes G high. Else it is undecided. The methods are fixed: nothing is said of others.
Krippendorff's benchmarks are of single items and take no part.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from saliometer.reliability.generalizability_interval import clusters_for_lower_limit
from saliometer.reliability.rows.columns import (
    CONCORDANCE,
    GENERALIZABILITY,
    NOT_MEASURED,
    NOT_WHERE_UNDEFINED,
    PAIR,
    RETEST,
    UNDECIDED,
    side_of,
)
from saliometer.reliability.sample import SEPARATED

ENOUGH, LEVEL = 0.8, 0.05
ORDERS = "orders all of these methods"
SEPARATES = "separates some of these methods"
USABLE = (ORDERS, SEPARATES)


def with_verdicts(rows: Sequence[dict], confidence: float, again: Sequence[dict] = ()) -> list[dict]:
    """Return the rows of one scope with the verdicts of their G coefficients, and why not where undecided.

    Parameters: ``rows`` with their ``p_holm`` (``adjusted.with_holm``); the level of their intervals;
    ``again``, the ``sensitivity_rows`` of metrics that are somewhere undefined: G decides nothing that it
    would not decide by these.
    """
    adjusted = {row["metric"]: row.get("p_holm", np.nan) for row in rows if row["coefficient"] == CONCORDANCE}
    return [
        row | _hanging(_verdict(row, rows, adjusted.get(row["metric"], np.nan), confidence), row, again)
        if row["coefficient"] == GENERALIZABILITY and row.get("verdict") is not None
        else row
        for row in rows
    ]


def _verdict(row: dict, rows: Sequence[dict], p: float, confidence: float) -> dict:
    own = [other for other in rows if other.get("metric") == row["metric"]]
    pairs = [r for r in own if r["coefficient"] == PAIR]
    told_apart = [r for r in pairs if side_of(r)]
    least = detectable_by_method(own)
    matter = [r for r in told_apart if not side_of(r).negligible]
    separated = [r for r in matter if abs(r["estimate"]) > least_difference(r, least)]
    against = []
    if np.isnan(row["ci_low"]):
        against.append(f"G has {row['reason']}")
    elif not row["ci_low"] >= ENOUGH:
        against.append(f"the interval of G reaches below {ENOUGH:.2f}{_what_would_do(row, confidence)}")
    if not p < LEVEL:
        against.append(f"methods differ by chance with p {p:.3g} after Holm")
    if not told_apart:
        against.append("no two methods are separated")
    elif not matter:
        against.append("every pair that is told apart differs by less than what matters")
    elif not separated:
        against.append("no separated pair differs by more than the least that seeds could hide")
    unmeasured = [r for r in matter if np.isnan(least_difference(r, least))]
    if not against:
        said = [f"p {p:.3g} after Holm"]
        if unmeasured:
            said.append(
                f"{len(unmeasured)} pairs not counted, as the noise of their methods was not measured"
            )
        said.append(f"{len(separated)} of {len(pairs)} pairs {SEPARATED}{in_words(separated)}")
        return {"verdict": ORDERS if len(separated) == len(pairs) else SEPARATES, "reason": "; ".join(said)}
    if unmeasured and matter and not separated:
        against.append("replicates: 2 would measure what seeds do")
    return {"verdict": UNDECIDED, "reason": "; ".join(against)}


def _hanging(found: dict, row: Mapping, again: Sequence[Mapping]) -> dict:
    """Withdraw a verdict that hangs on leaving undefined scores out."""
    own = {other["coefficient"]: other for other in again if other["metric"] == row["metric"]}
    if found["verdict"] == UNDECIDED or not own:
        return found
    low = own.get(GENERALIZABILITY, {}).get("ci_low", np.nan)
    p = own.get(CONCORDANCE, {}).get("p_holm", np.nan)
    if low >= ENOUGH and p < LEVEL:
        return found
    return {"verdict": UNDECIDED, "reason": f"{found['verdict']}, {NOT_WHERE_UNDEFINED}"}


def _what_would_do(row: Mapping, confidence: float) -> str:
    """Say with how many clusters the interval of G would not reach below ENOUGH."""
    needed = clusters_for_lower_limit(row["estimate"], row["ci_low"], row["n_clusters"], confidence, ENOUGH)
    if np.isnan(needed):
        return ", and no number of clusters would change that"
    return (
        f", which {needed:,.0f} clusters of as many items, in place of {row['n_clusters']:,}, would change "
        "if its components are as estimated"
    )


def detectable_by_method(rows: Sequence[dict]) -> dict[str, float]:
    """Return each method's minimal detectable difference of two such means: what its seeds alone can make.

    0 for a method that draws nothing, NaN for one whose replicates were not measured. Rows of one metric.
    """
    found: dict[str, float] = {}
    for row in rows:
        if row["coefficient"] == RETEST.format("icc_1_1") and row.get("reason") == NOT_MEASURED:
            found[row["method_a"]] = np.nan
        if row["coefficient"] == RETEST.format("minimal_detectable_difference"):
            found[row["method_a"]] = row["estimate"]
    return found


def least_difference(pair: Mapping, detectable: Mapping[str, float]) -> float:
    """Return the minimal detectable difference of two methods with errors of their own, by those of each.

    z sqrt(error_a^2 + error_b^2), where a method's own is z sqrt(2) error (``test_retest``).
    """
    a, b = (detectable.get(pair[side], 0.0) for side in ("method_a", "method_b"))
    return float(np.sqrt((a**2 + b**2) / 2))


def in_words(separated: Sequence[Mapping]) -> str:
    """Name separated pairs, by the better method: "lrp over edges, random; lime over random"."""
    worse: dict[str, list[str]] = {}
    for row in separated:
        better = side_of(row).better
        worse.setdefault(better, []).append(row["method_b" if row["method_a"] == better else "method_a"])
    ordered = sorted(worse.items(), key=lambda item: (-len(item[1]), item[0]))
    return "; ".join(f"{better} over {', '.join(sorted(names))}" for better, names in ordered)
