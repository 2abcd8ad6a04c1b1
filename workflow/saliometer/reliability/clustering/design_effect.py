"""Design effects: how much larger a variance is when shared images are counted, and not clusters alone.

A first-order correction in the sense of Rao & Scott (JASA 76, 1981; Annals of Statistics 12, 1984): a
statistic is, to first order, a sum of its items' influence values, and its variance over clusters times the
design effect of these is the one that counts shared images. t is divided by the root of it, F and sums of
squares by the effect itself, a standard error is multiplied by the root.

The variance that counts them adds the products of all linked items to those of items of one cluster
(dyadic-robust: Aronow, Samii & Assenova, Political Analysis 23, 2015). As deviations are from the items' own
mean, the sum is too small: by 1 - s on average, s the share of all pairs of items (N^2) that depend on each
other, if their covariance is one value. It is divided by that, with links as without them: by (C - 1) / C for
C equal clusters.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from saliometer.reliability.clustering.shared_images import TOO_MANY, Links


def design_effect(influence: ArrayLike, clusters: ArrayLike, links: Links) -> np.ndarray:
    """Compute the design effect of each of p statistics.

    Parameters
    ----------
    influence : real array of shape (items, p), what each item does to each statistic, to first order, on any
        scale and about any mean; of a mean, the scores themselves
    clusters : array of shape (items,), labels
    links : items of different clusters that share an image (``shared_images``), None where none do

    Returns float64 (p,), at least 1: the variance is never below that of clusters. 1 without links and where
    the clusters do not vary. NaN where no variance can be told: too many links to list, or all items linked.
    """
    if links is None:
        return np.ones(np.shape(influence)[1])
    return _ratio(*(np.diagonal(one) for one in covariances(influence, clusters, links)))


def effect_of_pairs(influence: ArrayLike, clusters: ArrayLike, links: Links) -> np.ndarray:
    """Compute the design effects (p, p) of the differences of every two statistics; as ``design_effect``."""
    if links is None:
        return np.ones((np.shape(influence)[1],) * 2)
    both = covariances(influence, clusters, links)
    return _ratio(*(np.add.outer(np.diagonal(one), np.diagonal(one)) - 2 * one for one in both))


def joint_effect(influence: ArrayLike, clusters: ArrayLike, links: Links) -> float:
    """Compute the design effect of the sum of p statistics' variances; as ``design_effect``."""
    if links is None:
        return 1.0
    return float(_ratio(*(np.trace(one) for one in covariances(influence, clusters, links))))


def covariances(
    influence: ArrayLike, clusters: ArrayLike, links: sparse.csr_array | str
) -> tuple[np.ndarray, np.ndarray]:
    """Return the covariances (p, p) of sums of influence values: with links counted, and by clusters alone.

    Parameters as for ``design_effect``, with links. The first is NaN where no variance can be told.
    """
    influence = np.asarray(influence, dtype=np.float64)
    n, p = influence.shape
    codes = np.unique(np.asarray(clusters), return_inverse=True)[1]
    sizes = np.bincount(codes)
    if len(sizes) < 2:
        return (np.zeros((p, p)),) * 2
    values = influence - influence.mean(axis=0)
    sums = np.stack([np.bincount(codes, column) for column in values.T], axis=1)
    within = sums.T @ sums
    alike = (sizes.astype(np.int64) ** 2).sum()
    by_clusters = n**2 / (n**2 - alike) * within
    if links is TOO_MANY:
        return np.full((p, p), np.nan), by_clusters
    independent = n**2 - alike - links.nnz  # pairs of items
    if not independent:
        return np.full((p, p), np.nan), by_clusters
    return n**2 / independent * (within + values.T @ (links @ values)), by_clusters


def _ratio(counted: np.ndarray, by_clusters: np.ndarray) -> np.ndarray:
    varies = (by_clusters > 0) | np.isnan(counted)
    ratio = np.divide(counted, by_clusters, out=np.ones(np.shape(counted)), where=varies)
    return np.maximum(ratio, 1.0)
