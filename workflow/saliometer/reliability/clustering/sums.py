"""Sums over clusters: what means, their errors and resamples of whole clusters need of a table of scores."""

import numpy as np
from numpy.typing import ArrayLike


def sum_by_cluster(values: ArrayLike, clusters: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Add up the rows of each cluster.

    Parameters: values (items, k) without NaN; clusters (items,), labels of any kind.
    Returns the sums, float64 (C, k), and the number of items of each cluster, int64 (C,), in the order of
    sorted labels. Raises ValueError for other shapes.
    """
    values, clusters = np.asarray(values, dtype=np.float64), np.asarray(clusters)
    if values.ndim != 2 or clusters.shape != values.shape[:1]:
        raise ValueError(
            f"values must be (items, k) with a cluster for each item, not {values.shape} and {clusters.shape}"
        )
    labels, codes = np.unique(clusters, return_inverse=True)
    sums = np.empty((len(labels), values.shape[1]))
    for column, one in enumerate(values.T):
        sums[:, column] = np.bincount(codes, one, len(labels))
    return sums, np.bincount(codes, minlength=len(labels))
