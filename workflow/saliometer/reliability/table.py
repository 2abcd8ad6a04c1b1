"""The tidy table of all coefficients of a study.

Rules that hold for every row: methods are compared within one data set, form and model, by question (a
mosaic and an asked class); of a method with several replicates a question has the mean score of those that
are defined; rankings and correlations use the questions on which every compared method is defined, and
n_missing counts the others; controls take no part in alpha or the mean of rho, they stand beside in pairs; a
metric that is an alias has one row for alpha and one for the mean of rho, without an estimate.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from saliometer.errors import UserError
from saliometer.reliability import intervals
from saliometer.reliability.clusters import cluster_labels
from saliometer.reliability.comparison import Comparison, compare, describe_left_out, pivot_scores
from saliometer.reliability.control import control_verdict, difference_from_control
from saliometer.reliability.inter_method import spearman_with_intervals
from saliometer.reliability.inter_rater import alpha_with_interval, chance_alpha
from saliometer.reliability.intervals import Interval
from saliometer.reliability.rows import (
    AGREE,
    ALIKE,
    ALPHA,
    COLUMNS,
    DIFFERENCE,
    OPPOSITELY,
    RHO,
    RHO_MEAN,
    SCOPE,
    TYPES,
    UNDECIDED,
    make_row,
)

FEWEST_METHODS = 3
CONSTANT = "a method's scores are the same on every question"


def reliability_table(
    scores: pd.DataFrame,
    tiles: pd.DataFrame,
    methods: Mapping[str, Mapping],
    metrics: Mapping,
    settings: intervals.Settings,
) -> pd.DataFrame:
    """Compute every coefficient of every scope and metric.

    Parameters
    ----------
    scores : the wide scores table, a row for each replicate of a question; ``summary_table`` pools them all
    tiles : what each tile of each mosaic shows
    methods : for each method ``signed`` and ``control``; its order is the order of the rows
    metrics : for each column of scores to study: needs_negative, alias_of
    settings : clusters and confidence

    Returns a DataFrame with COLUMNS; an undefined estimate is NaN and has its reason.
    Raises UserError for a method that ``methods`` lacks, or a score that is there twice.
    """
    unknown = sorted(set(scores["method"]) - set(methods))
    if unknown:
        raise UserError(f"scores: method {unknown[0]!r} is no method of the study; run its stages again")
    scores = scores.assign(cluster=cluster_labels(scores, tiles, settings.clusters))
    rows = []
    for scope, part in scores.groupby(SCOPE, sort=True):
        wide, clusters = pivot_scores(part, list(metrics))
        for name, metric in metrics.items():
            own = dict(zip(SCOPE, scope, strict=True)) | {"metric": name}
            found = _metric_rows(wide, clusters, name, metric, methods, settings.confidence)
            rows += [own | row for row in found]
    return pd.DataFrame(rows, columns=COLUMNS).astype(TYPES)


def _metric_rows(wide, clusters, name, metric, methods, confidence) -> Iterator[dict]:
    if metric.alias_of:
        for coefficient in (ALPHA, RHO_MEAN):
            yield make_row(coefficient, reason=f"alias of {metric.alias_of}: not counted again")
        return
    real, controls = (
        compare(wide, clusters, name, methods, metric.needs_negative, controls=controls)
        for controls in (False, True)
    )
    yield _alpha_row(real, confidence)
    yield from _rho_rows(real, controls, confidence)
    yield from _difference_rows(real, controls, confidence)


def _alpha_row(real: Comparison, confidence: float) -> dict:
    scores, clusters = real.complete()
    m, k = scores.shape
    sizes = {"n_raters": m, "n_units": k, "n_missing": len(real.scores) - m}
    obstacle = _obstacle(real)
    if obstacle:
        return make_row(ALPHA, reason=obstacle, **sizes)
    interval = alpha_with_interval(scores, clusters, confidence)
    agrees = interval.low > chance_alpha(m, k)
    verdict = AGREE if agrees else UNDECIDED
    note = describe_left_out(real.left_out)
    undefined = "the methods are tied on every question"
    return make_row(ALPHA, interval, intervals.JACKKNIFE, verdict, undefined, note, **sizes)


def _rho_rows(real: Comparison, controls: Comparison, confidence: float) -> Iterator[dict]:
    scores, clusters = real.complete()
    names, (m, k) = list(real.scores), scores.shape
    sizes = {"n_units": m, "n_missing": len(real.scores) - m}
    obstacle = _obstacle(real)
    if obstacle:
        yield make_row(RHO_MEAN, reason=obstacle, n_raters=k, **sizes)
        if k == 2:
            yield make_row(RHO, method_a=names[0], method_b=names[1], reason=obstacle, n_raters=k, **sizes)
        return
    pairs, mean = spearman_with_intervals(scores, clusters, confidence)
    verdict, note = _rho_verdict(mean), describe_left_out(real.left_out)
    kind = intervals.JACKKNIFE_FISHER
    yield make_row(RHO_MEAN, mean, kind, verdict, CONSTANT, note, n_raters=k, **sizes)
    yield from _pair_rows(pairs, names, sizes)
    if controls.scores.shape[1]:
        both = Comparison(pd.concat([real.scores, controls.scores], axis=1), real.clusters, {})
        scores, clusters = both.complete()
        sizes = {"n_units": len(scores), "n_missing": len(both.scores) - len(scores)}
        if len(scores) >= 2:
            pairs, _ = spearman_with_intervals(scores, clusters, confidence)
            beside = {pair: interval for pair, interval in pairs.items() if max(pair) >= k}
            yield from _pair_rows(beside, list(both.scores), sizes)


def _pair_rows(pairs: dict[tuple[int, int], Interval], names: list[str], sizes: dict) -> Iterator[dict]:
    for (a, b), interval in pairs.items():
        verdict = _rho_verdict(interval)
        row = make_row(RHO, interval, intervals.JACKKNIFE_FISHER, verdict, CONSTANT, n_raters=2, **sizes)
        yield row | {"method_a": names[a], "method_b": names[b]}


def _difference_rows(real: Comparison, controls: Comparison, confidence: float) -> Iterator[dict]:
    left_out = real.left_out | controls.left_out
    for control in [*controls.scores, *controls.left_out]:
        for method in [*real.scores, *real.left_out]:
            pair = {"method_a": method, "method_b": control}
            missing = {name: left_out[name] for name in (method, control) if name in left_out}
            if missing:
                yield make_row(DIFFERENCE, reason=describe_left_out(missing), n_units=0, **pair)
                continue
            a, b = real.scores[method].to_numpy(), controls.scores[control].to_numpy()
            n = int((~np.isnan(a - b)).sum())
            interval = difference_from_control(a, b, real.clusters, confidence)
            verdict, undefined = control_verdict(interval, control), "never defined on the same question"
            row = make_row(DIFFERENCE, interval, intervals.CLUSTER_T, verdict, undefined)
            yield row | pair | {"n_units": n, "n_missing": len(a) - n}


def _rho_verdict(interval: Interval) -> str:
    if interval.low > 0:
        return ALIKE
    return OPPOSITELY if interval.high < 0 else UNDECIDED


def _obstacle(real: Comparison) -> str:
    """Say why no rankings can be compared; "" when they can."""
    k, note = real.scores.shape[1], describe_left_out(real.left_out)
    if k < FEWEST_METHODS:
        return "; ".join(filter(None, [f"fewer than three comparable methods ({k})", note]))
    if len(real.complete()[0]) < 2:
        return "; ".join(filter(None, ["fewer than two questions on which all methods are defined", note]))
    return ""
