"""Paired Cliff's delta: does a method score above an anchor on the same items, and how often?"""

import numpy as np
from numpy.typing import ArrayLike

from saliometer.reliability.clustering.intervals import Interval, cluster_t
from saliometer.reliability.clustering.shared_images import Links


def paired_cliffs_delta(
    scores: ArrayLike,
    anchor_scores: ArrayLike,
    clusters: ArrayLike,
    confidence: float,
    linked: Links = None,
    strata: ArrayLike | None = None,
) -> Interval:
    """Estimate P(method > anchor) - P(method < anchor) over items.

    Parameters
    ----------
    scores, anchor_scores : real arrays of shape (items,), the metric of both on the same items; pairs with
        a NaN take no part
    clusters : array of shape (items,), labels
    confidence : level in (0, 1)
    linked, strata : items with an image in common, and fixed groups, see ``intervals.cluster_t``

    Returns delta in [-1, 1], positive where the method scores higher, with a cluster-t interval clipped to
    [-1, 1] and the two-sided p of 0. A delta of 1 or -1 has no spread to go by: its interval is the exact one
    of a proportion for C clusters that all agree (Clopper & Pearson, 1934), down to
    2 (a / 2)^(1/C) - 1 with a = 1 - confidence, and its p that of the sign test over clusters, 2^(1-C);
    neither counts shared images.
    All NaN when no pair is defined or all pairs are tied; no interval for one cluster.

    Source: Cliff, "Dominance statistics" (Psychological Bulletin 114, 1993), d_w.
    """
    scores, anchor_scores = np.asarray(scores, np.float64), np.asarray(anchor_scores, np.float64)
    dominance = np.subtract(scores > anchor_scores, scores < anchor_scores, dtype=np.float64)
    dominance[np.isnan(scores) | np.isnan(anchor_scores)] = np.nan
    interval = cluster_t(dominance, clusters, confidence, linked=linked, strata=strata)
    if not (np.abs(dominance) > 0).any():
        return Interval(np.nan, np.nan, np.nan, np.nan, interval.n_clusters)
    if not np.isnan(interval.low) and abs(interval.estimate) == 1:
        end = 2 * ((1 - confidence) / 2) ** (1 / interval.n_clusters) - 1
        low, high = (end, 1.0) if interval.estimate > 0 else (-1.0, -end)
        return interval._replace(low=low, high=high, p=2.0 ** (1 - interval.n_clusters))
    return interval._replace(low=max(interval.low, -1.0), high=min(interval.high, 1.0))
