"""Rows on whether two methods find the same items easy, and two metrics the same maps of a method good."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from saliometer.reliability.clustering import intervals
from saliometer.reliability.clustering.intervals import Interval
from saliometer.reliability.codes import Code, Note, note
from saliometer.reliability.inter_method import spearman_with_intervals
from saliometer.reliability.inter_method_by_cluster import spearman_by_cluster
from saliometer.reliability.internal_consistency import internal_consistency
from saliometer.reliability.rows.columns import (
    CONSISTENCY,
    METHODS_BETWEEN,
    METHODS_WITHIN,
    RHO,
    RHO_MEAN,
    make_row,
)
from saliometer.reliability.rows.context import obstacle_to_ranking
from saliometer.reliability.rows.levels import OfMetric, OfScope, Rows
from saliometer.reliability.sample import Sample, notes_on_left_out

CONSTANT = [note(Code.CONSTANT_METHOD)]


def correlation_rows(real: Sample, controls: Sample, confidence: float) -> Iterator[dict]:
    """Yield the mean rho of the methods, and rho of every pair, also with controls."""
    complete = real.complete()
    names, (m, k) = list(real.scores), complete.scores.shape
    sizes = {"n_units": m, "n_missing": len(real) - m}
    obstacle = obstacle_to_ranking(real)
    if obstacle:
        yield make_row(RHO_MEAN, notes=obstacle, n_raters=k, **sizes)
        if k == 2:
            yield make_row(RHO, method_a=names[0], method_b=names[1], notes=obstacle, n_raters=k, **sizes)
        return
    both = real.with_scores(pd.concat([real.scores, controls.scores], axis=1))
    beside = both.complete()
    same = len(beside) == m  # the usual case: the controls are defined wherever the methods are
    rho, mean = spearman_with_intervals(beside if same else complete, confidence, k)
    pairs = {pair: interval for pair, interval in rho.items() if max(pair) < k}
    verdict, left_out = _rho_verdict(mean), notes_on_left_out(real.left_out)
    kind = intervals.counting(intervals.JACKKNIFE_FISHER, real.links)
    yield make_row(RHO_MEAN, mean, kind, verdict, CONSTANT, left_out, n_raters=k, **sizes)
    yield from _pair_rows(pairs, names, kind, sizes)
    if len(controls.scores.columns) and len(beside) >= 2:
        if not same:
            rho, _ = spearman_with_intervals(beside, confidence)
        of_controls = {pair: interval for pair, interval in rho.items() if max(pair) >= k}
        sizes = {"n_units": len(beside), "n_missing": len(both) - len(beside)}
        yield from _pair_rows(of_controls, list(both.scores), kind, sizes)


def _pair_rows(
    pairs: dict[tuple[int, int], Interval], names: list[str], kind: str, sizes: dict
) -> Iterator[dict]:
    for (a, b), interval in pairs.items():
        verdict = _rho_verdict(interval)
        row = make_row(RHO, interval, kind, verdict, CONSTANT, n_raters=2, **sizes)
        yield row | {"method_a": names[a], "method_b": names[b]}


def consistency_rows(
    sample: Sample, metrics: Mapping, methods: Mapping[str, Mapping], confidence: float
) -> Iterator[dict]:
    """Yield rho between every two metrics over the items of each saliency method.

    Parameters: ``sample``, (metric, method) across; ``metrics`` that are no aliases. Metrics that are not
    applicable to a method, or nowhere defined, take no part.
    """
    wide = sample.scores
    for name in (name for name, block in methods.items() if not block["control"]):
        chosen = [
            metric
            for metric, described in metrics.items()
            if (metric, name) in wide
            and (methods[name]["signed"] or not described.needs_negative)
            and wide[metric, name].notna().any()
        ]
        of_method = sample.with_scores(wide[[(metric, name) for metric in chosen]])
        n = int(of_method.defined.sum())
        sizes = {"n_raters": 2, "n_units": n, "n_missing": len(sample) - n, "method_a": name}
        kind = intervals.counting(intervals.JACKKNIFE_FISHER, sample.links)
        for (a, b), interval in internal_consistency(of_method, confidence).items():
            verdict, undefined = _rho_verdict(interval), [note(Code.CONSTANT_METRIC)]
            row = make_row(CONSISTENCY, interval, kind, verdict, undefined, **sizes)
            yield row | {"metric": chosen[a], "metric_b": chosen[b]}


def _rho_verdict(interval: Interval) -> Note:
    if interval.low > 0:
        return note(Code.ALIKE)
    return note(Code.OPPOSITE if interval.high < 0 else Code.UNDECIDED)


MEAN_OF_PAIRS = "{}_mean"
# Why there is no correlation: with enough clusters, or items in them, it is a method that never differs.
FEW = {METHODS_BETWEEN: Code.ONE_CLUSTER, METHODS_WITHIN: Code.ONE_ITEM_IN_EACH}
CONSTANT_THERE = {METHODS_BETWEEN: Code.CONSTANT_BETWEEN, METHODS_WITHIN: Code.CONSTANT_WITHIN}

WITHOUT_INTERVAL = {
    "ci_low": np.nan,
    "ci_high": np.nan,
    "p": np.nan,
    "ci_method": None,
    "notes": (note(Code.NO_INTERVAL, why=(note(Code.SHARED_NOT_COUNTED),)),),
}


def correlation_by_cluster_rows(real: Sample, confidence: float) -> Iterator[dict]:
    """Yield rho of every pair of methods, and its mean, of cluster means and within clusters.

    Where clusters share images there are no intervals, as these do not count them.
    """
    if obstacle_to_ranking(real):
        return
    complete = real.complete()
    names, (m, k) = list(real.scores), complete.scores.shape
    rho = spearman_by_cluster(complete, confidence)
    kind = intervals.JACKKNIFE_FISHER
    for coefficient, pairs, mean in (
        (METHODS_BETWEEN, rho.between, rho.between_mean),
        (METHODS_WITHIN, rho.within, rho.within_mean),
    ):
        n_units = mean.n_clusters if coefficient == METHODS_BETWEEN else m
        few = mean.n_clusters == (1 if coefficient == METHODS_BETWEEN else m)
        why = [note((FEW if few else CONSTANT_THERE)[coefficient])]
        sizes = {"n_units": n_units, "n_missing": len(real) - m}
        row = make_row(MEAN_OF_PAIRS.format(coefficient), mean, kind, None, why, n_raters=k, **sizes)
        yield _counted(row, real)
        for (a, b), interval in pairs.items():
            row = make_row(coefficient, interval, kind, None, why, n_raters=2, **sizes)
            yield _counted(row, real) | {"method_a": names[a], "method_b": names[b]}


def _counted(row: dict, real: Sample) -> dict:
    """Return a row without the interval that would not count shared images."""
    return row if real.links is None or np.isnan(row["estimate"]) else row | WITHOUT_INTERVAL


ROWS = (
    Rows(OfMetric, 20, lambda at: correlation_rows(at.real, at.controls, at.context.confidence)),
    Rows(OfMetric, 30, lambda at: correlation_by_cluster_rows(at.real, at.context.confidence)),
    Rows(OfScope, 10, lambda at: consistency_rows(at.sample, at.metrics, at.methods, at.confidence)),
)
