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
from saliometer.metrics import OWN_ANCHORS, anchor_column, smallest_difference
from saliometer.reliability.clustering import intervals
from saliometer.reliability.clustering.labels import cluster_labels, fixed_classes
from saliometer.reliability.codes import Code, note
from saliometer.reliability.forms import in_order
from saliometer.reliability.rows.adjusted import with_holm
from saliometer.reliability.rows.agreement import agreement_rows
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
from saliometer.reliability.rows.correlation import (
    consistency_rows,
    correlation_by_cluster_rows,
    correlation_rows,
)
from saliometer.reliability.rows.form_variance import form_variance_rows
from saliometer.reliability.rows.generalizability import generalizability_rows
from saliometer.reliability.rows.ranking import ranking_rows
from saliometer.reliability.rows.repetition import form_rows, replicate_noise, retest_rows
from saliometer.reliability.rows.sensitivity import sensitivity_rows
from saliometer.reliability.rows.settings import setting_rows
from saliometer.reliability.rows.validity import own_anchor_rows, validity_rows
from saliometer.reliability.rows.verdicts import with_verdicts
from saliometer.reliability.sample import Sample, compare, sample_of

OF_MOSAICS = [*SCOPE, "mosaic"]


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
    apart = {*OWN_ANCHORS, *(name for name, block in methods.items() if "ceiling_of" in block)}
    rows = []
    for items, subset in subsets.items():
        for scope, part in subset.groupby(SCOPE, sort=True):
            own = dict(zip(SCOPE, scope, strict=True)) | {"items": items}
            columns = [*metrics, *(name for name in anchors if name in part)]
            sample = sample_of(part, columns, tiles, scope[0] in fixed)
            found = list(_scope_rows(sample, part, methods, metrics, (*scope, items), settings))
            again = with_holm(
                list(sensitivity_rows(sample, part, methods, metrics, scope, settings.confidence)),
                settings.confidence,
            )
            adjusted = with_holm(found, settings.confidence, apart)
            rows += [own | row for row in with_verdicts(adjusted, settings.confidence, again)]
            if items == ALL:
                rows += [own | {"items": UNDEFINED_LAST} | row for row in again]
        for (dataset, model), part in subset.groupby(["dataset", "model"], sort=True):
            own = {"dataset": dataset, "model": model, "items": items}
            ordered = in_order(part["form"], forms)
            for name, metric in counted.items() if len(ordered) > 1 else ():
                found = [
                    *form_rows(part, ordered, name, methods, settings.confidence),
                    *form_variance_rows(part, ordered, name, metric.needs_negative, methods),
                ]
                rows += [own | {"metric": name} | row for row in found]
        firsts = subset.groupby("dataset")["form"].agg(lambda found: in_order(found, forms)[0])
        first = subset[subset["form"] == subset["dataset"].map(firsts)]
        rows += [{"items": items} | row for row in setting_rows(first, counted, methods)]
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
    yield from consistency_rows(sample, counted, methods, settings.confidence)


def _metric_rows(sample: Sample, part, metric, methods, context: Context) -> Iterator[dict]:
    if metric.alias_of:
        for coefficient in (ALPHA, RHO_MEAN):
            yield make_row(coefficient, notes=[note(Code.ALIAS, metric=metric.alias_of)])
        return
    real, controls = (
        compare(sample, context.metric, methods, metric.needs_negative, controls)
        for controls in (False, True)
    )
    yield from agreement_rows(real, context)
    yield from correlation_rows(real, controls, context.confidence)
    yield from correlation_by_cluster_rows(real, context.confidence)
    yield from generalizability_rows(real, context, replicate_noise(part, context.metric, methods))
    yield from ranking_rows(real, context)
    yield from validity_rows(real, controls, methods, context)
    yield from own_anchor_rows(real, sample.scores, methods, context)
    yield from retest_rows(part, context.metric, methods, context.confidence)
