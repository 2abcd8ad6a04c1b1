"""Decision study of generalizability theory: what other numbers of classes, items and replicates would give.

Source: Brennan, Generalizability Theory (2001), chapters 4 and 7.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from saliometer.reliability.generalizability import Components


class DecisionStudy(NamedTuple):
    """What a design would give, arrays of its shape.

    ``g``: generalizability coefficient for comparing methods with each other, ``phi``: index of dependability
    for their values as such, both in [0, 1]; the variances of their errors.
    """

    g: np.ndarray
    phi: np.ndarray
    relative_error: np.ndarray
    absolute_error: np.ndarray


def design_of(clusters: ArrayLike) -> tuple[float, float]:
    """Return the number of classes and of items per class that a table of scores amounts to.

    Parameters: clusters (items,) of the items in use. Classes of unequal sizes n_c count as
    (sum n_c)^2 / sum n_c^2 (Brennan, 2001, chapter 7), which with the items per class is N items again.
    """
    sizes = np.unique(np.asarray(clusters), return_counts=True)[1].astype(np.float64)
    if not len(sizes):
        return np.nan, np.nan
    return float(sizes.sum() ** 2 / (sizes**2).sum()), float((sizes**2).sum() / sizes.sum())


def decision_study(
    components: Components, classes: ArrayLike, items: ArrayLike, replicates: ArrayLike | None = None
) -> DecisionStudy:
    """Predict the coefficients of a design with new random classes and items.

    Parameters
    ----------
    components : variance components
    classes, items : positive, any shapes that broadcast: classes, and items in each of them
    replicates : replicates of each item for the stochastic methods, to broadcast too; None: as many as the
        run has. NaN results when they were not measured.

    relative error = method_class / classes + (residual + replicate / replicates) / (classes x items); the
    absolute error adds class_ / classes + item / (classes x items). g = method / (method + relative error),
    phi with the absolute error. Negative components count as 0 here, and only here (Brennan's rule), 0 / 0 is
    NaN. Where one item per class was all there is, designs with other than one item per class are NaN.
    """
    classes, items = np.asarray(classes, dtype=np.float64), np.asarray(items, dtype=np.float64)
    method, class_, item, method_class, residual, replicate, share = (
        np.maximum(np.asarray(value, dtype=np.float64), 0) for value in components
    )
    if replicates is None:
        noise = np.where(np.isnan(share), 0.0, share)
    else:
        noise = replicate / np.asarray(replicates, dtype=np.float64)
    # One item per class leaves item and residual within class_ and method_class: right for that design only.
    merged = np.isnan(residual)
    unknown = np.where(merged & (items != 1), np.nan, 0.0)
    item, residual = (np.where(merged, 0.0, value) for value in (item, residual))
    relative = method_class / classes + (residual + noise) / (classes * items) + unknown
    absolute = relative + class_ / classes + item / (classes * items)
    return DecisionStudy(_share(method, relative), _share(method, absolute), relative, absolute)


def _share(part: np.ndarray, rest: np.ndarray) -> np.ndarray:
    whole = np.asarray(part + rest)
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)
