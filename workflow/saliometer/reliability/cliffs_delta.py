"""Does a method score above an anchor on the same items: by how much, and how often?

An anchor is a control, such as a map that can't see the target, or the method's own map made blind. Both
answers are means over items, of the paired difference and of its sign, with a cluster-t interval
(``Sample.mean_of``). Their samples have two columns, the metric of the method and of the anchor; items on
which one of them is undefined take no part.
"""

import numpy as np

from saliometer.reliability.clustering.intervals import Interval
from saliometer.reliability.sample import Sample


def difference_from_control(pair: Sample, confidence: float) -> Interval:
    """Estimate the mean of method minus control (columns of ``pair``), in the metric's own unit.

    p is two-sided, of no difference.
    """
    scores, control_scores = pair.two_columns()
    return pair.mean_of(scores - control_scores, confidence)


def paired_cliffs_delta(pair: Sample, confidence: float) -> Interval:
    """Estimate P(method > anchor) - P(method < anchor) over items, columns of ``pair``.

    Returns delta in [-1, 1], positive where the method scores higher, with an interval clipped to
    [-1, 1] and the two-sided p of 0. A delta of 1 or -1 has no spread to go by: its interval is the exact one
    of a proportion for C clusters that all agree (Clopper & Pearson, 1934), down to
    2 (a / 2)^(1/C) - 1 with a = 1 - confidence, and its p that of the sign test over clusters, 2^(1-C);
    neither counts shared images.
    All NaN when no pair is defined or all pairs are tied; no interval for one cluster.

    Source: Cliff, "Dominance statistics" (Psychological Bulletin 114, 1993), d_w.
    """
    scores, anchor_scores = pair.two_columns()
    dominance = np.subtract(scores > anchor_scores, scores < anchor_scores, dtype=np.float64)
    dominance[~pair.defined] = np.nan
    interval = pair.mean_of(dominance, confidence)
    if not (np.abs(dominance) > 0).any():
        return Interval(np.nan, np.nan, np.nan, np.nan, interval.n_clusters)
    if not np.isnan(interval.low) and abs(interval.estimate) == 1:
        end = 2 * ((1 - confidence) / 2) ** (1 / interval.n_clusters) - 1
        low, high = (end, 1.0) if interval.estimate > 0 else (-1.0, -end)
        return interval._replace(low=low, high=high, p=2.0 ** (1 - interval.n_clusters))
    return interval._replace(low=max(interval.low, -1.0), high=min(interval.high, 1.0))
