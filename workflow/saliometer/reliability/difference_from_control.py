"""Validity against a null control: how far a method scores above a map that can't see the target."""

import numpy as np
from numpy.typing import ArrayLike

from saliometer.reliability.clustering.intervals import Interval, cluster_t
from saliometer.reliability.clustering.shared_images import Links


def difference_from_control(
    scores: ArrayLike,
    control_scores: ArrayLike,
    clusters: ArrayLike,
    confidence: float,
    linked: Links = None,
    strata: ArrayLike | None = None,
) -> Interval:
    """Estimate the mean paired difference between a method and a control.

    Parameters
    ----------
    scores, control_scores : real arrays of shape (N,), the metric of both on the same questions; pairs with
        a NaN take no part
    clusters : array of shape (N,), labels
    confidence : level in (0, 1)
    linked, strata : questions with an image in common, and fixed groups, see ``intervals.cluster_t``

    Returns the mean of method minus control, in the metric's own unit, with a cluster-t interval and the
    two-sided p of no difference.
    """
    difference = np.asarray(scores, dtype=np.float64) - np.asarray(control_scores, dtype=np.float64)
    return cluster_t(difference, clusters, confidence, linked=linked, strata=strata)
