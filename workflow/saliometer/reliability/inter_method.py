"""Inter-method reliability: do two methods find the same questions easy? Spearman's rho over questions.

A question is a mosaic and an asked class.

Source: Tomsett et al., "Sanity checks for saliency metrics" (AAAI 2020, arXiv 1912.01451).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from saliometer.reliability.intervals import Interval, jackknife


def spearman_matrix(scores: ArrayLike) -> np.ndarray:
    """Compute Spearman's rho between all methods.

    Parameters
    ----------
    scores : real array of shape (questions, methods); one on which any method is NaN takes no part

    Returns
    -------
    float64 array of shape (methods, methods), in [-1, 1], symmetric; ties share their mean rank. NaN in the
    row and column of a method whose scores are constant, and everywhere for fewer than two questions.

    Raises ValueError for another shape.
    """
    scores = np.asarray(scores, dtype=np.float64)
    if scores.ndim != 2:
        raise ValueError(f"scores must be (questions, methods), not {scores.shape}")
    complete = scores[~np.isnan(scores).any(axis=1)]
    return _spearman(_value_codes(complete), np.ones(len(complete)))


def spearman_without_clusters(scores: np.ndarray, clusters: ArrayLike) -> Iterator[np.ndarray]:
    """Yield the matrix that is left without each cluster of questions, in the order of sorted labels.

    Parameters: scores (questions, methods) without NaN; clusters (questions,). Values are sorted once:
    mid-ranks among the questions that remain follow from counts.
    """
    codes = _value_codes(np.asarray(scores, dtype=np.float64))
    members = np.unique(np.asarray(clusters), return_inverse=True)[1]
    for cluster in range(int(members.max()) + 1):
        yield _spearman(codes, (members != cluster).astype(np.float64))


def mean_correlation(matrix: np.ndarray) -> float:
    """Return the mean over the pairs of different methods; NaN if one of them is."""
    return float(matrix[np.triu_indices(len(matrix), 1)].mean())


def spearman_with_intervals(
    scores: np.ndarray, clusters: ArrayLike, confidence: float
) -> tuple[dict[tuple[int, int], Interval], Interval]:
    """Compute rho of every pair of methods and their mean, each with a jackknife over clusters.

    Parameters: scores (questions, k >= 2) without NaN, at least one question; clusters (questions,).
    Returns the interval of each pair (a, b), a < b, and that of the mean; on Fisher's z, p of rho = 0.
    """
    matrix = spearman_matrix(scores)
    left_out = np.stack(list(spearman_without_clusters(scores, clusters)))
    pairs = {
        (a, b): jackknife(matrix[a, b], left_out[:, a, b], confidence, fisher=True)
        for a, b in zip(*np.triu_indices(len(matrix), 1), strict=True)
    }
    means = [mean_correlation(one) for one in left_out]
    return pairs, jackknife(mean_correlation(matrix), means, confidence, fisher=True)


def _value_codes(scores: np.ndarray) -> np.ndarray:
    """Number the distinct values of each column from 0 in ascending order."""
    codes = np.empty(scores.shape, dtype=np.int64)
    for column in range(scores.shape[1]):
        codes[:, column] = np.unique(scores[:, column], return_inverse=True)[1]
    return codes


def _spearman(codes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Correlate mid-ranks among rows counted ``weights`` times; a row of weight 0 is not there."""
    n_methods, total = codes.shape[1], weights.sum()
    if total < 2:
        return np.full((n_methods, n_methods), np.nan)
    ranks = np.empty(codes.shape)
    for column, values in enumerate(codes.T):
        counts = np.bincount(values, weights)
        ranks[:, column] = (np.cumsum(counts) - counts / 2)[values]
    ranks -= total / 2  # the mean of mid-ranks, exactly: a constant column becomes exactly 0
    covariance = (ranks * weights[:, None]).T @ ranks
    deviation = np.sqrt(np.diag(covariance))
    scale = np.outer(deviation, deviation)
    rho = np.divide(covariance, scale, out=np.full(scale.shape, np.nan), where=scale > 0)
    return np.clip((rho + rho.T) / 2, -1, 1)
