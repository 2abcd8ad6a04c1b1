"""Clusters within fixed classes: what varies is the clusters of each class, not the classes.

A mean over all items of a few fixed classes is a stratified one: its variance adds up those of the classes,
each about its own mean (Cochran, Sampling Techniques, 1977, chapter 5), with Satterthwaite's degrees of
freedom, clusters - classes where all are of one size. The jackknife takes its deviations about the own
class's mean likewise.
"""

import numpy as np
from numpy.typing import ArrayLike


def strata_of_clusters(clusters: ArrayLike, strata: ArrayLike | None) -> np.ndarray | None:
    """Return the stratum of each cluster, in the order of sorted labels: integers from 0, (C,).

    Parameters: clusters (N,) and strata (N,), labels of each row. None where there is at most one stratum,
    where a cluster lies in several, or where one has a single cluster, so that no variance within it can be
    told: then the strata are taken together, which errs on the wide side.
    """
    if strata is None:
        return None
    _, first, codes = np.unique(np.asarray(clusters), return_index=True, return_inverse=True)
    stratum = np.unique(np.asarray(strata), return_inverse=True)[1]
    strata_of = stratum[first]
    counts = np.bincount(strata_of)
    nested = (strata_of[codes] == stratum).all()
    return strata_of if nested and len(counts) > 1 and (counts > 1).all() else None


def about_stratum_mean(values: np.ndarray, strata: np.ndarray | None) -> np.ndarray:
    """Subtract from each row of values (N, ...) the mean of its stratum; of all rows where strata is None."""
    if strata is None:
        return values - values.mean(axis=0)
    centred = np.array(values, dtype=np.float64)
    for stratum in np.unique(strata):
        members = np.asarray(strata) == stratum
        centred[members] -= centred[members].mean(axis=0)
    return centred


def squares_left_out(left_out: np.ndarray, strata: np.ndarray | None) -> tuple[float, int]:
    """Add up the squares of each stratum's C_h coefficients about their own mean, each to its due.

    A mean without a cluster moves by 1 / (C - 1) of the cluster's deviation, and its variance is 1 / C^2 of
    C_h / (C_h - 1) times the deviations' squares: so the factor is ((C - 1) / C)^2 C_h / (C_h - 1), without
    strata the usual (C - 1) / C.

    Parameters: the coefficient that is left without each cluster (C,) and their strata. Returns the sum and
    its degrees of freedom.
    """
    n_clusters, squares = len(left_out), about_stratum_mean(left_out, strata) ** 2
    if strata is None:
        return (n_clusters - 1) / n_clusters * squares.sum(), n_clusters - 1
    counts = np.bincount(strata)
    factors = ((n_clusters - 1) / n_clusters) ** 2 * counts / (counts - 1)
    return float((factors * np.bincount(strata, squares)).sum()), n_clusters - len(counts)


def squares_within(
    sums: np.ndarray, sizes: np.ndarray, strata: np.ndarray | None = None
) -> tuple[float, float]:
    """Add up the squares of clusters' sums about the mean of their stratum, each to its due: CR2.

    Parameters: one sum for each cluster (C,), its number of rows (C,) and its stratum (C,) or None. The sum
    of a cluster of n of a stratum's N rows is short by the part that it has in the mean, as a large one draws
    the mean to itself: it is divided by sqrt(1 - n / N). For rows of one variance, independent of each other,
    this is unbiased; the degrees of freedom are Satterthwaite's then, tr(G)^2 / tr(G^2) with
    G_gh = a_g a_h (n_g [g = h] - n_g n_h / N) within strata and a_g = 1 / sqrt(1 - n_g / N) (Bell &
    McCaffrey, Survey Methodology 28, 2002; Pustejovsky & Tipton, Journal of Business & Economic Statistics
    36, 2018). Clusters of one size have C - 1, with H strata alike C - H.

    Returns the sum of squares and its degrees of freedom, at least 1.
    """
    sizes = np.asarray(sizes, dtype=np.float64)
    codes = np.zeros(len(sizes), dtype=np.int64) if strata is None else strata
    rows = np.bincount(codes, sizes)
    due = 1 / (1 - sizes / rows[codes])
    weights = due * sizes**2
    total, squares = np.bincount(codes, weights), np.bincount(codes, weights**2)
    trace = rows.sum()  # of G: sum_g a_g^2 (n_g - n_g^2 / N) = sum_g n_g
    trace_of_square = (sizes**2).sum() + ((total**2 - squares) / rows**2).sum()
    return float((due * sums**2).sum()), float(trace**2 / trace_of_square)
