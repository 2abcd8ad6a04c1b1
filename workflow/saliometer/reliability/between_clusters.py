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

from saliometer.reliability.clustering.design_effect import design_effect
from saliometer.reliability.clustering.intervals import Interval, jackknife
from saliometer.reliability.clustering.shared_images import Links, links_among
from saliometer.reliability.clustering.strata import about_own_mean, strata_of_clusters
from saliometer.reliability.clustering.sums import sum_by_cluster
from saliometer.reliability.ranks import rank_complete

ROUNDING = 1e-12


class RankSums(NamedTuple):
    """Standardised ranks added up by cluster.

    ``sums``: float64 (clusters, methods); ``counts``: int64 (clusters,), items behind each sum, at least 1;
    ``n_tied``: items left out because they tie all methods, so that they correlate with none.
    """

    sums: np.ndarray
    counts: np.ndarray
    n_tied: int


class Agreement(NamedTuple):
    """Mean rho between items of different clusters and of the same one, in [-1, 1]; NaN without such pairs.

    ``n_items``: items that rank; ``n_tied``: items left out because they tie all methods. Each interval
    counts the clusters that have a part in it: within, those of two items or more.
    """

    between: Interval
    within: Interval
    n_items: int
    n_tied: int


def agreement_by_cluster(
    scores: ArrayLike,
    clusters: ArrayLike,
    confidence: float,
    linked: Links = None,
    strata: ArrayLike | None = None,
) -> Agreement:
    """Compute the mean rho over all pairs of items between and within clusters, with jackknife intervals.

    Parameters
    ----------
    scores : real array of shape (items, methods), no NaN
    clusters : array of shape (items,), labels
    confidence : level in (0, 1)
    linked : items of different clusters that share an image (``shared_images``)
    strata : array of shape (items,), labels of the fixed groups in which the clusters lie, or None

    p is of 0, which is the mean of both where a ranking is as likely as any other. Between clusters an
    interval needs three of them. Time O(items x methods), whatever the number of clusters.
    Raises ValueError for other shapes or a NaN.

    Near 0 the coefficient between clusters spreads like a sum of squares and not like a mean: the jackknife
    is too wide there and its p too large; ``cluster_permutation`` tests that null exactly.
    """
    standardised, ranked = standardised_ranks(scores)
    own = _one_each(clusters, ranked)[ranked]
    sums, counts = sum_by_cluster(standardised[ranked], own)
    squares = (sums**2).sum(axis=1)
    of_items = None if strata is None else np.asarray(strata)[ranked]
    effects, of_clusters = np.ones(2), strata_of_clusters(own, of_items)
    if linked is not None and ranked.any():
        left_out = _without_items(standardised[ranked], own, sums, counts)
        left_out = about_own_mean(left_out, None if of_clusters is None else of_items)
        effects = design_effect(left_out, own, links_among(linked, ranked))
    return Agreement(
        _between_interval(sums, squares, counts, of_clusters, confidence, float(effects[0])),
        _within_interval(squares, counts, of_clusters, confidence, float(effects[1])),
        int(counts.sum()),
        int((~ranked).sum()),
    )


def rank_sums(scores: ArrayLike, clusters: ArrayLike) -> RankSums:
    """Standardise the ranks of each item to mean 0 and length 1, and add them up by cluster.

    Parameters: scores (items, methods) without NaN; clusters (items,) labels. The order of clusters is that
    of their sorted labels; clusters all of whose items tie all methods are not among them.
    """
    standardised, ranked = standardised_ranks(scores)
    sums, counts = sum_by_cluster(standardised[ranked], _one_each(clusters, ranked)[ranked])
    return RankSums(sums, counts, int((~ranked).sum()))


def standardised_ranks(scores: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Standardise the ranks of each item (items, methods), and say which items (items,) rank at all.

    Items that tie all methods have 0 in the place of a vector of length 1.
    """
    ranks = rank_complete(scores)
    centred = ranks - (ranks.shape[1] + 1) / 2  # exact, as mid-ranks are halves
    lengths = np.sqrt((centred**2).sum(axis=1))
    ranked = lengths > 0
    return centred / np.where(ranked, lengths, 1)[:, None], ranked


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
    own = weights**2
    return _mean_between(
        ((weights @ sums) ** 2).sum(axis=-1),
        own @ (sums**2).sum(axis=1),
        weights @ counts,
        own @ counts.astype(np.float64) ** 2,
    )


def _one_each(clusters: ArrayLike, items: np.ndarray) -> np.ndarray:
    clusters = np.asarray(clusters)
    if clusters.shape != items.shape:
        raise ValueError(f"clusters must be one label for each of {len(items)} items, not {clusters.shape}")
    return clusters


def _without_items(items: np.ndarray, clusters: np.ndarray, sums, counts) -> np.ndarray:
    """Return the mean rho between and within clusters that is left without each item: (items, 2)."""
    codes = np.unique(clusters, return_inverse=True)[1]
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
    total, items, own_pairs = sums.sum(axis=0), counts.sum(), (counts**2).sum()
    estimate = _mean_between((total**2).sum(), squares.sum(), items, own_pairs)
    left_out = _mean_between(
        ((total - sums) ** 2).sum(axis=1), squares.sum() - squares, items - counts, own_pairs - counts**2
    )
    return _bounded(jackknife(float(estimate), left_out, confidence, effect=effect, strata=strata))


def _within_interval(squares, counts, strata, confidence, effect) -> Interval:
    several = counts > 1  # other clusters have no pair, and count for no degree of freedom
    products, pairs = squares[several] - counts[several], (counts * (counts - 1))[several]
    estimate = _ratio(products.sum(), pairs.sum())
    left_out = _ratio(products.sum() - products, pairs.sum() - pairs)
    own = None if strata is None else strata_of_clusters(several.nonzero()[0], strata[several])
    return _bounded(jackknife(float(estimate), left_out, confidence, effect=effect, strata=own))


def _mean_between(square_of_total, squares, items, own_pairs) -> np.ndarray:
    return _ratio(square_of_total - squares, np.square(items) - own_pairs)


def _ratio(products: ArrayLike, pairs: ArrayLike) -> np.ndarray:
    """Divide sums of rho by numbers of pairs, both over ordered pairs; NaN where there is none."""
    products, pairs = np.broadcast_arrays(products, pairs)
    mean = np.divide(products, pairs, out=np.full(products.shape, np.nan), where=pairs > 0)
    # Sums that cancel leave their last bits, which are nothing and would be far from 0 without an error.
    return np.clip(np.where(np.abs(mean) < ROUNDING, 0.0, mean), -1, 1)


def _bounded(interval: Interval) -> Interval:
    low, high = np.clip([interval.low, interval.high], -1, 1)
    return interval._replace(low=float(low), high=float(high))
