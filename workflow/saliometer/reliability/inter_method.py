"""Inter-method reliability: do two methods find the same questions easy? Spearman's rho over questions.

A question is a mosaic and an asked class.

Source: Tomsett et al., "Sanity checks for saliency metrics" (AAAI 2020, arXiv 1912.01451).
"""

import numpy as np
from numpy.typing import ArrayLike

from saliometer.reliability.clustering.intervals import Interval, jackknife
from saliometer.reliability.sample import Sample
from saliometer.reliability.spearman_jackknife import correlations, doubled_ranks, spearman_without_clusters


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
        raise ValueError(f"scores must be (items, methods), not {scores.shape}")
    complete = scores[~np.isnan(scores).any(axis=1)]
    if not len(complete):
        return np.full((scores.shape[1],) * 2, np.nan)
    ranks = np.stack([of_value[codes] for of_value, codes in doubled_ranks(complete)])
    return correlations(ranks @ ranks.T)


def mean_correlation(matrix: np.ndarray) -> float:
    """Return the mean over the pairs of different methods; NaN if one of them is."""
    return float(matrix[np.triu_indices(len(matrix), 1)].mean())


def spearman_with_intervals(
    sample: Sample, confidence: float, n_averaged: int | None = None
) -> tuple[dict[tuple[int, int], Interval], Interval]:
    """Compute rho of every pair of methods and their mean, each with a jackknife over clusters.

    Parameters: ``sample`` of at least one question, two methods or more across, without NaN; ``n_averaged``,
    how many of the methods, the first ones, the mean is of (None: all).
    Returns the interval of each pair (a, b), a < b, and that of the mean; on Fisher's z, p of rho = 0.
    """
    matrix = spearman_matrix(sample.scores)
    left_out = spearman_without_clusters(sample.scores, sample.clusters)
    ends, averaged = np.triu_indices(len(matrix), 1), slice(n_averaged)
    effects, strata = np.ones(len(ends[0]) + 1), sample.strata_of_clusters
    if sample.links is not None:
        # To first order, what each question does to rho is what rho is without it.
        each = np.arange(len(sample))
        influence = spearman_without_clusters(sample.scores, each, small_share=np.inf)[:, *ends]
        mean = influence[:, ends[1] < (n_averaged or len(matrix))].mean(axis=1, keepdims=True)
        effects = sample.design_effects(np.hstack([influence, mean]))
    pairs = {
        (int(a), int(b)): jackknife(
            matrix[a, b], left_out[:, a, b], confidence, fisher=True, effect=effect, strata=strata
        )
        for a, b, effect in zip(*ends, effects[:-1], strict=True)
    }
    means = [mean_correlation(one[averaged, averaged]) for one in left_out]
    mean = mean_correlation(matrix[averaged, averaged])
    return pairs, jackknife(mean, means, confidence, fisher=True, effect=effects[-1], strata=strata)
