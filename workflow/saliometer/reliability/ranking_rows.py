"""Rows on the order of the methods: rank sets, pairs on cluster means, and how often each comes out best."""

from collections.abc import Iterator

import numpy as np

from saliometer.reliability.comparison import Comparison
from saliometer.reliability.context import Context, obstacle_to_ranking
from saliometer.reliability.intervals import Interval, counting
from saliometer.reliability.pairwise import pairwise_signed_rank
from saliometer.reliability.rank_sets import rank_sets
from saliometer.reliability.rows import (
    BETTER,
    MEAN_RANK,
    NOT_COUNTED,
    PAIR,
    SELECTED,
    UNCOUNTED,
    UNDECIDED,
    make_row,
)
from saliometer.reliability.selection import selection_frequency

SETS = "simultaneous_max_t"
SIGNED_RANKS = "p by Wilcoxon's signed ranks on cluster means"
FOR_SHARED = ", its deviate divided by the root of the design effect of shared images"
BOOTSTRAP = 2000
NO_SHARE = "not resampled: one cluster only, or all methods tied on every item"
NO_SETS = "no rank sets: fewer than three clusters, or all methods tied"
NO_TEST = "no test: one cluster, or no cluster in which the two differ"


def ranking_rows(real: Comparison, context: Context) -> Iterator[dict]:
    """Yield each method's mean rank with its set of ranks and selection frequency, and each pair's test.

    ``ci_low`` and ``ci_high`` of a mean rank are the ends of its rank confidence set.
    """
    if obstacle_to_ranking(real):
        return
    scores, clusters = real.complete()
    names, (m, k) = list(real.scores), scores.shape
    sizes = {"n_raters": m, "n_units": k, "n_missing": len(real.scores) - m}
    up, linked = context.higher_is_better, real.complete_links()
    seed = context.seed(MEAN_RANK)
    sets = rank_sets(scores, clusters, context.confidence, seed, up, linked=linked)
    often = selection_frequency(scores, clusters, BOOTSTRAP, context.seed(SELECTED), up)
    for column, name in enumerate(names):
        found = Interval(sets.mean_rank[column], sets.low[column], sets.high[column], np.nan, sets.n_clusters)
        row = make_row(MEAN_RANK, found, counting(SETS, linked), method_a=name, **sizes)
        no_sets = NO_SETS if linked is None else f"{NO_SETS}, or {NOT_COUNTED.format('sets')}"
        yield row | {"reason": no_sets if np.isnan(found.low) else None}
        share = Interval(float(often[column]), np.nan, np.nan, np.nan, sets.n_clusters)
        reason = f"share of {BOOTSTRAP:,} resamples of whole clusters in which its mean is the best"
        reason += "" if linked is None else f"; {UNCOUNTED}"
        reason = NO_SHARE if np.isnan(share.estimate) else reason
        yield make_row(SELECTED, share, method_a=name, **sizes) | {"ci_method": None, "reason": reason}
    separated = {frozenset(pair) for pair in sets.separated}
    for (a, b), test in pairwise_signed_rank(scores, clusters, linked).items():
        found = Interval(test.difference, np.nan, np.nan, test.p, test.n_clusters)
        a_first = (test.difference > 0) == up
        better = names[a] if a_first else names[b]
        verdict = better + BETTER if {a, b} in separated and test.difference else UNDECIDED
        row = make_row(PAIR, found, "", verdict, method_a=names[a], method_b=names[b], **sizes)
        no_test = NO_TEST if linked is None else f"{NO_TEST}, or {NOT_COUNTED.format('p')}"
        reason = no_test if np.isnan(test.p) else SIGNED_RANKS + (FOR_SHARED if linked is not None else "")
        yield row | {"ci_method": None, "reason": reason}
