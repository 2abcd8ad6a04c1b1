"""Rows of generalizability theory: variance components, G and Phi at the run's own design."""

from collections.abc import Iterator, Mapping

import numpy as np

from saliometer.reliability.clustering.intervals import Interval, counting
from saliometer.reliability.decision_study import decision_study, own_design
from saliometer.reliability.generalizability import Components, variance_components
from saliometer.reliability.generalizability_interval import jackknife_interval
from saliometer.reliability.rows.columns import (
    DEPENDABILITY,
    GENERALIZABILITY,
    NOT_COUNTED,
    UNCOUNTED,
    VARIANCE,
    make_row,
)
from saliometer.reliability.rows.context import Context, obstacle_to_ranking
from saliometer.reliability.rows.levels import OfMetric, Rows
from saliometer.reliability.rows.repetition import replicate_noise
from saliometer.reliability.sample import Comparison

JACKKNIFE_LOG = "cluster_jackknife_t_log_error"
ONE_CLUSTER, CONSTANT = "one cluster only", "the scores never differ"
EQUAL_MEANS = "the methods' means are equal, or differ by less than their error"
NO_COMPONENT = "no component of variance is above 0"
UNDEFINED = {
    "method": ONE_CLUSTER,
    "class_": ONE_CLUSTER,
    "method_class": ONE_CLUSTER,
    "item": "one item in each cluster: it holds what belongs to the item, too",
    "residual": "one item in each cluster: method_class holds it, too",
    "replicate": "not measured: a stochastic method has no item with two replicates",
}


def generalizability_rows(
    real: Comparison, context: Context, noise: Mapping[str, tuple[float, int]]
) -> Iterator[dict]:
    """Yield the components of variance, G with its interval for these methods, and Phi.

    Parameters: ``noise``, for each method the variance of one replicate about its cell (0 for a deterministic
    method, NaN where it was not measured) and the number of replicates.
    """
    scores, clusters = real.complete()
    m, k = scores.shape
    sizes = {"n_raters": m, "n_units": k, "n_missing": len(real.scores) - m}
    obstacle = obstacle_to_ranking(real)
    if obstacle:
        yield make_row(GENERALIZABILITY, reason=obstacle, **sizes)
        return
    components = components_of(real, noise)
    n_clusters = len(np.unique(clusters))
    for name in UNDEFINED:
        value = getattr(components, name)
        row = make_row(
            VARIANCE.format(name.rstrip("_")), reason=UNDEFINED[name] if np.isnan(value) else "", **sizes
        )
        yield row | {"estimate": value, "n_clusters": n_clusters}
    study = decision_study(components, *own_design(clusters))
    linked = real.complete_links()
    g = jackknife_interval(scores, clusters, context.confidence, linked)
    undefined = _why_undefined(scores, n_clusters)
    why_g = undefined or (EQUAL_MEANS if linked is None else f"{EQUAL_MEANS}, or {NOT_COUNTED.format('G')}")
    yield make_row(GENERALIZABILITY, g, counting(JACKKNIFE_LOG, linked), "", why_g, **sizes)
    phi = Interval(float(study.phi), np.nan, np.nan, np.nan, n_clusters)
    row = make_row(DEPENDABILITY, phi, "", "", undefined or NO_COMPONENT, **sizes)
    reason = row["reason"] if np.isnan(phi.estimate) else None if linked is None else UNCOUNTED
    yield row | {"ci_method": None, "reason": reason}


def _why_undefined(scores: np.ndarray, n_clusters: int) -> str:
    """Say why neither G nor Phi can be told of any methods; "" where that hangs on their means."""
    if n_clusters < 2:
        return ONE_CLUSTER
    return CONSTANT if (scores == scores[0, 0]).all() else ""


def components_of(real: Comparison, noise: Mapping[str, tuple[float, int]]) -> Components:
    """Return the variance components of a comparison."""
    variances, replicates = zip(*(noise[name] for name in real.scores), strict=True)
    return variance_components(*real.complete(), variances, replicates)


def _of_metric(at: OfMetric) -> Iterator[dict]:
    noise = replicate_noise(at.scores, at.context.metric, at.methods)
    return generalizability_rows(at.real, at.context, noise)


ROWS = (Rows(OfMetric, 40, _of_metric),)
