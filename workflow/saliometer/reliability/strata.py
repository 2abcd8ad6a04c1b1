"""Clusters within fixed classes: what varies is the clusters of each class, not the classes.

A mean over all items of a few fixed classes is a stratified one: its variance adds up those of the classes,
each about its own mean (Cochran, Sampling Techniques, 1977, chapter 5), with Student's t on clusters -
classes degrees of freedom where clusters are of one size. The jackknife takes its deviations about the own class's mean likewise.
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
    of_cluster = stratum[first]
    counts = np.bincount(of_cluster)
    nested = (of_cluster[codes] == stratum).all()
    return of_cluster if nested and len(counts) > 1 and (counts > 1).all() else None


def about_own_mean(values: np.ndarray, strata: np.ndarray | None) -> np.ndarray:
    """Subtract from each row of values (N, ...) the mean of its stratum; of all rows where strata is None."""
    if strata is None:
        return values - values.mean(axis=0)
    found = np.array(values, dtype=np.float64)
    for stratum in np.unique(strata):
        own = np.asarray(strata) == stratum
        found[own] -= found[own].mean(axis=0)
    return found


def squares_left_out(left_out: np.ndarray, strata: np.ndarray | None) -> tuple[float, int]:
    """Add up the squares of each stratum's C_h coefficients about their own mean, each to its due.

    A mean without a cluster moves by 1 / (C - 1) of the cluster's deviation, and its variance is 1 / C^2 of
    C_h / (C_h - 1) times the deviations' squares: so the factor is ((C - 1) / C)^2 C_h / (C_h - 1), without
    strata the usual (C - 1) / C.

    Parameters: the coefficient that is left without each cluster (C,) and their strata. Returns the sum and
    its degrees of freedom.
    """
    n_clusters, squares = len(left_out), about_own_mean(left_out, strata) ** 2
    if strata is None:
        return (n_clusters - 1) / n_clusters * squares.sum(), n_clusters - 1
    counts = np.bincount(strata)
    factors = ((n_clusters - 1) / n_clusters) ** 2 * counts / (counts - 1)
    return float((factors * np.bincount(strata, squares)).sum()), n_clusters - len(counts)


def variance_of_mean(sums: np.ndarray, sizes: np.ndarray, strata: np.ndarray | None) -> tuple[float, float]:
    """Compute the CR2 variance of the mean of all N rows, and Satterthwaite's degrees of freedom.

    In a stratum of N_h rows the sum r_g of a cluster's n_g residuals is scaled by a_g = (1 - n_g / N_h)^(-1/2):
    then the variance sum_g (a_g r_g)^2 / N^2 is unbiased for rows that vary alike, whatever the sizes (Bell &
    McCaffrey, Survey Methodology 28, 2002). It has tr(G)^2 / tr(G^2) degrees of freedom, with G_gh =
    a_g a_h (n_g [g = h] - n_g n_h / N_h) (Pustejovsky & Tipton, JBES 36, 2018): C - 1 for C equal clusters, and
    fewer where few clusters hold most of the rows.

    Parameters: of each cluster (C,) the sum of its residuals about the mean of its stratum, and its size; the
    strata, each of two clusters or more, None for a single one.
    """
    stratum = np.zeros(len(sums), dtype=np.int64) if strata is None else strata
    shares = sizes / np.bincount(stratum, sizes)[stratum]  # n_g / N_h
    variance = (sums**2 / (1 - shares)).sum() / sizes.sum() ** 2
    # Off its diagonal G_gh^2 = x_g x_h, with x_g = a_g^2 n_g^2 / N_h.
    x = sizes * shares / (1 - shares)
    of_squares = (sizes**2).sum() + (np.bincount(stratum, x) ** 2).sum() - (x**2).sum()
    return float(variance), float(sizes.sum() ** 2 / of_squares)
