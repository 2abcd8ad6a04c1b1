"""Internal consistency in Tomsett's sense: do two metrics find the same maps of a method good?

It is ``inter_method`` with metrics in the place of methods, and one method at a time.

Source: Tomsett et al., "Sanity checks for saliency metrics" (AAAI 2020, arXiv 1912.01451).
"""

import itertools

import numpy as np

from saliometer.reliability.clustering.intervals import Interval
from saliometer.reliability.inter_method import spearman_with_intervals
from saliometer.reliability.sample import Sample


def internal_consistency(sample: Sample, confidence: float) -> dict[tuple[int, int], Interval]:
    """Compute Spearman's rho over items between every pair of metrics of one method.

    Parameters
    ----------
    sample : metrics across; an item on which any metric is NaN takes no part, so a metric that is not
        applicable to the method must be left out. Metrics that are functions of each other have a rho of 1
        or -1 that says nothing
    confidence : level in (0, 1)

    Returns for each pair of columns (a, b), a < b, rho in [-1, 1] with its jackknife interval over clusters
    on Fisher's z and the p of rho = 0; NaN for a constant metric or fewer than two complete items. Empty for
    fewer than two metrics. Raises ValueError for an infinite score.
    """
    complete = sample.complete()
    k = complete.scores.shape[1]
    if k < 2 or not len(complete):
        undefined = Interval(np.nan, np.nan, np.nan, np.nan, 0)
        return dict.fromkeys(itertools.combinations(range(k), 2), undefined)
    return spearman_with_intervals(complete, confidence)[0]
