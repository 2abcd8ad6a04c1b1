"""Spearman's rho without each cluster of questions, from values that are sorted once.

With d_ij = sign(x_i - x_j), twice the mid-rank of question i about the mean rank is D_i = sum_j d_ij.
Without cluster c it is D_i - F_ci, F_ci = sum_{j in c} d_ij: a step function of x_i with a step at each value
that the cluster holds. All are whole numbers, with sums of products exact in float64 up to 2e5 questions.

The sum of products of two columns without c is then

    sum D_a D_b - sum D_a F_cb - sum F_ca D_b + sum F_ca F_cb - sum_{i in c} (D_a - F_ca) (D_b - F_cb)

All but the fourth, of second order, follow for all clusters at once from cumulative sums. So in clusters of
less than SMALL_SHARE of the questions it counts as (n_c / n)^2 sum D_a D_b, as if the cluster were spread
like all questions: the derivative of rho as a functional of the joint distribution (von Mises, Annals of
Mathematical Statistics 18, 1947), as in the infinitesimal jackknife. Larger clusters are left out exactly.
"""

import numpy as np
from numpy.typing import ArrayLike

SMALL_SHARE = 1 / 2000

Ranked = list[tuple[np.ndarray, np.ndarray]]


def spearman_without_clusters(
    scores: np.ndarray, clusters: ArrayLike, small_share: float = SMALL_SHARE
) -> np.ndarray:
    """Compute the matrices of rho that are left without each cluster, in the order of sorted labels.

    Parameters
    ----------
    scores : real array of shape (questions, methods), no NaN, at least one question
    clusters : array of shape (questions,), labels
    small_share : clusters of less than this share of the questions are left out to first order; 0: none are

    Returns float64 (clusters, methods, methods), NaN as in ``inter_method.spearman_matrix``. Time
    O(questions x methods^2) for each of the larger clusters and once for all small ones; memory O(questions x
    methods + clusters x methods^2). To first order the error of the jackknife changes by a share of the order
    of ``small_share``.
    """
    scores = np.asarray(scores, dtype=np.float64)
    codes = np.unique(np.asarray(clusters), return_inverse=True)[1]
    sizes = np.bincount(codes)
    members = np.split(np.argsort(codes, kind="stable"), np.cumsum(sizes)[:-1])
    ranked = doubled_ranks(scores)
    small = sizes < small_share * len(codes)
    if small.any():
        products = _products_to_first_order(ranked, codes, sizes)
    else:
        products = np.empty((len(sizes), len(ranked), len(ranked)))
    left = np.empty((len(ranked), len(codes)))
    for cluster in np.flatnonzero(~small):
        products[cluster] = _products_without(ranked, members[cluster], left)
    products[len(codes) - sizes < 2] = 0  # one question has no rank
    return correlations(products)


def doubled_ranks(scores: np.ndarray) -> Ranked:
    """Return for each column D of its distinct values, ascending, and each question's index in them."""
    ranked = []
    for column in scores.T:
        codes = np.unique(column, return_inverse=True)[1]
        counts = np.bincount(codes)
        ranked.append((2.0 * np.cumsum(counts) - counts - len(codes), codes))
    return ranked


def correlations(products: np.ndarray) -> np.ndarray:
    """Return the correlations of sums of products (..., k, k); NaN where a sum of squares is 0."""
    deviation = np.sqrt(np.diagonal(products, axis1=-2, axis2=-1))
    scale = deviation[..., :, None] * deviation[..., None, :]
    rho = np.divide(products, scale, out=np.full(scale.shape, np.nan), where=scale > 0)
    return np.clip((rho + np.swapaxes(rho, -2, -1)) / 2, -1, 1)


def _products_without(ranked: Ranked, members: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Return the sums of products without a cluster's ``members``; ``left`` (k, n) is overwritten."""
    for row, (of_value, codes) in zip(left, ranked, strict=True):
        np.take(of_value - _steps(np.sort(codes[members]), len(of_value)), codes, out=row, mode="clip")
    gone = left[:, members]
    return left @ left.T - gone @ gone.T


def _steps(ascending: np.ndarray, n_values: int) -> np.ndarray:
    """Return F_c of all values 0 ... ``n_values`` - 1; ``ascending``, those of the cluster."""
    runs = np.flatnonzero(ascending[1:] != ascending[:-1]) + 1  # of equal ones
    up_to = np.append(runs, len(ascending))
    values = ascending[up_to - 1]
    heights = np.zeros(2 * len(values) + 1)
    heights[2::2] = 2 * up_to
    heights[1::2] = up_to
    heights[3::2] += up_to[:-1]
    lengths = np.ones(len(heights), dtype=np.int64)
    lengths[0], lengths[-1] = values[0], n_values - 1 - values[-1]
    lengths[2:-1:2] = values[1:] - values[:-1] - 1
    return np.repeat(heights - len(ascending), lengths)


def _products_to_first_order(ranked: Ranked, codes: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return the sums of products without each cluster, (clusters, k, k)."""
    n_clusters, k = len(sizes), len(ranked)
    ranks = np.stack([of_value[values] for of_value, values in ranked])
    left = ranks - np.stack([_ranks_within(values, codes, sizes) for _, values in ranked])
    total = ranks @ ranks.T
    products = (1 + (sizes[:, None, None] / len(codes)) ** 2) * total
    for b, (_, values) in enumerate(ranked):
        for a in range(k):
            # sum_i D_ia d_ij for each value of b that j may have; the sum of D_a is 0.
            up_to = np.cumsum(np.bincount(values, ranks[a]))
            crossed = np.bincount(codes, -(up_to + np.append(0.0, up_to[:-1]))[values], n_clusters)
            products[:, a, b] -= crossed
            products[:, b, a] -= crossed
            products[:, a, b] -= np.bincount(codes, left[a] * left[b], n_clusters)
        most_common = values == np.bincount(values).argmax()
        constant = (np.bincount(codes, ~most_common, n_clusters) == (~most_common).sum()).nonzero()
        products[constant, b], products[constant, :, b] = 0, 0
    return products


def _ranks_within(values: np.ndarray, codes: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return D of every question among those of its own cluster."""
    cells = codes * (values.max() + 1) + values
    _, where, counts = np.unique(cells, return_inverse=True, return_counts=True)
    starts = np.cumsum(sizes) - sizes
    return (2.0 * np.cumsum(counts) - counts)[where] - 2 * starts[codes] - sizes[codes]
