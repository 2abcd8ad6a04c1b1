"""Rows on how far single items, and the mean over all of them, agree on the ranking of methods."""

from collections.abc import Iterator

import numpy as np

from saliometer.reliability.between_clusters import agreement_by_cluster
from saliometer.reliability.cluster_permutation import permutation_test
from saliometer.reliability.clustering import intervals
from saliometer.reliability.clustering.intervals import Interval
from saliometer.reliability.codes import Code, note
from saliometer.reliability.concordance import kendalls_w
from saliometer.reliability.decision_study import design_of
from saliometer.reliability.inter_rater import alpha_with_interval, chance_alpha
from saliometer.reliability.levelled_ranks import levelled_ranks
from saliometer.reliability.rows.chance_band import chance_rows
from saliometer.reliability.rows.columns import (
    ALPHA,
    BETWEEN,
    CONCORDANCE,
    MEAN_RELIABILITY,
    NEEDED,
    WITHIN,
    make_row,
)
from saliometer.reliability.rows.context import Context, obstacle_to_ranking
from saliometer.reliability.rows.levels import OfMetric, Rows
from saliometer.reliability.sample import Sample, notes_on_left_out
from saliometer.reliability.stepping_up import (
    correlation_of_cluster_means,
    items_needed,
    spearman_brown,
)

WANTED = (0.8, 0.9)
TIED, NO_PAIR = note(Code.TIED_ON_EVERY_ITEM), note(Code.NO_PAIR_BETWEEN)


def agreement_rows(real: Sample, context: Context) -> Iterator[dict]:
    """Yield alpha, the mean rho between and within clusters, W, and the reliability of the mean."""
    complete = real.complete()
    m, k = complete.scores.shape
    sizes = {"n_raters": m, "n_units": k, "n_missing": len(real) - m}
    obstacle = obstacle_to_ranking(real)
    if obstacle:
        for coefficient in (ALPHA, BETWEEN, WITHIN, CONCORDANCE, MEAN_RELIABILITY):
            yield make_row(coefficient, notes=obstacle, **sizes)
        return
    left_out = notes_on_left_out(real.left_out)
    how = intervals.counting(intervals.JACKKNIFE, real.links)
    alpha = alpha_with_interval(complete, context.confidence)
    agrees = note(Code.ITEMS_AGREE if alpha.low > chance_alpha(m, k) else Code.UNDECIDED)
    yield make_row(ALPHA, alpha, how, agrees, [TIED], left_out, **sizes)
    agreement = agreement_by_cluster(complete, context.confidence)
    notes = left_out
    if agreement.n_tied and agreement.n_items:
        notes = [*left_out, note(Code.TIED_ITEMS_LEFT_OUT, n=agreement.n_tied)]
    for coefficient, interval, no_pair in (
        (BETWEEN, agreement.between, NO_PAIR),
        (WITHIN, agreement.within, note(Code.NO_PAIR_WITHIN)),
    ):
        undefined = [no_pair if agreement.n_items else TIED]
        yield make_row(coefficient, interval, how, None, undefined, notes, **sizes)
    yield _concordance_row(real, complete, context, sizes)
    yield from chance_rows(complete, context.confidence, context.seed("chance"), sizes)
    yield from _mean_rows(agreement, complete.clusters, how, sizes)


def _concordance_row(real: Sample, complete: Sample, context: Context, sizes: dict) -> dict:
    """Kendall's W, with the p of exchangeable methods by permuting their labels within each cluster."""
    # W is of complete items; p must not take for order what only the choice of these items brings about.
    some = real.where(real.scores.notna().any(axis=1).to_numpy())
    test = permutation_test(some.with_scores(-levelled_ranks(some.scores)), context.seed(CONCORDANCE))
    p = test.p if some.n_clusters > 1 else np.nan
    w = Interval(kendalls_w(complete.scores), np.nan, np.nan, p, complete.n_clusters)
    row = make_row(CONCORDANCE, w, undefined=[TIED], **sizes) | {"ci_method": None}
    if np.isnan(w.estimate):
        return row | {"notes": (TIED,)}
    how = [note(Code.ENUMERATED if test.exact else Code.PERMUTED, n=test.n_permutations)]
    how += [] if real.links is None else [note(Code.FOR_SHARED)]
    how += [note(Code.FOR_UNDEFINED)] if len(complete) < len(some) else []
    if np.isnan(test.p):
        how = [note(Code.NO_P, why=[note(Code.TOO_MANY_SHARED)])]
    if some.n_clusters < 2:
        how = [note(Code.NO_P, why=[note(Code.ONE_CLUSTER_SWAPPED)])]
    return row | {"notes": tuple(how)}


def _mean_rows(agreement, clusters, how: str, sizes: dict) -> Iterator[dict]:
    """The reliability of the mean over the run's own items, and how many clusters others would need."""
    n_clusters, per_cluster = design_of(clusters)
    between, within = agreement.between, agreement.within.estimate
    # An interval that reaches below 0 starts at no reliability; an estimate below 0 has none to step up.
    ends = (between.estimate, np.maximum(between.low, 0), np.maximum(between.high, 0))
    reliabilities = [
        float(spearman_brown(correlation_of_cluster_means(value, within, per_cluster), n_clusters))
        for value in ends
    ]
    interval = Interval(*reliabilities, between.p, between.n_clusters)
    why = [note(Code.NO_AGREEMENT)]
    if np.isnan(between.estimate):
        why = [NO_PAIR if agreement.n_items else TIED]
    yield make_row(MEAN_RELIABILITY, interval, how, None, why, **sizes)
    for reliability in WANTED:
        needed = items_needed(between.estimate, reliability)
        notes = [] if needed > 0 else why
        row = make_row(NEEDED.format(f"{100 * reliability:.0f}"), notes=notes, **sizes)
        yield row | {"estimate": needed}


ROWS = (Rows(OfMetric, 10, lambda at: agreement_rows(at.real, at.context)),)
