"""Inter-method reliability: do two methods find the same questions easy? Spearman's rho over questions.

A question is a mosaic and an asked class.

Source: Tomsett et al., "Sanity checks for saliency metrics" (AAAI 2020, arXiv 1912.01451).
"""

import numpy as np
from numpy.typing import ArrayLike

from saliometer.reliability.clustering.design_effect import design_effect
from saliometer.reliability.clustering.intervals import Interval, jackknife
from saliometer.reliability.clustering.shared_images import Links
from saliometer.reliability.clustering.strata import about_own_mean, strata_of_clusters
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
    scores: np.ndarray,
    clusters: ArrayLike,
    confidence: float,
    n_averaged: int | None = None,
    linked: Links = None,
    strata: ArrayLike | None = None,
) -> tuple[dict[tuple[int, int], Interval], Interval]:
    """Compute rho of every pair of methods and their mean, each with a jackknife over clusters.

    Parameters: scores (questions, k >= 2) without NaN, at least one question; clusters (questions,);
    ``n_averaged``, how many of the methods, the first ones, the mean is of (None: all); ``linked``, questions
    of different clusters that share an image (``shared_images``); ``strata`` (questions,), labels of the
    fixed groups in which the clusters lie.
    Returns the interval of each pair (a, b), a < b, and that of the mean; on Fisher's z, p of rho = 0.
    """
    matrix = spearman_matrix(scores)
    left_out = spearman_without_clusters(scores, clusters)
    ends = np.triu_indices(len(matrix), 1)
    averaged = ends[1] < (n_averaged or len(matrix))
    effects, own_strata = np.ones(len(averaged) + 1), strata_of_clusters(clusters, strata)
    if linked is not None:
        # To first order, what each question does to rho is what rho is without it.
        influence = spearman_without_clusters(scores, np.arange(len(scores)), small_share=np.inf)[:, *ends]
        mean = influence[:, averaged].mean(axis=1, keepdims=True)
        influence = about_own_mean(np.hstack([influence, mean]), None if own_strata is None else strata)
        effects = design_effect(influence, clusters, linked)
    pairs = {
        (a, b): jackknife(
            matrix[a, b], left_out[:, a, b], confidence, fisher=True, effect=effect, strata=own_strata
        )
        for a, b, effect in zip(*ends, effects[:-1], strict=True)
    }
    own = slice(n_averaged)
    means = [mean_correlation(one[own, own]) for one in left_out]
    mean = mean_correlation(matrix[own, own])
    return pairs, jackknife(mean, means, confidence, fisher=True, effect=effects[-1], strata=own_strata)
