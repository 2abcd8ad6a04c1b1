"""Intervals of the generalizability coefficient at the design that a table of scores has.

What is said of the methods compared, and of no others, rests on the jackknife over classes: it takes these
very methods as all that there are, and holds its level for them from five classes on, of any sizes. Feldt's
takes the methods as a normal sample of methods, and classes of one size, and is exact then; for given methods
it is too wide (docs/reliability.md), and no verdict rests on it.
"""

import numpy as np
from scipy.special import stdtrit

from saliometer.reliability.clustering.design_effect import joint_effect
from saliometer.reliability.clustering.intervals import LARGEST_CORRELATION, Interval, jackknife
from saliometer.reliability.clustering.sums import sum_by_cluster
from saliometer.reliability.decision_study import decision_study
from saliometer.reliability.generalizability import class_sums, components_of_sums, sums_of_squares
from saliometer.reliability.intraclass import f_reliability, mean_squares
from saliometer.reliability.sample import Sample


def feldt_interval(sample: Sample, confidence: float) -> Interval:
    """Estimate the G coefficient 1 - 1 / F from class means, with Feldt's interval for random methods.

    Parameters
    ----------
    sample : k methods across; an item on which any method is NaN takes no part. Clusters are the classes
    confidence : level in (0, 1), two-sided

    F has k - 1 and (k - 1)(C - 1) degrees of freedom (Feldt, Psychometrika 30, 1965): methods x classes, one
    mean in each cell, every class counted once whatever its size. The estimate is that of
    ``decision_study`` at the own design when the classes are of one size and no component is negative; not
    cut off at 0. p is of no difference between methods. All NaN for one class or method, or methods with
    equal means.

    With links F has the mean square of methods x classes times ``shared_effect`` below, in the estimate too.
    """
    complete = sample.complete()
    sums, sizes = sum_by_cluster(complete.scores, complete.clusters)
    effect = shared_effect(complete)
    squares = mean_squares((sums / sizes[:, None]).T)
    n, k = squares.n, squares.k
    freedom = n - 1, (n - 1) * (k - 1)
    return f_reliability(squares.rows, squares.residual * effect, *freedom, confidence, len(sizes))


def shared_effect(sample: Sample) -> float:
    """Return the ``design_effect`` of the differences between methods' means over class means.

    Parameters: ``sample``, methods across, without NaN. Images that classes share give all their means the
    same errors, which raise the variance between methods and not that of methods x classes: relative error is
    the latter times this, and G less than ``decision_study``'s.
    """
    if sample.links is None:
        return 1.0
    scores, clusters = sample.values, sample.clusters
    codes, sizes = np.unique(clusters, return_inverse=True, return_counts=True)[1:]
    about = scores - (sum_by_cluster(scores, clusters)[0] / sizes[:, None]).mean(axis=0)
    contrasts = (about - about.mean(axis=1, keepdims=True)) / sizes[codes][:, None]
    return joint_effect(contrasts, clusters, sample.links)


def clusters_for_lower_limit(
    g: float, low: float, n_clusters: int, confidence: float, target: float
) -> float:
    """Predict how many classes would lift the lower end of ``jackknife_interval`` to a target.

    Parameters
    ----------
    g, low : the G coefficient that was found with ``n_clusters`` classes, and the lower end of its interval
    confidence, target : both in (0, 1), of the interval and of its lower end

    A decision study in which components stay as they were estimated, and classes are as large: G / (1 - G)
    grows with the number of classes C, the error of log(1 - G) falls with its root, and Student's t has C - 1
    degrees of freedom. Returns the smallest whole number of at least 3; NaN for G <= 0 or without an
    interval: no number would do, or none is known.
    """
    if not (0 < g < 1 and low < g):
        return np.nan
    signal = g / (1 - g) / n_clusters
    reach = np.log1p(-low) - np.log1p(-g)
    error = reach / stdtrit(n_clusters - 1, (1 + confidence) / 2) * np.sqrt(n_clusters)

    def reaches(classes: int) -> bool:
        t = stdtrit(classes - 1, (1 + confidence) / 2)
        return bool(t * error / np.sqrt(classes) - np.log1p(classes * signal) <= np.log1p(-target))

    high = 3
    while not reaches(high):
        high *= 2
    low_end = max(high // 2, 2)
    while high - low_end > 1:
        middle = (low_end + high) // 2
        low_end, high = (low_end, middle) if reaches(middle) else (middle, high)
    return float(high)


def jackknife_interval(sample: Sample, confidence: float) -> Interval:
    """Estimate the G coefficient of these methods at the own design, leaving out one class at a time.

    Parameters as for ``feldt_interval``. The estimate is 1 - relative error / (method + relative error) of
    ``decision_study`` at ``design_of``, at most 1, and below 0 where the methods' component is. The
    jackknife (Student's t, C - 1 degrees of freedom) runs on the logarithm of that ratio, for equal classes
    -log F, each time at the design that is left. With links the ratio is multiplied by ``shared_effect``,
    and so is the squared error, to first order. p is NaN. No interval for C < 3, or when the ratio is
    undefined without one of the classes; all NaN for one class or method, methods of equal
    means, or where no variance can be told for shared images.
    """
    complete = sample.complete()
    nothing = Interval(np.nan, np.nan, np.nan, np.nan, complete.n_clusters)
    if complete.scores.shape[1] < 2 or not len(complete):
        return nothing
    sums, effect = class_sums(complete), shared_effect(complete)
    if np.isnan(effect):
        return nothing
    whole, left_out = (np.log(_unreliability(*sums_of_squares(sums, without))) for without in (False, True))
    of_log = jackknife(whole + np.log(effect), left_out, confidence, effect=effect)
    estimate, low, high = (float(-np.expm1(one)) for one in (of_log.estimate, of_log.high, of_log.low))
    return nothing._replace(estimate=estimate, low=low, high=high)


def _unreliability(size, size_squares, classes, *squares) -> np.ndarray:
    """Return 1 - G at the own design, with the method component as it is and not cut off at 0."""
    components = components_of_sums(size, size_squares, classes, *squares)
    with np.errstate(divide="ignore", invalid="ignore"):
        study = decision_study(components, size**2 / size_squares, size_squares / size)
        whole = components.method + study.relative_error
        rest = np.where(whole > 0, study.relative_error / whole, np.nan)
    return np.maximum(rest, 1 - LARGEST_CORRELATION)
