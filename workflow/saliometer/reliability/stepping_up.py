"""From the agreement of single items to the reliability of a mean over many: the Spearman-Brown formula.

What is stepped up is the mean correlation between items of different clusters, not Krippendorff's alpha,
whose chance value is above 0. Items of one cluster agree more than items of two, so that a mean over n items
in few clusters is less reliable than one over n clusters; ``correlation_of_cluster_means`` accounts for it.

Sources: Spearman (British Journal of Psychology 3, 1910) and Brown (the same volume); with clusters it is
the generalizability coefficient of items nested in clusters (Brennan, Generalizability Theory, 2001).
"""

import numpy as np
from numpy.typing import ArrayLike

ROUNDING = 1e-12  # relative: .8 x .5 / (.5 x .2) is 4 items, and not 5 by the last bit


def spearman_brown(correlation: ArrayLike, n: ArrayLike) -> np.ndarray:
    """Compute the reliability n r / (1 + (n - 1) r) of a mean over n items.

    Parameters: ``correlation``, the mean correlation r between two items, at most 1; ``n`` > 0, of items
    that correlate by r with one another. Real numbers or arrays; they broadcast.
    Returns float64 of the broadcast shape, in [0, 1]. NaN for a negative r: the items then share nothing
    that a mean could bring out, and the formula would leave [-1, 1].
    """
    r = np.asarray(correlation, dtype=np.float64)
    r = np.where(r < 0, np.nan, r)
    return n * r / (1 + (n - np.float64(1)) * r)


def items_needed(correlation: float, reliability: float) -> float:
    """Compute how many items a mean needs to reach a reliability.

    Parameters: ``correlation`` between two items, at most 1; the wanted ``reliability`` in (0, 1).
    Returns the smallest whole number n >= 1 with spearman_brown(r, n) >= reliability. NaN for r <= 0: no
    number is enough. Items are of as many clusters; with several from each, pass the correlation of
    cluster means to get the number of clusters. Raises ValueError for a reliability outside (0, 1).
    """
    if not 0 < reliability < 1:
        raise ValueError(f"reliability must lie between 0 and 1, not {reliability}")
    if not correlation > 0:
        return float("nan")
    n = reliability * (1 - correlation) / (correlation * (1 - reliability))
    return float(max(1, np.ceil(n * (1 - ROUNDING))))


def correlation_of_cluster_means(between: ArrayLike, within: ArrayLike, n: ArrayLike) -> np.ndarray:
    """Compute the correlation n b / (1 + (n - 1) w) between the means over n items of two clusters.

    Parameters: mean correlation ``between`` (b) and ``within`` (w) clusters, at most 1; ``n`` >= 1 items per
    cluster. Real numbers or arrays; they broadcast.
    Returns float64 in [0, 1], to be stepped up by the number of clusters. NaN for a negative b. A w below b,
    which only chance brings about, counts as b: a variance between clusters is not negative. w may be NaN
    (no cluster of two items) for n = 1 only.
    """
    b = np.asarray(between, dtype=np.float64)
    b = np.where(b < 0, np.nan, b)
    extra = np.where(np.equal(n, 1), 0, (n - np.float64(1)) * np.maximum(b, within))
    return n * b / (1 + extra)
