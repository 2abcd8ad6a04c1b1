"""Generalizability theory: how well would the methods' means be reproduced on other classes and items?

Objects of measurement are methods; the design is method x (item : class), every method scored on the same
items, items nested in clusters (classes). Source: Brennan, Generalizability Theory (2001): components and
decision studies in chapters 3 and 4, unbalanced designs in chapter 7. The usual notation is p for methods,
h for classes, i:h for items in classes.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from saliometer.reliability.clustering.sums import sum_by_cluster
from saliometer.reliability.sample import Sample


class Components(NamedTuple):
    """Estimated variance components, in the square of the metric's unit; a negative one is left negative.

    ``replicate``: mean over methods of the variance of one replicate about its cell, 0 for a deterministic
    method; ``replicate_share``: what of it is left in the run's own means over replicates. Where they are NaN
    (not measured) the residual holds this noise, else not.
    """

    method: float
    class_: float
    item: float
    method_class: float
    residual: float
    replicate: float = np.nan
    replicate_share: float = np.nan


class ClassSums(NamedTuple):
    """All that the components need of C classes and k methods.

    ``sizes`` (C,); ``effects`` (k,), the methods' means about the grand mean; ``interactions`` (C, k), the
    class means about ``effects``; ``residuals`` (C,), within-class squares of method x item; ``levels`` (C,),
    class means about the grand mean; ``items`` (C,), within-class squares of the item means.
    """

    sizes: np.ndarray
    effects: np.ndarray
    interactions: np.ndarray
    residuals: np.ndarray
    levels: np.ndarray
    items: np.ndarray


def variance_components(
    sample: Sample, replicate_variances: ArrayLike | None = None, replicates: ArrayLike = 1
) -> Components:
    """Estimate the variance components of method x (item : class).

    Parameters
    ----------
    sample : k methods across, means over replicates; an item on which any method is NaN takes no part.
        Clusters are the classes, of any sizes
    replicate_variances : array of shape (k,), variance of one replicate about the mean of its cell, method by
        method: 0 for a deterministic one, NaN where it was not measured (which leaves them all unmeasured)
    replicates : array of shape (k,) or one number, how many replicates a score is the mean of

    The estimator is that of the analogous analysis of variance (Henderson's method 1; Brennan, 2001,
    chapter 7): sums of squares with item weights are set equal to their expectations. With N items in C
    classes of sizes n_c and r = sum n_c^2 / N,

        residual     = SS(mi:c) / ((k - 1)(N - C))
        method_class = (SS(mc) / (k - 1) - (C - 1) residual) / (N - r)
        item         = (SS(i:c) / (N - C) - residual) / k
        class_       = (SS(c) - (C - 1)(k item + residual)) / (k (N - r)) - method_class / k
        method       = (SS(m) / (k - 1) - residual - r method_class) / N

    unbiased, and the analysis of variance when the classes are of one size. Replicates are nested in the
    cells and add the mean of variance / replicates to the residual, from which it is subtracted.

    One item per class: the item is the class, ``class_`` and ``method_class`` hold both, ``item`` and
    ``residual`` are NaN. One class: only ``item`` and ``residual`` are defined. k < 2: all NaN.
    """
    complete = sample.complete()
    if complete.scores.shape[1] < 2 or not len(complete):
        return Components(*[np.nan] * 5)
    components = components_of_sums(*sums_of_squares(class_sums(complete)))
    components = Components(*(float(value) for value in components[:5]))
    if replicate_variances is None:
        return components
    variances = np.asarray(replicate_variances, dtype=np.float64)
    share = float((variances / np.asarray(replicates)).mean())
    noisy = "method_class" if np.isnan(components.residual) else "residual"
    known = 0.0 if np.isnan(share) else share
    return components._replace(replicate=float(variances.mean()), replicate_share=share)._replace(
        **{noisy: getattr(components, noisy) - known}
    )


def class_sums(sample: Sample) -> ClassSums:
    """Reduce a sample without NaN, methods across, to sums over its classes."""
    scores, codes = sample.values, np.unique(sample.clusters, return_inverse=True)[1]
    # Differences from the first method and the first item: what is constant comes out as 0 to the last bit.
    differences = scores - scores[:, :1]
    offsets = differences.mean(axis=1)
    levels = scores[:, 0] - scores[0, 0] + offsets
    effects = differences - offsets[:, None]
    first = effects[0].copy()
    effects -= first
    sums, sizes = sum_by_cluster(np.column_stack([effects, levels]), codes)
    mean, class_means = sums.sum(axis=0) / sizes.sum(), sums / sizes[:, None]
    within = np.column_stack([effects, levels]) - class_means[codes]
    within = np.column_stack([(within[:, :-1] ** 2).sum(axis=1), within[:, -1] ** 2])
    residuals, items = sum_by_cluster(within, codes)[0].T
    between = class_means - mean
    return ClassSums(sizes, first + mean[:-1], between[:, :-1], residuals, between[:, -1], items)


def sums_of_squares(sums: ClassSums, without: bool = False) -> tuple[np.ndarray, ...]:
    """Add up N, sum n_c^2, C, k and the sums of squares SS(m), SS(c), SS(i:c), SS(mc), SS(mi:c).

    ``without``: for the classes that are left without each one, arrays of shape (C,); else scalars.
    """
    n = sums.sizes.astype(np.float64)
    k = len(sums.effects)
    between = np.column_stack([sums.interactions, sums.levels])
    squares = np.column_stack([n, n**2, np.ones(len(n)), sums.items, sums.residuals, n[:, None] * between**2])
    shift = np.zeros(k + 1)
    total = squares.sum(axis=0)
    if without:
        total = total - squares
        shift = -n[:, None] * between / np.maximum(total[:, :1], 1)
    size, size_squares, classes, items, residuals = total[..., :5].T
    about = total[..., 5:] - size[..., None] * shift**2
    methods = size * ((sums.effects + shift[..., :-1]) ** 2).sum(axis=-1)
    interactions, levels = about[..., :-1].sum(axis=-1), k * about[..., -1]
    return size, size_squares, classes, k, methods, levels, k * items, interactions, residuals


def components_of_sums(size, size_squares, classes, k, ss_m, ss_c, ss_i, ss_mc, ss_mi) -> Components:
    """Solve the equations of ``variance_components``, for scalars or arrays."""
    with np.errstate(divide="ignore", invalid="ignore"):
        r = np.where(classes > 1, size_squares / size, np.nan)
        nested = size > classes
        residual = np.where(nested, ss_mi / ((k - 1) * (size - classes)), 0.0)
        item = np.where(nested, (ss_i / (size - classes) - residual) / k, 0.0)
        method_class = (ss_mc / (k - 1) - (classes - 1) * residual) / (size - r)
        class_ = (ss_c - (classes - 1) * (k * item + residual)) / (k * (size - r)) - method_class / k
        method = (ss_m / (k - 1) - residual - r * method_class) / size
    item, residual = (np.where(nested, value, np.nan) for value in (item, residual))
    return Components(method, class_, item, method_class, residual)
