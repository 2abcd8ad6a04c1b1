"""Ranks for what is undefined: those that speak most for chance.

To leave out the items on which some method is undefined is harmless only where that has nothing to do with
how good the methods are. A method that is undefined on its bad items looks better on the others, so that
methods which are equal are no longer exchangeable there: a permutation test of the items that are left
rejects the more, the more items there are. The rank that an undefined score stands for is not known, but it
is one of those that it may have: with the ranks that bring the methods' totals closest to each other, p is
about as large as what is not known can make it, and holds its level.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from saliometer.reliability.ranks import rank_within

SWEEPS = 2
BREAKS_TIES = 1e-3  # of ranks, between undefined methods at the same place


def levelled_ranks(scores: ArrayLike) -> np.ndarray:
    """Rank the methods within each item, those undefined where the totals of the ranks differ least.

    Parameters: scores (items, methods), NaN where a method is undefined. Returns float64 of the same shape, 1
    for the highest score; an item without NaN has its own ranks. Of items with some, the order of the defined
    methods stays, and each other method goes between them, above or below, to where it brings the totals of
    all items closest to each other, a few items at a time, in several sweeps: a descent, which may end a
    little short of the least difference. Time O(items methods^2).
    """
    ranks = rank_within(scores)
    missing = np.isnan(ranks)
    incomplete = np.flatnonzero(missing.any(axis=1))
    k = ranks.shape[1]
    filled = stats.rankdata(np.where(missing, (k + 1) / 2, ranks), axis=1) if len(incomplete) else ranks
    totals = filled.sum(axis=0)
    # Items that move together must move the totals by less than chance does, the root of their number.
    block = max(1, int(np.sqrt(len(incomplete)) / 4))
    for start in [*range(0, len(incomplete), block)] * SWEEPS:
        items = incomplete[start : start + block]
        others = totals - filled[items].sum(axis=0)
        filled[items] = _placed(ranks[items], others - others.mean())
        totals = others + filled[items].sum(axis=0)
    return filled


def _placed(ranks: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Place the NaN of ranks (items, k) where sum(totals x ranks) is least, one method beside the others."""
    k = ranks.shape[1]
    order = np.argsort(ranks, axis=1)  # NaN last
    of_defined = np.where(np.isnan(ranks), 0.0, totals)
    # A method put before others adds 1 to the ranks of these: (items, place).
    after = np.cumsum(np.take_along_axis(of_defined, order, axis=1)[:, ::-1], axis=1)[:, ::-1]
    after = np.column_stack([after, np.zeros(len(ranks))])
    places = np.arange(k + 1)
    cost = after[:, None, :] + totals[:, None] * places
    no_place = places > (~np.isnan(ranks)).sum(axis=1)[:, None]
    best = np.where(no_place[:, None, :], np.inf, cost).argmin(axis=2)
    between = best + 0.5 - BREAKS_TIES * stats.rankdata(totals) / k
    return stats.rankdata(np.where(np.isnan(ranks), between, ranks), axis=1)
