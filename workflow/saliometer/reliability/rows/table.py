"""The tidy table of all coefficients of a study.

Rules that hold for every row: methods are compared within one data set, form and model, by question (a
mosaic and an asked class); of a method with several replicates a question has the mean score of those that
are defined; rankings and correlations use the questions on which every compared method is defined, and
n_missing counts the others; controls take no part in alpha or the mean of rho, they stand beside in pairs; a
metric that is an alias has one row for alpha and one for the mean of rho, without an estimate.

Column ``items``: "all" questions; those on mosaics of which the model recognises every tile; and, where a
metric is somewhere undefined, all with "undefined ranked last" in what follows from ranks alone.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from saliometer.errors import UserError
from saliometer.kinds import import_kinds
from saliometer.metrics import OWN_ANCHORS, anchor_column, smallest_difference
from saliometer.reliability.clustering import intervals
from saliometer.reliability.clustering.labels import cluster_labels, fixed_classes
from saliometer.reliability.codes import Code, note
from saliometer.reliability.forms import in_order
from saliometer.reliability.rows.adjusted import with_holm
from saliometer.reliability.rows.columns import (
    ALL,
    ALPHA,
    COLUMNS,
    RECOGNISED,
    RHO_MEAN,
    SCOPE,
    TYPES,
    UNDEFINED_LAST,
    make_row,
    written,
)
from saliometer.reliability.rows.context import Context
from saliometer.reliability.rows.levels import OfForms, OfMetric, OfScope, OfSettings
from saliometer.reliability.rows.sensitivity import sensitivity_rows
from saliometer.reliability.rows.verdicts import with_verdicts
from saliometer.reliability.sample import Sample, compare, sample_of

OF_MOSAICS = [*SCOPE, "mosaic"]
MAKERS = sorted(
    (rows for module in import_kinds(__package__, "ROWS").values() for rows in module.ROWS),
    key=lambda rows: rows.place,
)


def reliability_table(
    scores: pd.DataFrame,
    tiles: pd.DataFrame,
    methods: Mapping[str, Mapping],
    metrics: Mapping,
    settings: intervals.Settings,
    recognised: pd.DataFrame | None = None,
    forms: Sequence[str] = (),
) -> pd.DataFrame:
    """Compute every coefficient of every scope and metric.

    Parameters
    ----------
    scores : the wide scores table, a row for each replicate of a question; ``summary_table`` pools them all.
        It may have columns of the methods' own anchors (``metrics.anchor_column``)
    tiles : what each tile of each mosaic shows
    methods : for each method ``signed`` and ``control``, and ``stochastic`` where it is; ``ceiling_of``, a
        list of methods, of a control that is a positive anchor of these; its order is the order of the rows
    metrics : for each column of scores to study: needs_negative, higher_is_better, alias_of
    settings : clusters and confidence
    recognised : data set, form, model and mosaic of those whose tiles the model all recognises alone;
        every coefficient is given again on them
    forms : the order of the forms, see ``forms.in_order``: the others are held against the first

    Returns a DataFrame with COLUMNS; an undefined estimate is NaN and has its reason.
    Raises UserError for a method that ``methods`` lacks, or a score that is there twice.
    """
    unknown = sorted(set(scores["method"]) - set(methods))
    if unknown:
        raise UserError(f"scores: method {unknown[0]!r} is no method of the study; run its stages again")
    fixed = set() if "cluster" in scores or settings.clusters != "target_class" else fixed_classes(scores)
    scores = scores.assign(cluster=cluster_labels(scores, tiles, settings.clusters))
    subsets = {ALL: scores}
    if recognised is not None:
        subsets[RECOGNISED] = scores.merge(recognised[OF_MOSAICS].drop_duplicates(), on=OF_MOSAICS)
    counted = {name: metric for name, metric in metrics.items() if not metric.alias_of}
    anchors = [anchor_column(name, anchor) for name in metrics for anchor in OWN_ANCHORS]
    of_anchors = {*OWN_ANCHORS, *(name for name, block in methods.items() if "ceiling_of" in block)}
    confidence, rows = settings.confidence, []
    for items, subset in subsets.items():
        for scope, part in subset.groupby(SCOPE, sort=True):
            place = dict(zip(SCOPE, scope, strict=True)) | {"items": items}
            columns = [*metrics, *(name for name in anchors if name in part)]
            sample = sample_of(part, columns, tiles, scope[0] in fixed)
            of_scope = list(_scope_rows(sample, part, methods, metrics, (*scope, items), settings))
            again = list(sensitivity_rows(sample, part, methods, metrics, scope, confidence))
            again = with_holm(again, confidence)
            adjusted = with_holm(of_scope, confidence, of_anchors)
            rows += [place | row for row in with_verdicts(adjusted, confidence, again)]
            if items == ALL:
                rows += [place | {"items": UNDEFINED_LAST} | row for row in again]
        for (dataset, model), part in subset.groupby(["dataset", "model"], sort=True):
            place = {"dataset": dataset, "model": model, "items": items}
            ordered = in_order(part["form"], forms)
            for name, metric in counted.items() if len(ordered) > 1 else ():
                at = OfForms(part, ordered, name, metric.needs_negative, methods, confidence)
                rows += [place | {"metric": name} | row for row in _rows_at(at)]
        firsts = subset.groupby("dataset")["form"].agg(lambda names: in_order(names, forms)[0])
        first = subset[subset["form"] == subset["dataset"].map(firsts)]
        rows += [{"items": items} | row for row in _rows_at(OfSettings(first, counted, methods))]
    rows = [written(_conditional(row) if row.get("dataset") in fixed else row) for row in rows]
    return pd.DataFrame(rows, columns=COLUMNS).astype(TYPES)


def _conditional(row: dict) -> dict:
    """Say of an interval over the images of two classes that it holds for these classes."""
    if np.isnan(row.get("ci_low", np.nan)):
        return row
    return row | {"notes": (*row["notes"], note(Code.CONDITIONAL_ON_CLASSES))}


def _scope_rows(sample: Sample, part, methods, metrics, place, settings) -> Iterator[dict]:
    """Yield all rows within one scope and set of items, metric by metric; ``sample``: ``part`` laid out."""
    for name, metric in metrics.items():
        smallest = smallest_difference(metric, settings.smallest_difference)
        context = Context(name, metric.higher_is_better, settings.confidence, (*place, name), smallest)
        for row in _metric_rows(sample, part, metric, methods, context):
            yield {"metric": name} | row
    counted = {name: metric for name, metric in metrics.items() if not metric.alias_of}
    yield from _rows_at(OfScope(sample, counted, methods, settings.confidence))


def _metric_rows(sample: Sample, part, metric, methods, context: Context) -> Iterator[dict]:
    if metric.alias_of:
        for coefficient in (ALPHA, RHO_MEAN):
            yield make_row(coefficient, notes=[note(Code.ALIAS, metric=metric.alias_of)])
        return
    real, controls = (
        compare(sample, context.metric, methods, metric.needs_negative, controls)
        for controls in (False, True)
    )
    yield from _rows_at(OfMetric(real, controls, sample, part, methods, context))


def _rows_at(at: OfMetric | OfScope | OfForms | OfSettings) -> Iterator[dict]:
    """Yield all rows that the modules of this folder declare for a level, from its data."""
    for rows in MAKERS:
        if isinstance(at, rows.level):
            yield from rows.make(at)
