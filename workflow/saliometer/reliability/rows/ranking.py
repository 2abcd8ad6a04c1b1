"""Rows on the order of the methods by their means: places, differences of pairs, how often each is best.

One contrast decides: the difference of two means on the items on which every method is defined. Estimate,
interval, p and verdict of a pair, and the sets of places, are all of it (``rank_sets``).
"""

from collections.abc import Iterator

import numpy as np

from saliometer.reliability.clustering.intervals import Interval, counting
from saliometer.reliability.clustering.shared_images import Links
from saliometer.reliability.codes import Code, Note, note
from saliometer.reliability.rank_sets import RankSets, rank_sets, sets_of_places
from saliometer.reliability.rows.columns import PAIR, RANK, SELECTED, make_row
from saliometer.reliability.rows.context import Context
from saliometer.reliability.rows.levels import OfMetric, Rows
from saliometer.reliability.rows.sides import verdict_of_pair
from saliometer.reliability.sample import Sample, undefined_as_worst
from saliometer.reliability.selection import selection_frequency

SETS = "simultaneous_max_t"
BOOTSTRAP = 2000


def ranking_rows(real: Sample, context: Context) -> Iterator[dict]:
    """Yield each method's place by its mean, its set of places, how often it leads, and each pair's contrast.

    ``ci_low`` and ``ci_high`` of a place are the ends of its rank confidence set, those of a pair hold for
    all pairs at once. A pair that would not be told apart, or the other way round, if undefined scores
    counted as the worst is undecided, and says so. No rows for fewer than two methods or two complete
    items.
    """
    complete = real.complete()
    names, (m, k) = list(real.scores), complete.scores.shape
    if k < 2 or m < 2:
        return
    sizes = {"n_raters": m, "n_units": k, "n_missing": len(real) - m}
    sets = _sets(complete, context)
    how, no_sets = counting(SETS, real.links), _why_no_sets(sets.n_clusters, real.links)
    hangs = _hanging_on_undefined(real, context, sets)
    if hangs:  # what is not claimed of a pair bounds no place
        low, high = sets_of_places({*sets.separated} - hangs, k)
        sets = sets._replace(low=low, high=high)
    often = selection_frequency(complete, BOOTSTRAP, context.seed(SELECTED), context.higher_is_better)
    for column, name in enumerate(names):
        place = Interval(sets.place[column], sets.low[column], sets.high[column], np.nan, sets.n_clusters)
        row = make_row(RANK, place, how, method_a=name, **sizes)
        yield row | {"notes": no_sets if np.isnan(place.low) else ()}
        share = Interval(float(often[column]), np.nan, np.nan, np.nan, sets.n_clusters)
        row = make_row(SELECTED, share, method_a=name, **sizes)
        yield row | {"ci_method": None, "notes": _about_share(share, real.links is not None)}
    for a, b in zip(*np.triu_indices(k, 1), strict=True):
        pair = (one[a, b] for one in (sets.difference, sets.difference_low, sets.difference_high, sets.p))
        difference = Interval(*map(float, pair), sets.n_clusters)
        verdict, notes = _verdict(names, (int(a), int(b)), sets, context.smallest, hangs)
        if np.isnan(difference.low):
            unknown = Code.PAIR_TIED if np.isnan(difference.p) else Code.TOO_FEW_TO_BOUND
            why = no_sets if np.isnan(sets.critical) else (note(unknown),)
            notes = (note(Code.NO_INTERVAL, why=why),)
        row = make_row(PAIR, difference, how, verdict, method_a=names[a], method_b=names[b], **sizes)
        yield row | {"notes": notes}


def _sets(sample: Sample, context: Context) -> RankSets:
    return rank_sets(sample, context.confidence, context.seed(RANK), context.higher_is_better)


def _hanging_on_undefined(real: Sample, context: Context, sets: RankSets) -> set[tuple[int, int]]:
    """Return the (better, worse) pairs that are told apart only as long as undefined scores do not count."""
    if not sets.separated or not real.scores.isna().any(axis=None):
        return set()
    filled = undefined_as_worst(real, context.higher_is_better)
    return {*sets.separated} - {*_sets(filled, context).separated}


def _verdict(names, pair, sets: RankSets, smallest: float, hangs) -> tuple[Note, tuple[Note, ...]]:
    """Return the verdict of a pair of columns, and why it is undecided where its interval excludes 0."""
    separated = next((one for one in (pair, pair[::-1]) if one in sets.separated), None)
    if separated is None:
        return note(Code.UNDECIDED), ()
    negligible = bool(abs(sets.difference[pair]) < smallest)
    verdict = verdict_of_pair(names[separated[0]], separated == pair, negligible, smallest)
    if separated in hangs:
        return note(Code.UNDECIDED), (note(Code.NOT_WHERE_UNDEFINED, verdict=verdict),)
    return verdict, ()


def _about_share(share: Interval, shared: bool) -> tuple[Note, ...]:
    """Say what a share of resamples is, or why there is none; ``shared``: whether clusters share images."""
    if np.isnan(share.estimate):
        why = Code.ONE_CLUSTER if share.n_clusters < 2 else Code.TIED_ON_EVERY_ITEM
        return (note(Code.NOT_RESAMPLED, why=(note(why),)),)
    uncounted = (note(Code.SHARED_NOT_COUNTED),) if shared else ()
    return (note(Code.SHARE_OF_RESAMPLES, n=BOOTSTRAP), *uncounted)


def _why_no_sets(n_clusters: int, links: Links) -> tuple[Note, ...]:
    why = note(Code.FEW_CLUSTERS if n_clusters < 3 else Code.TIED_IN_EVERY_CLUSTER)
    return (why,) if links is None else (why, note(Code.OR_NOT_COUNTED, what="sets"))


ROWS = (Rows(OfMetric, 50, lambda at: ranking_rows(at.real, at.context)),)
