"""Inter-method reliability taken apart: are the same clusters easy, and the same items within a cluster?

Over all items rho mixes both. Between clusters it is Spearman's rho of the methods' cluster means; within,
the stratified rho: items are ranked within their own cluster, and the products of ranks about their means
are added up over clusters (Taylor, "Kendall's and Spearman's correlation coefficients in the presence of a
blocking variable", Biometrics 43, 1987).
"""

from typing import NamedTuple

import numpy as np
from scipy import stats

from saliometer.reliability.clustering.intervals import Interval, jackknife
from saliometer.reliability.clustering.sums import sum_by_cluster
from saliometer.reliability.inter_method import mean_correlation, spearman_matrix
from saliometer.reliability.sample import Sample
from saliometer.reliability.spearman_jackknife import correlations, spearman_without_clusters

DIGITS = 12  # means that agree so far, relative to the largest score, are tied

Pairs = dict[tuple[int, int], Interval]


class ByCluster(NamedTuple):
    """rho of every pair (a, b), a < b, of methods and the mean over pairs, between and within clusters."""

    between: Pairs
    between_mean: Interval
    within: Pairs
    within_mean: Interval


def spearman_by_cluster(sample: Sample, confidence: float) -> ByCluster:
    """Compute rho of all pairs of methods between and within clusters, with jackknives over clusters.

    Parameters
    ----------
    sample : two methods or more across, no NaN, at least one item; links and strata do not count
    confidence : level in (0, 1)

    Values in [-1, 1]; ties share their mean rank. Intervals on Fisher's z, p of rho = 0. NaN between fewer
    than two clusters, and within clusters of one item each; and for a method whose scores are there constant.
    """
    scores = sample.values
    labels, codes = np.unique(sample.clusters, return_inverse=True)
    sums, sizes = sum_by_cluster(scores - scores[:1], codes)
    # The same mean summed in another order must stay the same: a tie.
    means = np.round(sums / sizes[:, None] / (np.abs(scores).max() or 1), DIGITS)
    between = spearman_matrix(means)
    products = products_within(scores, codes, len(labels))
    total = products.sum(axis=0)
    return ByCluster(
        *_intervals(between, spearman_without_clusters(means, np.arange(len(labels))), confidence),
        *_intervals(correlations(total), correlations(total - products), confidence),
    )


def products_within(scores: np.ndarray, codes: np.ndarray, n_clusters: int) -> np.ndarray:
    """Return the sums of products of ranks about their means within each cluster: (clusters, k, k).

    Ranks count twice, so that all sums are whole numbers. ``codes`` (items,) are in 0 ... n_clusters - 1.
    """
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes, minlength=n_clusters)
    products = np.empty((n_clusters, scores.shape[1], scores.shape[1]))
    for cluster, rows in enumerate(np.split(scores[order], np.cumsum(sizes)[:-1])):
        ranks = 2 * stats.rankdata(rows, axis=0) - len(rows) - 1
        products[cluster] = ranks.T @ ranks
    return products


def _intervals(matrix: np.ndarray, left_out: np.ndarray, confidence: float) -> tuple[Pairs, Interval]:
    pairs = {
        (a, b): jackknife(matrix[a, b], left_out[:, a, b], confidence, fisher=True)
        for a, b in zip(*np.triu_indices(len(matrix), 1), strict=True)
    }
    means = [mean_correlation(one) for one in left_out]
    return pairs, jackknife(mean_correlation(matrix), means, confidence, fisher=True)
