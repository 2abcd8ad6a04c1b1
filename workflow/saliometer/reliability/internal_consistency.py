"""Internal consistency in Tomsett's sense: do two metrics find the same maps of a method good?

It is ``inter_method`` with metrics in the place of methods, and one method at a time.

Source: Tomsett et al., "Sanity checks for saliency metrics" (AAAI 2020, arXiv 1912.01451).
"""

import numpy as np
from numpy.typing import ArrayLike

from saliometer.reliability.clustering.intervals import Interval
from saliometer.reliability.clustering.shared_images import Links, links_of_complete
from saliometer.reliability.clustering.sums import complete_rows
from saliometer.reliability.inter_method import spearman_with_intervals


def internal_consistency(
    scores: ArrayLike,
    clusters: ArrayLike,
    confidence: float,
    linked: Links = None,
    strata: ArrayLike | None = None,
) -> dict[tuple[int, int], Interval]:
    """Compute Spearman's rho over items between every pair of metrics of one method.

    Parameters
    ----------
    scores : real array of shape (items, metrics); an item on which any metric is NaN takes no part, so a
        metric that is not applicable to the method must be left out. Metrics that are functions of each other
        have a rho of 1 or -1 that says nothing
    clusters : array of shape (items,), labels
    confidence : level in (0, 1)
    linked : items of different clusters that share an image (``shared_images``)
    strata : array of shape (items,), labels of the fixed groups in which the clusters lie, or None

    Returns for each pair of columns (a, b), a < b, rho in [-1, 1] with its jackknife interval over clusters
    on Fisher's z and the p of rho = 0; NaN for a constant metric or fewer than two complete items. Empty for
    fewer than two metrics. Raises ValueError for another shape or an infinite score.
    """
    linked = links_of_complete(linked, scores)
    if strata is not None:
        strata = np.asarray(strata)[~np.isnan(scores).any(axis=1)]
    scores, clusters = complete_rows(scores, clusters)
    if scores.shape[1] < 2:
        return {}
    if not len(scores):
        undefined = Interval(np.nan, np.nan, np.nan, np.nan, 0)
        return {
            (int(a), int(b)): undefined for a, b in zip(*np.triu_indices(scores.shape[1], 1), strict=True)
        }
    pairs, _ = spearman_with_intervals(scores, clusters, confidence, linked=linked, strata=strata)
    return {(int(a), int(b)): interval for (a, b), interval in pairs.items()}
