"""Rows of generalizability theory: variance components, G and Phi at the run's own design."""

from collections.abc import Iterator, Mapping

import numpy as np

from saliometer.reliability.clustering.intervals import Interval, counting
from saliometer.reliability.codes import Code, Note, note
from saliometer.reliability.decision_study import decision_study, design_of
from saliometer.reliability.generalizability import Components, variance_components
from saliometer.reliability.generalizability_interval import jackknife_interval
from saliometer.reliability.rows.columns import (
    DEPENDABILITY,
    GENERALIZABILITY,
    VARIANCE,
    make_row,
)
from saliometer.reliability.rows.context import Context, obstacle_to_ranking
from saliometer.reliability.rows.levels import OfMetric, Rows
from saliometer.reliability.rows.repetition import replicate_noise
from saliometer.reliability.sample import Sample

JACKKNIFE_LOG = "cluster_jackknife_t_log_error"
UNDEFINED = {
    "method": Code.ONE_CLUSTER,
    "class_": Code.ONE_CLUSTER,
    "method_class": Code.ONE_CLUSTER,
    "item": Code.ITEM_HOLDS_MORE,
    "residual": Code.METHOD_CLASS_HOLDS_MORE,
    "replicate": Code.NOISE_NOT_MEASURED,
}


def generalizability_rows(
    real: Sample, context: Context, noise: Mapping[str, tuple[float, int]]
) -> Iterator[dict]:
    """Yield the components of variance, G with its interval for these methods, and Phi.

    Parameters: ``noise``, for each method the variance of one replicate about its cell (0 for a deterministic
    method, NaN where it was not measured) and the number of replicates.
    """
    complete = real.complete()
    m, k = complete.scores.shape
    sizes = {"n_raters": m, "n_units": k, "n_missing": len(real) - m}
    obstacle = obstacle_to_ranking(real)
    if obstacle:
        yield make_row(GENERALIZABILITY, notes=obstacle, **sizes)
        return
    components = components_of(real, noise)
    n_clusters = complete.n_clusters
    for name in UNDEFINED:
        value = getattr(components, name)
        notes = [note(UNDEFINED[name])] if np.isnan(value) else []
        row = make_row(VARIANCE.format(name.rstrip("_")), notes=notes, **sizes)
        yield row | {"estimate": value, "n_clusters": n_clusters}
    study = decision_study(components, *design_of(complete.clusters))
    g = jackknife_interval(complete, context.confidence)
    undefined = _why_undefined(complete.scores, n_clusters)
    shared = [] if real.links is None else [note(Code.OR_NOT_COUNTED, what="G")]
    why_g = undefined or [note(Code.EQUAL_MEANS), *shared]
    yield make_row(GENERALIZABILITY, g, counting(JACKKNIFE_LOG, real.links), None, why_g, **sizes)
    phi = Interval(float(study.phi), np.nan, np.nan, np.nan, n_clusters)
    row = make_row(DEPENDABILITY, phi, undefined=undefined or [note(Code.NO_COMPONENT)], **sizes)
    notes = () if real.links is None else (note(Code.SHARED_NOT_COUNTED),)
    yield row | {"ci_method": None, "notes": row["notes"] if np.isnan(phi.estimate) else notes}


def _why_undefined(scores: np.ndarray, n_clusters: int) -> list[Note]:
    """Say why neither G nor Phi can be told of any methods; nothing where that hangs on their means."""
    if n_clusters < 2:
        return [note(Code.ONE_CLUSTER)]
    return [note(Code.CONSTANT_SCORES)] if (scores == scores[0, 0]).all() else []


def components_of(real: Sample, noise: Mapping[str, tuple[float, int]]) -> Components:
    """Return the variance components of a sample whose methods have this noise."""
    variances, replicates = zip(*(noise[name] for name in real.scores), strict=True)
    return variance_components(real, variances, replicates)


def _of_metric(at: OfMetric) -> Iterator[dict]:
    noise = replicate_noise(at.scores, at.context.metric, at.methods)
    return generalizability_rows(at.real, at.context, noise)


ROWS = (Rows(OfMetric, 40, _of_metric),)
