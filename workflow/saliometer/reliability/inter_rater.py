"""Inter-rater agreement: do questions (a mosaic and an asked class), taken as raters, rank the methods alike?

Krippendorff's alpha (Krippendorff, Content Analysis, 2004, chapter 11; Computing Krippendorff's
Alpha-Reliability, 2011) = 1 - observed / expected disagreement, where disagreement is a squared
difference of two values:

- nominal: 0 for equal values, else 1
- ordinal: difference of the mid-ranks that the values have among all pairable values
- interval: difference of the values
- ratio: difference over sum of the values
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from saliometer.reliability.clustering.intervals import Interval, jackknife
from saliometer.reliability.pair_sums import PAIR_SUMS
from saliometer.reliability.ranks import rank_within
from saliometer.reliability.sample import Sample

BLOCK = 2**20  # counts held at once


def krippendorff_alpha(ratings: ArrayLike, level: str = "ordinal") -> float:
    """Compute Krippendorff's alpha of a table of ratings.

    Parameters
    ----------
    ratings : real array of shape (raters, units), NaN where a rater did not rate a unit
    level : "nominal", "ordinal", "interval" or "ratio"

    Returns
    -------
    alpha, at most 1; 0 when raters agree as chance would have it. NaN when it is undefined: no unit was
    rated twice, or all pairable ratings are equal.

    Time O(N log N) for N ratings, whatever the number of distinct values; O(N^2) for the ratio level.
    Raises ValueError for another shape or level, an infinite rating, or a negative one at the ratio level.
    """
    ratings = np.asarray(ratings, dtype=np.float64)
    if ratings.ndim != 2:
        raise ValueError(f"ratings must be (raters, units), not {ratings.shape}")
    if level not in PAIR_SUMS:
        raise ValueError(f"unknown level {level!r}; one of {', '.join(PAIR_SUMS)}")
    if np.isinf(ratings).any():
        raise ValueError("ratings must be finite, or NaN where missing")
    rated = ~np.isnan(ratings)
    sizes = rated.sum(axis=0)
    pairable = (rated & (sizes >= 2)).T
    values, units = ratings.T[pairable], np.nonzero(pairable)[0]
    if not len(values) or values.min() == values.max():
        return float("nan")
    if level == "ordinal":
        values = stats.rankdata(values)
    if level == "ratio" and values.min() < 0:
        raise ValueError("the ratio level needs ratings >= 0")
    pair_sums = PAIR_SUMS[level]
    within = pair_sums(values, units, len(sizes))
    observed = (within[sizes >= 2] / (sizes[sizes >= 2] - 1)).sum()
    expected = pair_sums(values, np.zeros_like(units), 1)[0] / (len(values) - 1)
    return float(1 - observed / expected)


def inter_rater_alpha(scores: ArrayLike, higher_is_better: bool = True) -> float:
    """Compute the ordinal alpha of the rankings that each question gives the methods.

    Parameters
    ----------
    scores : real array of shape (mosaics, methods), where a mosaic that is asked for several classes has a
        row for each; NaN where a method is undefined on a question
    higher_is_better : whether rank 1 goes to the highest score

    Raters are questions and units are methods (the other way round says nothing: about -1 / (methods - 1)).
    Returns alpha of *one* question's ranking, not of the mean ranking; NaN when undefined.
    """
    ranks = rank_within(scores, higher_is_better)
    if not ranks.size or np.isnan(ranks).any():
        return krippendorff_alpha(ranks, "ordinal")
    return float(alpha_of_counts(count_half_ranks(ranks, np.zeros(len(ranks), dtype=np.int64))[0]))


def chance_alpha(n_questions: int, n_methods: int) -> float:
    """Return the expected alpha of independent random rankings without ties, 1 / (questions x methods)."""
    return 1 / (n_questions * n_methods)


def alpha_with_interval(sample: Sample, confidence: float) -> Interval:
    """Compute ``inter_rater_alpha`` with a jackknife over clusters of questions.

    Parameters: ``sample``, methods across, without NaN. p is of the chance value. Whether the highest or the
    lowest score is best changes nothing: reversed, complete ranks agree as much.
    """
    ranks = rank_within(sample.scores)
    codes = np.unique(sample.clusters, return_inverse=True)[1]
    counts = count_half_ranks(ranks, codes)
    total = counts.sum(axis=0)
    interval = jackknife(
        float(alpha_of_counts(total)),
        alpha_of_counts(total - counts),
        confidence,
        null=chance_alpha(*ranks.shape),
        effect=1.0 if sample.links is None else _effect(ranks, total, sample),
        strata=sample.strata_of_clusters,
    )
    return interval._replace(high=min(interval.high, 1.0))


def _effect(ranks: np.ndarray, total: np.ndarray, sample: Sample) -> float:
    """The design effect of alpha, whose influence values are what it is without each question."""
    rows = max(1, BLOCK // total.size)
    blocks = [ranks[start : start + rows] for start in range(0, len(ranks), rows)]
    left_out = [alpha_of_counts(total - count_half_ranks(block, np.arange(len(block)))) for block in blocks]
    return float(sample.design_effects(np.concatenate(left_out)[:, None])[0])


def count_half_ranks(ranks: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Count how often each method gets each rank, per cluster.

    Parameters: ranks (questions, k), multiples of 1/2 in [1, k]; codes (questions,) integers from 0.
    Returns int64 (clusters, k, 2k - 1): the last axis is rank 1, 1.5, ..., k.
    """
    n_methods = ranks.shape[1]
    shape = (int(codes.max()) + 1, n_methods, 2 * n_methods - 1)
    steps = np.rint(2 * ranks).astype(np.int64) - 2
    cells = np.ravel_multi_index((codes[:, None], np.arange(n_methods), steps), shape)
    return np.bincount(cells.ravel(), minlength=int(np.prod(shape))).reshape(shape)


def alpha_of_counts(counts: np.ndarray) -> np.ndarray:
    """Compute the ordinal alpha from counts of values, for many tables at once.

    Parameters: counts (..., units, values), values in ascending order, each unit rated equally often.
    Returns (...); NaN where fewer than two raters or a single value make it undefined. The counts are sums
    over raters, so alpha without a cluster costs no more than a subtraction.
    """
    pooled = counts.sum(axis=-2)
    raters = counts.sum(axis=-1)[..., 0]
    n = pooled.sum(axis=-1)
    centred = np.cumsum(pooled, axis=-1) - pooled / 2 - n[..., None] / 2  # mid-ranks; their mean is 0
    squares = (pooled * centred**2).sum(axis=-1)
    sums = (counts * centred[..., None, :]).sum(axis=-1)
    undefined = (raters < 2) | ((pooled > 0).sum(axis=-1) < 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Sums over ordered pairs: within units 2 (m squares - sums^2), over all 2 n squares.
        observed = (raters * squares - (sums**2).sum(axis=-1)) / (raters - 1)
        return np.where(undefined, np.nan, 1 - observed * (n - 1) / (n * squares))
