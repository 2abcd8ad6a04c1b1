"""What the masses of a signed map come to when its signs are shuffled: is its precision only magnitude?

A shuffle that is blind to place and keeps the positive share q of a map's absolute mass draws the sign of
each pixel anew, positive with probability q. The expected masses are then those of the table of independence
with the same margins, tp' = (tp + fp)(tp + fn) / total and so on. Of these masses, with p the target tiles'
share of the absolute mass, precision is p, sensitivity q, specificity 1 - q, accuracy
p q + (1 - p)(1 - q), informedness and mcc 0. A method that scores no higher tells the target by magnitude
alone: its signs say nothing of the tile.

Sensitivity, specificity, accuracy and informedness have denominators that no shuffle changes, so these are
their exact expectations. Precision, f1 and mcc are ratios of drawn masses: their expectations over shuffles
differ from these values by the order of 1 / n, n = (sum |R|)^2 / sum R^2 being the effective number of
pixels: thousands in a map of pixels, a few in one of superpixels or squares.
"""

import numpy as np
from numpy.typing import ArrayLike


def expected_masses(
    tp: ArrayLike, fp: ArrayLike, tn: ArrayLike, fn: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the expected tp, fp, tn, fn, each (N,) and as a share of their sum; NaN for a map of zeros.

    Parameters: masses >= 0, (N,).
    """
    tp, fp, tn, fn = (np.asarray(mass, dtype=np.float64) for mass in (tp, fp, tn, fn))
    total = tp + fp + tn + fn
    positive, on_target = (
        np.divide(part, total, out=np.full(total.shape, np.nan), where=total != 0)
        for part in (tp + fp, tp + fn)
    )
    negative, elsewhere = 1 - positive, 1 - on_target
    return positive * on_target, positive * elsewhere, negative * elsewhere, negative * on_target
