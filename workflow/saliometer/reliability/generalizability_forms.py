"""Generalizability over parallel forms of the mosaics: would other forms order the methods alike?

Two designs, told apart by how the forms came about:

- crossed: method x (item : class) x form. Labelled forms, such as rotations: each is the same for all items
- nested: method x (form : item : class). Random redraws: the forms of one item have nothing to do with
  those of another

Source: Brennan, Generalizability Theory (2001), chapters 3 to 5 and 7. Forms are random: others of their kind
might have been taken.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import helmert

from saliometer.reliability.generalizability import Components, variance_components
from saliometer.reliability.sample import Sample


class FormComponents(NamedTuple):
    """Estimated variance components, in the square of the metric's unit; a negative one is left negative.

    ``over``: those of ``generalizability.Components`` that hold for the mean over all possible forms.
    ``form``: of the form itself (nested: within an item); ``class_form``, ``item_form``: how forms change
    classes and items for all methods alike (NaN where nested: they are in ``form``). ``method_form``,
    ``method_class_form``: how forms change methods, everywhere or class by class (nested: ``method_form``
    is item by item, ``method_class_form`` NaN). ``residual_form``: of single scores, without the noise of
    replicates (nested: NaN, in ``method_form``). ``replicate_share``: that noise in a score.
    """

    over: Components
    form: float
    method_form: float
    class_form: float
    method_class_form: float
    item_form: float
    residual_form: float
    replicate_share: float


def crossed_forms(tables: ArrayLike, clusters: ArrayLike, replicate_share: float = 0.0) -> FormComponents:
    """Estimate the components of method x (item : class) x form.

    Parameters
    ----------
    tables : real array of shape (items, k methods, F forms), no NaN, means over replicates; k, F >= 2
    clusters : array of shape (items,), the class of each item, of any sizes
    replicate_share : mean over methods of the variance of a score that its replicates leave; NaN: unknown,
        and then it stays within ``residual_form``

    Each of F - 1 orthonormal contrasts of the forms is a table of method x (item : class) of its own, whose
    "method" component is method x form and so on; the mean over forms has the other components plus a
    share 1 / F of these. ``form`` is what the contrasts' squared grand means have beyond their errors. All
    are unbiased, and the analysis of variance when the classes are of one size. Where classes have one item
    each, or there is one class, the same components are NaN as for ``variance_components``.
    Raises ValueError for fewer than two forms.
    """
    tables = _of_forms(tables)
    n, k, n_forms = tables.shape
    contrasts = np.moveaxis(tables @ helmert(n_forms).T, 2, 0)
    parts = [variance_components(Sample(one, clusters)) for one in contrasts]
    method, class_, item, method_class, residual = np.mean([part[:5] for part in parts], axis=0)
    noise = 0.0 if np.isnan(replicate_share) else replicate_share
    of_means = variance_components(Sample(tables.mean(axis=2), clusters))
    over = (
        whole - of_form / n_forms
        for whole, of_form in zip(of_means[:5], (method, class_, item, method_class, residual), strict=True)
    )
    sizes = np.unique(np.asarray(clusters), return_counts=True)[1]
    by_class, by_item = (sizes.astype(np.float64) ** 2).sum() / n**2, 1 / n
    inner = 0.0 if np.isnan(residual) else (item + residual / k) * by_item
    squares = float((contrasts.mean(axis=(1, 2)) ** 2).mean())
    form = squares - method / k - (class_ + method_class / k) * by_class - inner
    if np.isnan(residual):
        method_class -= noise
    else:
        residual -= noise
    return FormComponents(
        Components(*(float(value) for value in over)),
        *(float(value) for value in (form, method, class_, method_class, item, residual, replicate_share)),
    )


def nested_forms(tables: ArrayLike, clusters: ArrayLike, replicate_share: float = 0.0) -> FormComponents:
    """Estimate the components of method x (form : item : class).

    Parameters as for ``crossed_forms``. Within an item the forms are exchangeable: their contrasts have no
    mean, and mean squares of methods' common and own part. Raises ValueError for fewer than two forms.
    """
    tables = _of_forms(tables)
    n, k, n_forms = tables.shape
    contrasts = tables @ helmert(n_forms).T
    common = contrasts.mean(axis=1)
    single = float(((contrasts - common[:, None]) ** 2).sum() / (n * (n_forms - 1) * (k - 1)))
    form = (k * float((common**2).mean()) - single) / k
    noise = 0.0 if np.isnan(replicate_share) else replicate_share
    over = variance_components(Sample(tables.mean(axis=2), clusters))
    merged = np.isnan(over.residual)  # one item per class, or nothing to tell them apart
    of_form, of_rest = ("class_", "method_class") if merged else ("item", "residual")
    over = over._replace(
        **{
            of_form: getattr(over, of_form) - form / n_forms,
            of_rest: getattr(over, of_rest) - single / n_forms,
        }
    )
    nothing = [np.nan] * 4
    return FormComponents(over, form, single - noise, *nothing, replicate_share)


def generalizability_over_forms(
    components: FormComponents, classes: float, items: float, forms: float
) -> float:
    """Return G of means over ``items`` in each of ``classes``, each item in ``forms`` forms.

    relative error = method_class / classes + residual / (classes x items), plus, over the number of forms:
    method_form + method_class_form / classes + (residual_form + noise) / (classes x items) where forms are
    crossed, (method_form + noise) / (classes x items) where they are nested. In [0, 1]; negative components
    count as 0 (Brennan's rule); NaN for 0 / 0, and where nothing is known of other classes.
    """
    over, noise = components.over, components.replicate_share
    parts = (over.method, over.method_class, over.residual, components.method_form)
    method, method_class, residual, method_form = (np.maximum(value, 0.0) for value in parts)
    noise = 0.0 if np.isnan(noise) else noise
    residual = 0.0 if np.isnan(residual) else residual  # one item per class: within method_class
    if np.isnan(components.class_form):
        of_form = (method_form + noise) / (classes * items)
    else:
        single = 0.0 if np.isnan(components.residual_form) else max(components.residual_form, 0.0)
        of_form = method_form + np.maximum(components.method_class_form, 0.0) / classes
        of_form += (single + noise) / (classes * items)
    error = method_class / classes + residual / (classes * items) + of_form / forms
    return float(method / (method + error)) if method + error > 0 else np.nan


def _of_forms(tables: ArrayLike) -> np.ndarray:
    tables = np.asarray(tables, dtype=np.float64)
    if tables.ndim != 3 or tables.shape[2] < 2:
        raise ValueError(f"tables must be (items, methods, two forms or more), not {tables.shape}")
    return tables
