"""Rows on the order of the methods by their means: places, differences of pairs, how often each is best.

One contrast decides: the difference of two means on the items on which every method is defined. Estimate,
interval, p and verdict of a pair, and the sets of places, are all of it (``rank_sets``).
"""

from collections.abc import Iterator

import numpy as np

from saliometer.reliability.clustering.intervals import Interval, counting
from saliometer.reliability.rank_sets import RankSets, rank_sets, sets_of_places
from saliometer.reliability.rows.columns import (
    NOT_COUNTED,
    NOT_WHERE_UNDEFINED,
    PAIR,
    RANK,
    SELECTED,
    UNCOUNTED,
    UNDECIDED,
    Side,
    make_row,
    verdict_of_side,
)
from saliometer.reliability.rows.context import Context
from saliometer.reliability.rows.levels import OfMetric, Rows
from saliometer.reliability.sample import Comparison, undefined_as_worst
from saliometer.reliability.selection import selection_frequency

SETS = "simultaneous_max_t"
BOOTSTRAP = 2000
FEW_CLUSTERS = "fewer than three clusters"
TIED_EVERYWHERE = "all methods are tied in every cluster, but for rounding"
FEW = "too few clusters to bound it"
TIED = "the two are tied in every cluster"
NO_SHARE = "not resampled: {}"


def ranking_rows(real: Comparison, context: Context) -> Iterator[dict]:
    """Yield each method's place by its mean, its set of places, how often it leads, and each pair's contrast.

    ``ci_low`` and ``ci_high`` of a place are the ends of its rank confidence set, those of a pair hold for
    all pairs at once. A pair that would not be told apart, or the other way round, if undefined scores
    counted as the worst is undecided, and says so. No rows for fewer than two methods or two complete
    items.
    """
    scores, clusters = real.complete()
    names, (m, k) = list(real.scores), scores.shape
    if k < 2 or m < 2:
        return
    sizes = {"n_raters": m, "n_units": k, "n_missing": len(real.scores) - m}
    up, linked = context.higher_is_better, real.complete_links()
    sets = _sets(real, context)
    how, no_sets = counting(SETS, linked), _why(_no_sets(sets.n_clusters), "sets", linked)
    hangs = _hanging_on_undefined(real, context, sets)
    if hangs:  # what is not claimed of a pair bounds no place
        low, high = sets_of_places({*sets.separated} - hangs, k)
        sets = sets._replace(low=low, high=high)
    often = selection_frequency(scores, clusters, BOOTSTRAP, context.seed(SELECTED), up)
    for column, name in enumerate(names):
        found = Interval(sets.place[column], sets.low[column], sets.high[column], np.nan, sets.n_clusters)
        row = make_row(RANK, found, how, method_a=name, **sizes)
        yield row | {"reason": no_sets if np.isnan(found.low) else None}
        share = Interval(float(often[column]), np.nan, np.nan, np.nan, sets.n_clusters)
        reason = f"share of {BOOTSTRAP:,} resamples of whole clusters in which its mean is the best"
        reason += "" if linked is None else f"; {UNCOUNTED}"
        one = sets.n_clusters < 2
        why = "one cluster only" if one else "all methods are tied on every item"
        reason = NO_SHARE.format(why) if np.isnan(share.estimate) else reason
        yield make_row(SELECTED, share, method_a=name, **sizes) | {"ci_method": None, "reason": reason}
    for a, b in zip(*np.triu_indices(k, 1), strict=True):
        pair = (one[a, b] for one in (sets.difference, sets.difference_low, sets.difference_high, sets.p))
        found = Interval(*map(float, pair), sets.n_clusters)
        verdict, reason = _verdict(names, (int(a), int(b)), sets, context.smallest, hangs)
        if np.isnan(found.low):
            unknown = no_sets if np.isnan(sets.critical) else TIED if np.isnan(found.p) else FEW
            reason = f"no interval: {unknown}"
        row = make_row(PAIR, found, how, verdict, method_a=names[a], method_b=names[b], **sizes)
        yield row | {"reason": reason}


def _sets(real: Comparison, context: Context) -> RankSets:
    seed, up = context.seed(RANK), context.higher_is_better
    return rank_sets(*real.complete(), context.confidence, seed, up, linked=real.complete_links())


def _hanging_on_undefined(real: Comparison, context: Context, sets: RankSets) -> set[tuple[int, int]]:
    """Return the (better, worse) pairs that are told apart only as long as undefined scores do not count."""
    if not sets.separated or not real.scores.isna().any(axis=None):
        return set()
    filled = real._replace(scores=undefined_as_worst(real.scores, context.higher_is_better))
    return {*sets.separated} - {*_sets(filled, context).separated}


def _verdict(names, pair, sets: RankSets, smallest: float, hangs) -> tuple[str, str | None]:
    """Return the verdict of a pair of columns, and why it is undecided where its interval excludes 0."""
    apart = next((one for one in (pair, pair[::-1]) if one in sets.separated), None)
    side = None if apart is None else Side(names[apart[0]], bool(abs(sets.difference[pair]) < smallest))
    verdict = verdict_of_side(side, smallest)
    return (UNDECIDED, f"{verdict}, {NOT_WHERE_UNDEFINED}") if apart in hangs else (verdict, None)


def _no_sets(n_clusters: int) -> str:
    return FEW_CLUSTERS if n_clusters < 3 else TIED_EVERYWHERE


def _why(reason: str, what: str, linked) -> str:
    return reason if linked is None else f"{reason}, or {NOT_COUNTED.format(what)}"


ROWS = (Rows(OfMetric, 50, lambda at: ranking_rows(at.real, at.context)),)
