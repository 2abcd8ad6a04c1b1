"""Rows on how far single items, and the mean over all of them, agree on the ranking of methods."""

from collections.abc import Iterator

import numpy as np

from saliometer.reliability.between_clusters import agreement_by_cluster
from saliometer.reliability.cluster_permutation import permutation_test
from saliometer.reliability.clustering import intervals
from saliometer.reliability.clustering.intervals import Interval
from saliometer.reliability.clustering.shared_images import links_among
from saliometer.reliability.concordance import kendalls_w
from saliometer.reliability.decision_study import own_design
from saliometer.reliability.inter_rater import alpha_with_interval, chance_alpha
from saliometer.reliability.levelled_ranks import levelled_ranks
from saliometer.reliability.rows.chance_band import ONE_CLUSTER, chance_rows
from saliometer.reliability.rows.columns import (
    AGREE,
    ALPHA,
    BETWEEN,
    CONCORDANCE,
    MEAN_RELIABILITY,
    NEEDED,
    NOT_COUNTED,
    UNDECIDED,
    WITHIN,
    make_row,
)
from saliometer.reliability.rows.context import Context, obstacle_to_ranking
from saliometer.reliability.rows.levels import OfMetric, Rows
from saliometer.reliability.sample import Comparison, describe_left_out
from saliometer.reliability.stepping_up import (
    correlation_of_cluster_means,
    items_needed,
    spearman_brown,
)

WANTED = (0.8, 0.9)
FOR_SHARED = ", the statistic divided by the design effect of shared images"
FOR_UNDEFINED = ", undefined scores with the ranks that speak most for chance"
TIED = "the methods are tied on every item"
NO_PAIR = "no two items of different clusters"
NO_AGREEMENT = "items of different clusters do not agree, so no number of them would do"


def agreement_rows(real: Comparison, context: Context) -> Iterator[dict]:
    """Yield alpha, the mean rho between and within clusters, W, and the reliability of the mean."""
    scores, clusters = real.complete()
    m, k = scores.shape
    sizes = {"n_raters": m, "n_units": k, "n_missing": len(real.scores) - m}
    obstacle = obstacle_to_ranking(real)
    if obstacle:
        for coefficient in (ALPHA, BETWEEN, WITHIN, CONCORDANCE, MEAN_RELIABILITY):
            yield make_row(coefficient, reason=obstacle, **sizes)
        return
    note, linked = describe_left_out(real.left_out), real.complete_links()
    how, beyond = intervals.counting(intervals.JACKKNIFE, linked), (linked, real.complete_strata())
    alpha = alpha_with_interval(scores, clusters, context.confidence, *beyond)
    agrees = AGREE if alpha.low > chance_alpha(m, k) else UNDECIDED
    yield make_row(ALPHA, alpha, how, agrees, TIED, note, **sizes)
    agreement = agreement_by_cluster(scores, clusters, context.confidence, *beyond)
    tied = f"{agreement.n_tied} item(s) that tie all methods left out" if agreement.n_tied else ""
    for coefficient, found in ((BETWEEN, agreement.between), (WITHIN, agreement.within)):
        undefined = NO_PAIR if coefficient == BETWEEN else "no two items of one cluster"
        if not agreement.n_items:
            undefined, tied = TIED, ""
        notes = "; ".join(filter(None, [note, tied]))
        yield make_row(coefficient, found, how, "", undefined, notes, **sizes)
    yield _concordance_row(real, context, sizes)
    yield from chance_rows(scores, clusters, context.confidence, context.seed("chance"), sizes, linked)
    yield from _mean_rows(agreement, clusters, how, sizes)


def _concordance_row(real: Comparison, context: Context, sizes: dict) -> dict:
    """Kendall's W, with the p of exchangeable methods by permuting their labels within each cluster."""
    scores, clusters = real.complete()
    linked = real.complete_links()
    # W is of complete items; p must not take for order what only the choice of these items brings about.
    some = real.scores.notna().any(axis=1).to_numpy()
    ranks = levelled_ranks(real.scores.to_numpy(dtype=np.float64)[some])
    linked_some = links_among(real.linked, some)
    test = permutation_test(-ranks, real.clusters[some], context.seed(CONCORDANCE), linked=linked_some)
    n_clusters = len(np.unique(real.clusters[some]))
    p = test.p if n_clusters > 1 else np.nan
    w = Interval(kendalls_w(scores), np.nan, np.nan, p, len(np.unique(clusters)))
    drawn = "enumerated" if test.exact else "drawn"
    row = make_row(CONCORDANCE, w, "", "", TIED, **sizes)
    how = f"p by {test.n_permutations:,} {drawn} permutations of the methods' labels within clusters"
    if linked is not None:
        how += FOR_SHARED
    if len(scores) < some.sum():
        how += FOR_UNDEFINED
    if np.isnan(test.p):
        how = NOT_COUNTED.format("p")
    if n_clusters < 2:
        how = f"no p: {ONE_CLUSTER}"
    return row | {"ci_method": None, "reason": TIED if np.isnan(w.estimate) else how}


def _mean_rows(agreement, clusters, how: str, sizes: dict) -> Iterator[dict]:
    """The reliability of the mean over the run's own items, and how many clusters others would need."""
    n_clusters, per_cluster = own_design(clusters)
    between, within = agreement.between, agreement.within.estimate
    # An interval that reaches below 0 starts at no reliability; an estimate below 0 has none to step up.
    ends = (between.estimate, np.maximum(between.low, 0), np.maximum(between.high, 0))
    reliabilities = [
        float(spearman_brown(correlation_of_cluster_means(value, within, per_cluster), n_clusters))
        for value in ends
    ]
    found = Interval(*reliabilities, between.p, between.n_clusters)
    why = NO_AGREEMENT
    if np.isnan(between.estimate):
        why = NO_PAIR if agreement.n_items else TIED
    yield make_row(MEAN_RELIABILITY, found, how, "", why, **sizes)
    for wanted in WANTED:
        needed = items_needed(between.estimate, wanted)
        row = make_row(NEEDED.format(f"{100 * wanted:.0f}"), reason="" if needed > 0 else why, **sizes)
        yield row | {"estimate": needed}


ROWS = (Rows(OfMetric, 10, lambda at: agreement_rows(at.real, at.context)),)
