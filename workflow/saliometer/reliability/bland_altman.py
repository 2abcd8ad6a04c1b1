"""Limits of agreement: how far apart two scores of the same item are, in the metric's own unit.

Source: Bland & Altman, Statistical methods for assessing agreement between two methods of clinical
measurement (The Lancet 327, 1986).
"""

from typing import NamedTuple

import numpy as np

from saliometer.reliability.clustering.intervals import Interval
from saliometer.reliability.sample import Sample

REACH = 1.96  # of the limits in standard deviations: 95 % of normal differences lie within


class LimitsOfAgreement(NamedTuple):
    """Bias with p of no bias, limits of agreement (p is NaN) and the standard deviation of the differences.

    ``n`` pairs took part, ``n_missing`` had an undefined score.
    """

    bias: Interval
    lower: Interval
    upper: Interval
    deviation: float
    n: int
    n_missing: int


def limits_of_agreement(pair: Sample, confidence: float, reach: float = REACH) -> LimitsOfAgreement:
    """Compare paired scores of the same items.

    Parameters
    ----------
    pair : two columns, the first and the second score of each item; items with a NaN take no part
    confidence : level in (0, 1) of the intervals
    reach : how many standard deviations s the limits lie from the bias

    The N differences d are first - second, the limits bias -+ reach s, with N - 1 in the denominator of s^2.
    The bias has a cluster-t interval. With each pair its own cluster the limits have Bland & Altman's
    approximate standard error sqrt(3 s^2 / N) and Student's t on N - 1 degrees of freedom. Else their error
    is cluster-robust: cluster-t for the mean of the limit's influence function, (d - bias) -+ reach
    ((d - bias)^2 - s^2) / (2 s), which for independent normal differences and reach 2 is theirs again.
    This is approximate: with 15 clusters and half of the variance between them a nominal .95 covers .88 (less
    than .8 if the pairs are taken as independent).

    Fewer than two pairs: no limits; one cluster: no intervals (NaN).
    Raises ValueError for other than two columns or an infinite score.
    """
    complete = pair.complete()
    first, second = complete.two_columns()
    differences, n, missing = first - second, len(complete), len(pair) - len(complete)
    bias = complete.mean_of(differences, confidence)
    if n < 2:
        nothing = Interval(*[np.nan] * 4, bias.n_clusters)
        return LimitsOfAgreement(bias, nothing, nothing, np.nan, n, missing)
    about = differences - bias.estimate
    deviation = float(np.sqrt((about**2).sum() / (n - 1)))
    lower, upper = (_limit(bias, about, deviation, sign * reach, complete, confidence) for sign in (-1, 1))
    return LimitsOfAgreement(bias, lower, upper, deviation, n, missing)


def _limit(bias, about, deviation, reach, sample: Sample, confidence) -> Interval:
    limit, n = bias.estimate + reach * deviation, len(about)
    if bias.n_clusters == n:
        # The bias' half width is t s / sqrt(N).
        half = np.sqrt(3) * (bias.high - bias.low) / 2
    else:
        spread = np.zeros(n) if deviation == 0 else reach * (about**2 - deviation**2) / (2 * deviation)
        limits = sample.mean_of(about + spread, confidence)
        half = (limits.high - limits.low) / 2
    return Interval(limit, float(limit - half), float(limit + half), np.nan, bias.n_clusters)
