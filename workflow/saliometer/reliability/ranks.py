"""Ranks of the methods within each item."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats


def rank_within(scores: ArrayLike, higher_is_better: bool = True) -> np.ndarray:
    """Rank the methods within each item: 1 is best, ties share their mean rank, NaN stays NaN.

    Parameters: scores (items, methods). Returns float64 of the same shape.
    """
    scores = np.asarray(scores, dtype=np.float64)
    if not scores.size:
        return scores.copy()
    ordered = -scores if higher_is_better else scores
    missing = np.isnan(scores)
    # Ranked last, a missing method leaves the ranks of the others as they are.
    return np.where(missing, np.nan, stats.rankdata(np.where(missing, np.inf, ordered), axis=1))


def rank_complete(scores: ArrayLike) -> np.ndarray:
    """Rank the methods within each item, 1 for the highest score, ties sharing their mean rank.

    Parameters: scores (items, methods) without NaN. Returns float64 of the same shape, multiples of 1/2.
    Raises ValueError for another shape or a NaN.
    """
    scores = np.asarray(scores, dtype=np.float64)
    if scores.ndim != 2:
        raise ValueError(f"scores must be (items, methods), not {scores.shape}")
    if np.isnan(scores).any():
        raise ValueError("scores must be defined for every method on every item")
    return rank_within(scores)
