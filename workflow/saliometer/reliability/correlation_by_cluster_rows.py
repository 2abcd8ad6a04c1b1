"""Rows on whether two methods find the same clusters easy, and the same items within a cluster."""

from collections.abc import Iterator

import numpy as np

from saliometer.reliability import intervals
from saliometer.reliability.comparison import Comparison
from saliometer.reliability.context import obstacle_to_ranking
from saliometer.reliability.inter_method_by_cluster import spearman_by_cluster
from saliometer.reliability.rows import METHODS_BETWEEN, METHODS_WITHIN, UNCOUNTED, make_row

MEAN_OF_PAIRS = "{}_mean"
FEW = {
    METHODS_BETWEEN: "one cluster only, or a method whose cluster means are all the same",
    METHODS_WITHIN: "one item in each cluster, or a method whose scores are the same within all of them",
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
        sizes = {"n_units": n_units, "n_missing": len(real.scores) - m}
        row = make_row(
            MEAN_OF_PAIRS.format(coefficient), mean, kind, "", FEW[coefficient], n_raters=k, **sizes
        )
        yield _counted(row, real)
        for (a, b), interval in pairs.items():
            row = make_row(coefficient, interval, kind, "", FEW[coefficient], n_raters=2, **sizes)
            yield _counted(row, real) | {"method_a": names[a], "method_b": names[b]}


def _counted(row: dict, real: Comparison) -> dict:
    """Return a row without the interval that would not count shared images."""
    return row if real.linked is None or np.isnan(row["estimate"]) else row | WITHOUT_INTERVAL
