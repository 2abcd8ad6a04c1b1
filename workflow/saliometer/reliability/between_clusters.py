"""Do items of different clusters rank the methods alike? Mean Spearman's rho between rankings.

Items of one cluster (an asked class, a photograph) agree for that cluster's own reasons; what holds for
clusters that were not drawn shows only between different ones. Of unit length, the centred ranks z of two
items have rho as their product, so sums over pairs follow from sums over items: the sum over pairs of
different clusters is (|sum_c Z_c|^2 - sum_c |Z_c|^2) / 2, where Z_c is the sum of cluster c.

Sources: Spearman's rho as the correlation of mid-ranks and its mean over pairs of rankings: Kendall &
Gibbons, Rank Correlation Methods (1990), chapters 3 and 6. The jackknife: see intervals.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from saliometer.reliability.clustering.intervals import Interval, jackknife
from saliometer.reliability.clustering.strata import strata_of_clusters
from saliometer.reliability.clustering.sums import sum_by_cluster
from saliometer.reliability.ranks import rank_complete
from saliometer.reliability.sample import Sample

ROUNDING = 1e-12


class RankSums(NamedTuple):
    """Standardised ranks added up by cluster.

    ``sums``: float64 (clusters, methods); ``counts``: int64 (clusters,), items behind each sum, at least 1;
    ``n_tied``: items left out because they tie all methods, so that they correlate with none.
    """

    sums: np.ndarray
    counts: np.ndarray
    n_tied: int


class AgreementByCluster(NamedTuple):
    """Mean rho between items of different clusters and of the same one, in [-1, 1]; NaN without such pairs.

    ``n_items``: items that rank; ``n_tied``: items left out because they tie all methods. Each interval
    counts the clusters that have a part in it: within, those of two items or more.
    """

    between: Interval
    within: Interval
    n_items: int
    n_tied: int


def agreement_by_cluster(sample: Sample, confidence: float) -> AgreementByCluster:
    """Compute the mean rho over all pairs of items between and within clusters, with jackknife intervals.

    Parameters: ``sample``, methods across, no NaN; ``confidence``, level in (0, 1).

    p is of 0, which is the mean of both where a ranking is as likely as any other. Between clusters an
    interval needs three of them. Time O(items x methods), whatever the number of clusters.
    Raises ValueError for a NaN.

    Near 0 the coefficient between clusters spreads like a sum of squares and not like a mean: the jackknife
    is too wide there and its p too large; ``cluster_permutation`` tests that null exactly.
    """
    ranked = standardised_ranks(sample)
    sums, counts = sum_by_cluster(ranked.scores, ranked.clusters)
    squares, strata = (sums**2).sum(axis=1), ranked.strata_of_clusters
    effects = np.ones(2)
    if ranked.links is not None and len(ranked):
        effects = ranked.design_effects(_without_items(ranked, sums, counts))
    return AgreementByCluster(
        _between_interval(sums, squares, counts, strata, confidence, float(effects[0])),
        _within_interval(squares, counts, strata, confidence, float(effects[1])),
        len(ranked),
        len(sample) - len(ranked),
    )


def rank_sums(sample: Sample) -> RankSums:
    """Standardise the ranks of each item to mean 0 and length 1, and add them up by cluster.

    Parameters: ``sample``, methods across, no NaN. The order of clusters is that of their sorted labels;
    clusters all of whose items tie all methods are not among them.
    """
    ranked = standardised_ranks(sample)
    return RankSums(*sum_by_cluster(ranked.scores, ranked.clusters), len(sample) - len(ranked))


def standardised_ranks(sample: Sample) -> Sample:
    """Return the items that rank at all, their scores the ranks standardised to mean 0 and length 1.

    Items that tie all methods do not rank.
    """
    ranks = rank_complete(sample.scores)
    centred = ranks - (ranks.shape[1] + 1) / 2  # exact, as mid-ranks are halves
    lengths = np.sqrt((centred**2).sum(axis=1))
    ranked = lengths > 0
    return sample.with_scores(centred / np.where(ranked, lengths, 1)[:, None]).where(ranked)


def resampled_between(sums: np.ndarray, counts: np.ndarray, weights: ArrayLike) -> np.ndarray:
    """Compute the mean rho between different original clusters for resampled clusters.

    Parameters
    ----------
    sums, counts : from ``rank_sums``, shapes (clusters, methods) and (clusters,)
    weights : real array of shape (..., clusters), >= 0: how often a resample has each cluster

    Returns float64 (...) in [-1, 1]: sum_{a != b} w_a w_b r_ab / sum_{a != b} w_a w_b n_ab over pairs of
    clusters, r_ab and n_ab the sum of rho and the number of their pairs of items. A cluster drawn twice is
    never compared with itself, which would add (1 - r) / clusters. All weights 1: the estimate. NaN for a
    resample of one cluster.
    """
    weights = np.asarray(weights, dtype=np.float64)
    squared = weights**2
    return _mean_between(
        ((weights @ sums) ** 2).sum(axis=-1),
        squared @ (sums**2).sum(axis=1),
        weights @ counts,
        squared @ counts.astype(np.float64) ** 2,
    )


def _without_items(ranked: Sample, sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the mean rho between and within clusters that is left without each item: (items, 2)."""
    items, codes = ranked.scores, np.unique(ranked.clusters, return_inverse=True)[1]
    squares, n = (sums**2).sum(axis=1), counts[codes]
    less = ((sums[codes] - items) ** 2).sum(axis=1) - squares[codes]
    between = _mean_between(
        ((sums.sum(axis=0) - items) ** 2).sum(axis=1),
        squares.sum() + less,
        len(items) - 1,
        (counts**2).sum() - 2 * n + 1,
    )
    within = _ratio(squares.sum() + less - (len(items) - 1), (counts * (counts - 1)).sum() - 2 * (n - 1))
    return np.column_stack([between, within])


def _between_interval(sums, squares, counts, strata, confidence, effect) -> Interval:
    total, items, within = sums.sum(axis=0), counts.sum(), (counts**2).sum()
    estimate = _mean_between((total**2).sum(), squares.sum(), items, within)
    left_out = _mean_between(
        ((total - sums) ** 2).sum(axis=1), squares.sum() - squares, items - counts, within - counts**2
    )
    return _bounded(jackknife(float(estimate), left_out, confidence, effect=effect, strata=strata))


def _within_interval(squares, counts, strata, confidence, effect) -> Interval:
    several = counts > 1  # other clusters have no pair, and count for no degree of freedom
    products, pairs = squares[several] - counts[several], (counts * (counts - 1))[several]
    estimate = _ratio(products.sum(), pairs.sum())
    left_out = _ratio(products.sum() - products, pairs.sum() - pairs)
    if strata is not None:
        strata = strata_of_clusters(several.nonzero()[0], strata[several])
    return _bounded(jackknife(float(estimate), left_out, confidence, effect=effect, strata=strata))


def _mean_between(square_of_total, squares, items, within) -> np.ndarray:
    return _ratio(square_of_total - squares, np.square(items) - within)


def _ratio(products: ArrayLike, pairs: ArrayLike) -> np.ndarray:
    """Divide sums of rho by numbers of pairs, both over ordered pairs; NaN where there is none."""
    products, pairs = np.broadcast_arrays(products, pairs)
    mean = np.divide(products, pairs, out=np.full(products.shape, np.nan), where=pairs > 0)
    # Sums that cancel leave their last bits, which are nothing and would be far from 0 without an error.
    return np.clip(np.where(np.abs(mean) < ROUNDING, 0.0, mean), -1, 1)


def _bounded(interval: Interval) -> Interval:
    low, high = np.clip([interval.low, interval.high], -1, 1)
    return interval._replace(low=float(low), high=float(high))
