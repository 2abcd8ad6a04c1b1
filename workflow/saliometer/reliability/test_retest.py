"""Test-retest reliability of a stochastic method: the same items explained again with new seeds.

Replicates are exchangeable (each has its own seed in each cell), so the one-way intraclass correlation is
the right one: Shrout & Fleiss (1979), case 1. Error of measurement and detectable difference: Bland &
Altman, Measurement error (BMJ 313, 1996); Weir (Journal of Strength and Conditioning Research 19, 2005).
"""

from typing import NamedTuple

import numpy as np
from scipy.special import chdtri, ndtri

from saliometer.reliability.clustering.intervals import Interval, jackknife
from saliometer.reliability.clustering.sums import sum_by_cluster
from saliometer.reliability.intraclass import ONE_WAY, ONE_WAY_MEAN, intraclass_correlations
from saliometer.reliability.sample import Sample


class Retest(NamedTuple):
    """What the seeds alone do to one metric of one method; errors in the metric's own unit.

    ``icc_single``, ``icc_mean``: ICC(1,1) and ICC(1,k) with k replicates; ``noise_share`` in [0, 1]: the
    share of the variance of one replicate over items that is the explainer's own sampling noise. ``error``:
    within-item standard deviation, the standard error of measurement of one replicate; ``mean_error``:
    standard error that the seeds give the mean over all items and replicates; ``detectable_difference``:
    between the means of two such methods. ``n_missing`` items had an undefined replicate and took no part.
    """

    icc_single: Interval
    icc_mean: Interval
    noise_share: Interval
    error: Interval
    mean_error: Interval
    detectable_difference: Interval
    n_items: int
    n_replicates: int
    n_missing: int


def retest_reliability(sample: Sample, confidence: float) -> Retest:
    """Measure how well replicates of the same items agree.

    Parameters
    ----------
    sample : of one method and metric, replicates across; an item with any NaN is left out
    confidence : level in (0, 1) of the intervals and of the detectable difference

    The within-item variance is the mean s^2 of the items' own variances over replicates; error = s,
    mean_error = s / sqrt(items x replicates), detectable_difference = z sqrt(2) mean_error with the normal
    quantile z = 1.96 for .95: seeds alone hardly move two means further apart, other items may. Their
    interval reaches as far as the wider of two: chi-square's on items x (replicates - 1) degrees of freedom,
    exact for normal noise of one variance, and the jackknife over clusters of log s^2, for noise that differs
    between items or clusters. A nominal .95 covers .93 to .98 with 10 to 100 items, where t for the mean of
    the variances, which are skewed, covered .80 to .94 (docs/reliability.md); p is NaN.
    noise_share = 1 - ICC(1,1), at most 1; intervals of the correlations take items as independent and normal.

    Fewer than two replicates: not measured, all NaN. Raises ValueError for an infinite score.
    """
    complete = sample.complete()
    scores, missing = complete.scores, len(sample) - len(complete)
    n, k = scores.shape
    correlations = intraclass_correlations(scores, confidence)
    single, mean = correlations[ONE_WAY], correlations[ONE_WAY_MEAN]
    share = Interval(
        *(min(1 - value, 1.0) for value in (single.estimate, single.high, single.low)), np.nan, n
    )
    error = _within_item_deviation(complete, confidence)
    mean_error = _scaled(error, 1 / np.sqrt(n * k) if n * k else np.nan)
    detectable = _scaled(mean_error, np.sqrt(2) * ndtri((1 + confidence) / 2))
    return Retest(single, mean, share, error, mean_error, detectable, n, k, missing)


def _within_item_deviation(sample: Sample, confidence: float) -> Interval:
    scores, (n, k) = sample.scores, sample.scores.shape
    if k < 2 or n < 1:
        return Interval(*[np.nan] * 4, sample.n_clusters)
    variances = (scores - scores[:, :1]).var(axis=1, ddof=1)  # equal replicates: exactly 0
    mean = variances.mean()
    sums, sizes = sum_by_cluster(variances[:, None], sample.clusters)
    if len(sizes) < 2 or mean == 0:
        ends = (np.nan,) * 2 if len(sizes) < 2 else (0.0,) * 2
        return Interval(float(np.sqrt(mean)), *ends, np.nan, len(sizes))
    rest = (sums.sum() - sums[:, 0]) / (n - sizes)
    with np.errstate(divide="ignore"):
        logs = np.where(rest > 0, np.log(rest), np.nan)
    of_clusters = jackknife(np.log(mean), logs, confidence)
    freedom = n * (k - 1)
    normal = [mean * freedom / chdtri(freedom, (1 + side * confidence) / 2) for side in (-1, 1)]
    low = min(normal[0], np.exp(of_clusters.low)) if np.isfinite(of_clusters.low) else np.nan
    high = max(normal[1], np.exp(of_clusters.high)) if np.isfinite(of_clusters.high) else np.nan
    return Interval(*(float(np.sqrt(value)) for value in (mean, low, high)), np.nan, len(sizes))


def _scaled(interval: Interval, factor: float) -> Interval:
    return Interval(*(float(value * factor) for value in interval[:3]), np.nan, interval.n_clusters)
