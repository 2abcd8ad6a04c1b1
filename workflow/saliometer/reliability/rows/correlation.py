"""Rows on whether two methods find the same items easy, and two metrics the same maps of a method good."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from saliometer.reliability.clustering import intervals
from saliometer.reliability.clustering.intervals import Interval
from saliometer.reliability.clustering.shared_images import Links
from saliometer.reliability.inter_method import spearman_with_intervals
from saliometer.reliability.inter_method_by_cluster import spearman_by_cluster
from saliometer.reliability.internal_consistency import internal_consistency
from saliometer.reliability.rows.columns import (
    ALIKE,
    CONSISTENCY,
    METHODS_BETWEEN,
    METHODS_WITHIN,
    OPPOSITELY,
    RHO,
    RHO_MEAN,
    UNCOUNTED,
    UNDECIDED,
    make_row,
)
from saliometer.reliability.rows.context import obstacle_to_ranking
from saliometer.reliability.rows.levels import OfMetric, OfScope, Rows
from saliometer.reliability.sample import Comparison, describe_left_out

CONSTANT = "a method's scores are the same on every item"


def correlation_rows(real: Comparison, controls: Comparison, confidence: float) -> Iterator[dict]:
    """Yield the mean rho of the methods, and rho of every pair, also with controls."""
    scores, clusters = real.complete()
    names, (m, k) = list(real.scores), scores.shape
    sizes = {"n_units": m, "n_missing": len(real.scores) - m}
    obstacle = obstacle_to_ranking(real)
    if obstacle:
        yield make_row(RHO_MEAN, reason=obstacle, n_raters=k, **sizes)
        if k == 2:
            yield make_row(RHO, method_a=names[0], method_b=names[1], reason=obstacle, n_raters=k, **sizes)
        return
    both = Comparison(
        pd.concat([real.scores, controls.scores], axis=1), real.clusters, {}, real.linked, real.strata
    )
    beside, clusters_beside = both.complete()
    same = len(beside) == m  # the usual case: the controls are defined wherever the methods are
    linked, strata = real.complete_links(), real.complete_strata()
    chosen = beside if same else scores
    found, mean = spearman_with_intervals(chosen, clusters, confidence, k, linked, strata)
    pairs = {pair: interval for pair, interval in found.items() if max(pair) < k}
    verdict, note = _rho_verdict(mean), describe_left_out(real.left_out)
    kind = intervals.counting(intervals.JACKKNIFE_FISHER, linked)
    yield make_row(RHO_MEAN, mean, kind, verdict, CONSTANT, note, n_raters=k, **sizes)
    yield from _pair_rows(pairs, names, kind, sizes)
    if beside.shape[1] > k and len(beside) >= 2:
        if not same:
            linked, strata = both.complete_links(), both.complete_strata()
            found, _ = spearman_with_intervals(beside, clusters_beside, confidence, None, linked, strata)
            kind = intervals.counting(intervals.JACKKNIFE_FISHER, linked)
        of_controls = {pair: interval for pair, interval in found.items() if max(pair) >= k}
        sizes = {"n_units": len(beside), "n_missing": len(both.scores) - len(beside)}
        yield from _pair_rows(of_controls, list(both.scores), kind, sizes)


def _pair_rows(
    pairs: dict[tuple[int, int], Interval], names: list[str], kind: str, sizes: dict
) -> Iterator[dict]:
    for (a, b), interval in pairs.items():
        verdict = _rho_verdict(interval)
        row = make_row(RHO, interval, kind, verdict, CONSTANT, n_raters=2, **sizes)
        yield row | {"method_a": names[a], "method_b": names[b]}


def consistency_rows(
    wide: pd.DataFrame,
    clusters: np.ndarray,
    metrics: Mapping,
    methods: Mapping[str, Mapping],
    confidence: float,
    linked: Links = None,
    strata: np.ndarray | None = None,
) -> Iterator[dict]:
    """Yield rho between every two metrics over the items of each saliency method.

    Parameters: ``wide``, items down, (metric, method) across; ``metrics`` that are no aliases; ``linked``,
    items of different clusters that share an image. Metrics that are not applicable to a method, or nowhere
    defined, take no part.
    """
    for name in (name for name, block in methods.items() if not block["control"]):
        chosen = [
            metric
            for metric, described in metrics.items()
            if (metric, name) in wide
            and (methods[name]["signed"] or not described.needs_negative)
            and wide[metric, name].notna().any()
        ]
        scores = wide[[(metric, name) for metric in chosen]]
        n = int(scores.notna().all(axis=1).sum())
        sizes = {"n_raters": 2, "n_units": n, "n_missing": len(scores) - n, "method_a": name}
        kind = intervals.counting(intervals.JACKKNIFE_FISHER, linked)
        for (a, b), interval in internal_consistency(
            scores.to_numpy(), clusters, confidence, linked, strata
        ).items():
            verdict, undefined = _rho_verdict(interval), "a metric is the same on every item"
            row = make_row(CONSISTENCY, interval, kind, verdict, undefined, **sizes)
            yield row | {"metric": chosen[a], "metric_b": chosen[b]}


def _rho_verdict(interval: Interval) -> str:
    if interval.low > 0:
        return ALIKE
    return OPPOSITELY if interval.high < 0 else UNDECIDED


MEAN_OF_PAIRS = "{}_mean"
# Why there is no correlation: with enough clusters, or items in them, it is a method that never differs.
FEW = {METHODS_BETWEEN: "one cluster only", METHODS_WITHIN: "one item in each cluster"}
CONSTANT_THERE = {
    METHODS_BETWEEN: "a method's cluster means are all the same",
    METHODS_WITHIN: "a method's scores are the same within all clusters",
}

WITHOUT_INTERVAL = {
    "ci_low": np.nan,
    "ci_high": np.nan,
    "p": np.nan,
    "ci_method": None,
    "reason": f"no interval: {UNCOUNTED}",
}


def correlation_by_cluster_rows(real: Comparison, confidence: float) -> Iterator[dict]:
    """Yield rho of every pair of methods, and its mean, of cluster means and within clusters.

    Where clusters share images there are no intervals, as these do not count them.
    """
    if obstacle_to_ranking(real):
        return
    scores, clusters = real.complete()
    names, (m, k) = list(real.scores), scores.shape
    found = spearman_by_cluster(scores, clusters, confidence)
    kind = intervals.JACKKNIFE_FISHER
    for coefficient, pairs, mean in (
        (METHODS_BETWEEN, found.between, found.between_mean),
        (METHODS_WITHIN, found.within, found.within_mean),
    ):
        n_units = mean.n_clusters if coefficient == METHODS_BETWEEN else m
        few = mean.n_clusters == (1 if coefficient == METHODS_BETWEEN else m)
        why = (FEW if few else CONSTANT_THERE)[coefficient]
        sizes = {"n_units": n_units, "n_missing": len(real.scores) - m}
        row = make_row(MEAN_OF_PAIRS.format(coefficient), mean, kind, "", why, n_raters=k, **sizes)
        yield _counted(row, real)
        for (a, b), interval in pairs.items():
            row = make_row(coefficient, interval, kind, "", why, n_raters=2, **sizes)
            yield _counted(row, real) | {"method_a": names[a], "method_b": names[b]}


def _counted(row: dict, real: Comparison) -> dict:
    """Return a row without the interval that would not count shared images."""
    return row if real.linked is None or np.isnan(row["estimate"]) else row | WITHOUT_INTERVAL


ROWS = (
    Rows(OfMetric, 20, lambda at: correlation_rows(at.real, at.controls, at.context.confidence)),
    Rows(OfMetric, 30, lambda at: correlation_by_cluster_rows(at.real, at.context.confidence)),
    Rows(
        OfScope,
        10,
        lambda at: consistency_rows(
            at.wide, at.clusters, at.metrics, at.methods, at.confidence, at.linked, at.strata
        ),
    ),
)
