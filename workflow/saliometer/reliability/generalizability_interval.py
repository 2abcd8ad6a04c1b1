"""Intervals of the generalizability coefficient at the design that a table of scores has.

A verdict about methods rests on the lower limit. Feldt's takes the methods as a normal sample of methods and
classes of one size, and is exact then. The jackknife takes these very methods as all that there are: it holds
its level for them from about five classes on, not for a population of methods; for these methods Feldt's
covers more than its level.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtri

from saliometer.reliability.cluster_sums import complete_rows, sum_by_cluster
from saliometer.reliability.decision_study import decision_study
from saliometer.reliability.design_effect import joint_effect
from saliometer.reliability.generalizability import class_sums, components_of_sums, sums_of_squares
from saliometer.reliability.intervals import LARGEST_CORRELATION, Interval, jackknife
from saliometer.reliability.intraclass import f_reliability, mean_squares
from saliometer.reliability.shared_images import Links, links_of_complete


def feldt_interval(
    scores: ArrayLike, clusters: ArrayLike, confidence: float, linked: Links = None
) -> Interval:
    """Estimate the G coefficient 1 - 1 / F from class means, with Feldt's interval.

    Parameters
    ----------
    scores : real array of shape (items, k methods); an item on which any method is NaN takes no part
    clusters : array of shape (items,), the class of each item
    confidence : level in (0, 1), two-sided
    linked : items of different classes that share an image (``shared_images``)

    F has k - 1 and (k - 1)(C - 1) degrees of freedom (Feldt, Psychometrika 30, 1965): methods x classes, one
    mean in each cell, every class counted once whatever its size. The estimate is that of
    ``decision_study`` at the own design when the classes are of one size and no component is negative; not
    cut off at 0. p is of no difference between methods. All NaN for one class or method, or methods with
    equal means.

    Images that classes share give all their means the same errors, which raise the mean square of the
    methods and not that of methods x classes: the latter times the ``design_effect`` of the methods'
    differences is what F has below, in the estimate too, which then is less than that of ``decision_study``.
    """
    linked = links_of_complete(linked, scores)
    complete, kept = complete_rows(scores, clusters)
    sums, sizes = sum_by_cluster(complete, kept)
    means = sums / sizes[:, None]
    effect = 1.0 if linked is None else joint_effect(_contrasts(complete, kept, means), kept, linked)
    squares = mean_squares(means.T)
    n, k = squares.n, squares.k
    freedom = n - 1, (n - 1) * (k - 1)
    return f_reliability(squares.rows, squares.residual * effect, *freedom, confidence, len(sizes))


def _contrasts(scores: np.ndarray, clusters: np.ndarray, means: np.ndarray) -> np.ndarray:
    """What each item does to the methods' differences of means over class means: (items, methods)."""
    codes, sizes = np.unique(clusters, return_inverse=True, return_counts=True)[1:]
    about = scores - means.mean(axis=0) if len(means) else scores
    return (about - about.mean(axis=1, keepdims=True)) / sizes[codes][:, None]


def clusters_for_lower_limit(g: float, n_clusters: int, k: int, confidence: float, wanted: float) -> float:
    """Predict how many classes would lift the lower end of Feldt's interval to a wanted value.

    Parameters
    ----------
    g : the G coefficient that was found with ``n_clusters`` classes and ``k`` methods
    confidence, wanted : both in (0, 1)

    A decision study in which components stay as they were estimated, and classes are as large: G / (1 - G)
    grows with the number of classes, and so do the degrees of freedom. Returns the smallest whole number of
    at least 2, NaN for G <= 0 or undefined: no number would do, or none is known.
    """
    if not g > 0:
        return np.nan
    if g == 1:
        return 2.0
    signal = g / (1 - g) / n_clusters

    def reaches(classes: int) -> bool:
        upper = fdtri(k - 1, (k - 1) * (classes - 1), (1 + confidence) / 2)
        return bool(1 - upper / (1 + classes * signal) >= wanted)

    high = 2
    while not reaches(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return float(high)


def jackknife_interval(scores: ArrayLike, clusters: ArrayLike, confidence: float) -> Interval:
    """Estimate the G coefficient of the own design, leaving out one class at a time.

    Parameters as for ``feldt_interval``. The estimate is ``decision_study``'s at ``own_design``, in [0, 1].
    The jackknife (Student's t, C - 1 degrees of freedom) runs on log(relative error / (method + relative
    error)), for equal classes -log F, each time at the design that is left; only here a method component
    below 0 is not cut off, so that the lower limit may lie below 0. p is NaN. No interval for C < 3, or
    when the ratio is undefined without one of the classes.
    """
    complete, kept = complete_rows(scores, clusters)
    nothing = Interval(np.nan, np.nan, np.nan, np.nan, len(np.unique(kept)))
    if complete.shape[1] < 2 or not len(complete):
        return nothing
    sums = class_sums(complete, kept)
    estimate, unreliability = _unreliability(*sums_of_squares(sums))
    logs = np.log(unreliability), np.log(_unreliability(*sums_of_squares(sums, without=True))[1])
    found = jackknife(*logs, confidence)
    limits = -np.expm1([found.high, found.low])
    return nothing._replace(estimate=float(estimate), low=float(limits[0]), high=float(limits[1]))


def _unreliability(size, size_squares, classes, *squares) -> tuple[np.ndarray, np.ndarray]:
    """Return G and 1 - G at the own design, the second with the method component as it is and not 0."""
    found = components_of_sums(size, size_squares, classes, *squares)
    with np.errstate(divide="ignore", invalid="ignore"):
        study = decision_study(found, size**2 / size_squares, size_squares / size)
        whole = found.method + study.relative_error
        rest = np.where(whole > 0, study.relative_error / whole, np.nan)
    return study.g, np.maximum(rest, 1 - LARGEST_CORRELATION)
