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

from saliometer.reliability.codes import Code, Note, has, note
from saliometer.reliability.generalizability_interval import clusters_for_lower_limit
from saliometer.reliability.rows.columns import CONCORDANCE, GENERALIZABILITY, PAIR, RETEST
from saliometer.reliability.rows.sides import Side, side_of_pair

ENOUGH, LEVEL = 0.8, 0.05


def with_verdicts(rows: Sequence[dict], confidence: float, again: Sequence[dict] = ()) -> list[dict]:
    """Return the rows of one scope with the verdicts of their G coefficients, and why not where undecided.

    Parameters: ``rows`` with their ``p_holm`` (``adjusted.with_holm``); the level of their intervals;
    ``again``, the ``sensitivity_rows`` of metrics that are somewhere undefined: G decides nothing that it
    would not decide by these.
    """
    adjusted = {row["metric"]: row.get("p_holm", np.nan) for row in rows if row["coefficient"] == CONCORDANCE}
    return [
        row | _withdrawn(_verdict(row, rows, adjusted.get(row["metric"], np.nan), confidence), row, again)
        if row["coefficient"] == GENERALIZABILITY and not np.isnan(row.get("estimate", np.nan))
        else row
        for row in rows
    ]


def _verdict(row: dict, rows: Sequence[dict], p: float, confidence: float) -> dict:
    rows_of_metric = [other for other in rows if other.get("metric") == row["metric"]]
    pairs = [pair for pair in rows_of_metric if pair["coefficient"] == PAIR]
    least = detectable_by_method(rows_of_metric)
    decided = [pair for pair in pairs if _side(pair)]
    matter = [pair for pair in decided if not _side(pair).negligible]
    separated = [pair for pair in matter if abs(pair["estimate"]) > least_difference(pair, least)]
    unmeasured = [pair for pair in matter if np.isnan(least_difference(pair, least))]
    against = [*_against_g(row, confidence), *_against_chance(p)]
    if not decided:
        against.append(note(Code.NO_PAIR_SEPARATED))
    elif not matter:
        against.append(note(Code.NO_DIFFERENCE_MATTERS))
    elif not separated:
        against.append(note(Code.NO_DIFFERENCE_BEYOND_SEEDS))
    if against:
        against += [note(Code.TWO_REPLICATES_WOULD_DO)] if unmeasured and not separated else []
        return {"verdict": note(Code.UNDECIDED), "notes": tuple(against)}
    uncounted = [note(Code.PAIRS_NOT_COUNTED, n=len(unmeasured))] if unmeasured else []
    named = note(Code.PAIRS_SEPARATED, n=len(separated), of=len(pairs), pairs=by_better(separated))
    verdict = Code.ORDERS_ALL if len(separated) == len(pairs) else Code.SEPARATES_SOME
    return {"verdict": note(verdict), "notes": (note(Code.P_AFTER_HOLM, p=float(p)), *uncounted, named)}


def _against_g(row: Mapping, confidence: float) -> list[Note]:
    """Say what speaks against G: that it has no interval, or that this reaches below ENOUGH."""
    if np.isnan(row["ci_low"]):
        return [note(Code.G_HAS, why=row["notes"])]
    if row["ci_low"] >= ENOUGH:
        return []
    needed = clusters_for_lower_limit(row["estimate"], row["ci_low"], row["n_clusters"], confidence, ENOUGH)
    remedy = note(Code.CLUSTERS_WOULD_DO, needed=float(needed), n=int(row["n_clusters"]))
    return [
        note(Code.G_REACHES_BELOW, enough=ENOUGH),
        note(Code.NO_CLUSTERS_WOULD_DO) if np.isnan(needed) else remedy,
    ]


def _against_chance(p: float) -> list[Note]:
    if np.isnan(p):
        return [note(Code.CHANCE_NOT_TESTED)]
    return [] if p < LEVEL else [note(Code.BY_CHANCE, p=float(p))]


def _side(pair: Mapping) -> Side | None:
    return pair["verdict"] and side_of_pair(pair["verdict"].code, pair["method_a"], pair["method_b"])


def _withdrawn(finding: dict, row: Mapping, again: Sequence[Mapping]) -> dict:
    """Withdraw a verdict that hangs on leaving undefined scores out."""
    by_coefficient = {other["coefficient"]: other for other in again if other["metric"] == row["metric"]}
    if finding["verdict"].code == Code.UNDECIDED or not by_coefficient:
        return finding
    low = by_coefficient.get(GENERALIZABILITY, {}).get("ci_low", np.nan)
    p = by_coefficient.get(CONCORDANCE, {}).get("p_holm", np.nan)
    if low >= ENOUGH and p < LEVEL:
        return finding
    why = note(Code.NOT_WHERE_UNDEFINED, verdict=finding["verdict"])
    return {"verdict": note(Code.UNDECIDED), "notes": (why,)}


def detectable_by_method(rows: Sequence[dict]) -> dict[str, float]:
    """Return each method's minimal detectable difference of two such means: what its seeds alone can make.

    0 for a method that draws nothing, NaN for one whose replicates were not measured. Rows of one metric.
    """
    detectable: dict[str, float] = {}
    for row in rows:
        if row["coefficient"] == RETEST.format("icc_1_1") and has(row["notes"], Code.ONE_REPLICATE):
            detectable[row["method_a"]] = np.nan
        if row["coefficient"] == RETEST.format("minimal_detectable_difference"):
            detectable[row["method_a"]] = row["estimate"]
    return detectable


def least_difference(pair: Mapping, detectable: Mapping[str, float]) -> float:
    """Return the minimal detectable difference of two methods with errors of their own, by those of each.

    z sqrt(error_a^2 + error_b^2), where a method's own is z sqrt(2) error (``test_retest``).
    """
    a, b = (detectable.get(pair[side], 0.0) for side in ("method_a", "method_b"))
    return float(np.sqrt((a**2 + b**2) / 2))


def by_better(separated: Sequence[Mapping]) -> list[tuple[str, list[str]]]:
    """Return each better method with those it is separated from, the one with most of them first."""
    worse: dict[str, list[str]] = {}
    for side in map(_side, separated):
        worse.setdefault(side.better, []).append(side.worse)
    ordered = sorted(worse.items(), key=lambda item: (-len(item[1]), item[0]))
    return [(better, sorted(names)) for better, names in ordered]
