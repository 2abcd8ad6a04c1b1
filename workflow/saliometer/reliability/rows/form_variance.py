"""Rows of generalizability theory over parallel forms: what rotations or redraws change in the scores."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from saliometer.reliability.codes import Code, note
from saliometer.reliability.decision_study import design_of
from saliometer.reliability.generalizability_forms import (
    FormComponents,
    crossed_forms,
    generalizability_over_forms,
    nested_forms,
)
from saliometer.reliability.rows.columns import FORMS_GENERALIZABILITY, FORMS_VARIANCE, make_row
from saliometer.reliability.rows.context import FEWEST_METHODS
from saliometer.reliability.rows.levels import OfForms, Rows
from saliometer.reliability.rows.repetition import ROTATION, replicate_noise
from saliometer.reliability.sample import QUESTION, of_questions

REDRAW = "redraw"
DESIGNS = {ROTATION: crossed_forms, REDRAW: nested_forms}  # forms that are no rotations are redraws
OF_MEANS = ("method", "class_", "item", "method_class", "residual")
OF_FORMS = ("form", "method_form", "class_form", "method_class_form", "item_form", "residual_form")


def form_variance_rows(
    rows: pd.DataFrame,
    forms: Sequence[str],
    metric: str,
    needs_negative: bool,
    methods: Mapping[str, Mapping],
) -> Iterator[dict]:
    """Yield, for rotations and for redraws, the components of variance and G over the run's own forms.

    Parameters: ``rows`` of one data set and model, all forms, with their clusters; the ``forms``, the
    original first. All saliency methods that the metric can compare take part, on the items on which they are
    defined in every form.
    """
    real = [
        name
        for name, block in methods.items()
        if not block["control"] and (block["signed"] or not needs_negative)
    ]
    rows = rows[rows["method"].isin(real)]
    real = [name for name in real if rows.loc[rows["method"] == name, metric].notna().any()]
    for kind, estimate in DESIGNS.items():
        chosen = [forms[0], *(form for form in forms[1:] if form.startswith(ROTATION) == (kind == ROTATION))]
        if len(chosen) < 2:
            continue
        rows_of_forms = rows[rows["form"].isin(chosen) & rows["method"].isin(real)]
        wide = rows_of_forms.groupby([*QUESTION, "form", "method"])[metric].mean().unstack(["method", "form"])
        wide = wide.reindex(columns=pd.MultiIndex.from_product([real, chosen]))
        complete = wide.dropna()
        sizes = {"n_raters": len(complete), "n_units": len(real), "n_missing": len(wide) - len(complete)}
        if len(real) < FEWEST_METHODS or len(complete) < 2:
            few = note(Code.FEW_METHODS, n=len(real))
            why = few if len(real) < FEWEST_METHODS else note(Code.FEW_ITEMS_IN_EVERY_FORM)
            yield make_row(FORMS_GENERALIZABILITY.format(kind), notes=[why], **sizes)
            continue
        clusters = of_questions(complete, rows_of_forms).clusters
        tables = complete.to_numpy().reshape(len(complete), len(real), len(chosen))
        components = estimate(tables, clusters, _noise(rows_of_forms, metric, methods))
        sizes["n_clusters"] = len(np.unique(clusters))
        yield from _component_rows(components, kind, sizes)
        yield _g_row(components, kind, design_of(clusters), len(chosen), sizes)


def _noise(rows: pd.DataFrame, metric: str, methods: Mapping[str, Mapping]) -> float:
    """Return the mean over methods of what replicates leave of noise in a score, NaN where not measured."""
    by_form = [replicate_noise(part, metric, methods) for _, part in rows.groupby("form")]
    return float(np.mean([variance / count for noise in by_form for variance, count in noise.values()]))


def _component_rows(components: FormComponents, kind: str, sizes: dict) -> Iterator[dict]:
    values = {name: getattr(components.over, name) for name in OF_MEANS}
    values |= {name: getattr(components, name) for name in OF_FORMS}
    for name, value in values.items():
        notes = [note(Code.NOT_SEPARABLE)] if np.isnan(value) else []
        row = make_row(FORMS_VARIANCE.format(kind, name.rstrip("_")), notes=notes, **sizes)
        yield row | {"estimate": value}


def _g_row(components: FormComponents, kind: str, design: tuple, n_forms: int, sizes: dict) -> dict:
    g, of_one = (generalizability_over_forms(components, *design, forms) for forms in (n_forms, 1))
    why = note(Code.MEANS_OVER_FORMS, n=n_forms, g_of_one=of_one)
    if np.isnan(g):
        why = note(Code.ONE_CLUSTER if sizes["n_clusters"] < 2 else Code.EQUAL_MEANS_OVER_FORMS)
    return make_row(FORMS_GENERALIZABILITY.format(kind), notes=[why], **sizes) | {"estimate": g}


ROWS = (
    Rows(
        OfForms,
        20,
        lambda at: form_variance_rows(at.scores, at.forms, at.metric, at.needs_negative, at.methods),
    ),
)
