"""Ranks of methods with simultaneous confidence sets: which places can each method hold in truth?

A method's set is [1 + number of methods that are surely better, k - number that are surely worse]; with the
given confidence the sets hold the true places of all methods at once (Klein, Wright & Wieczorek, "A joint
confidence region for an overall ranking of populations", JRSS C 69, 2020; Mogstad, Romano, Shaikh &
Wilhelm, "Inference for ranks", Review of Economic Studies 91, 2024). "Surely" is decided for all pairs
together by the largest |t|.
"""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from saliometer.reliability.cluster_sums import complete_rows, sum_by_cluster
from saliometer.reliability.design_effect import effect_of_pairs
from saliometer.reliability.inter_rater import rank_within
from saliometer.reliability.shared_images import Links, links_of_complete

FEWEST_CLUSTERS = 3
SIGNS_AT_ONCE = 2**22
ROUNDING = 1e-9  # values of t that differ by less are the same


class RankSets(NamedTuple):
    """Mean ranks of k methods and what can be said of their order.

    ``mean_rank``: (k,), in [1, k], 1 best. ``low``, ``high``: (k,), the best and the worst place that the
    method may hold. ``t``: (k, k), mean rank of row minus column over its standard error. ``p``: (k, k),
    two-sided, already adjusted for all pairs. ``critical``: the |t| that a pair must exceed to be separated.
    ``separated``: (better, worse) pairs of columns. All NaN but ``mean_rank`` where undefined.
    """

    mean_rank: np.ndarray
    low: np.ndarray
    high: np.ndarray
    t: np.ndarray
    p: np.ndarray
    critical: float
    separated: list[tuple[int, int]]
    n_clusters: int


def rank_sets(
    scores: ArrayLike,
    clusters: ArrayLike,
    confidence: float,
    seed: int,
    higher_is_better: bool = True,
    n_draws: int = 9999,
    linked: Links = None,
) -> RankSets:
    """Rank methods by their mean rank within items, with simultaneous rank confidence sets.

    Parameters
    ----------
    scores : real array of shape (items, methods); an item on which any method is NaN takes no part
    clusters : array of shape (items,), labels
    confidence : level in (0, 1) at which all sets hold together
    seed : of the drawn signs
    higher_is_better : whether rank 1 goes to the highest score; ties share their mean rank
    n_draws : number of drawn vectors of signs; all 2^(C-1) are taken instead where they are no more
    linked : items of different clusters that share an image (``shared_images``); t of every pair is then
        divided by the root of its ``design_effect``

    The error of a difference of mean ranks is that of ``intervals.cluster_t``. The distribution of the
    largest |t| comes from flipping the signs of whole clusters' differences, each t with its own error: a
    wild bootstrap with Rademacher weights that imposes "no difference" (Cameron, Gelbach & Miller, 2008).
    As the pairs that truly do not differ are exchanged exactly, the level holds for any number of clusters
    whose differences are symmetric about 0, also when other pairs differ. The price: the smallest p is
    2^(1-C), so with fewer than six clusters nothing is separated at .95.

    No sets (NaN) for fewer than three clusters, fewer than two methods, methods tied in the rank sums of
    every cluster, or where no variance can be told for shared images; a single pair
    that is so tied has no t and is not separated.
    Raises ValueError for another shape or an infinite score.
    """
    linked = links_of_complete(linked, scores)
    scores, clusters = complete_rows(scores, clusters)
    n_items, k = scores.shape
    ranks = rank_within(scores, higher_is_better)
    mean_rank = ranks.mean(axis=0) if n_items else np.full(k, np.nan)
    sums, sizes = sum_by_cluster(ranks - (k + 1) / 2, clusters)
    n_clusters = len(sizes)
    undefined = np.full((k, k), np.nan)
    enough = n_clusters >= FEWEST_CLUSTERS and k >= 2 and sums.any()
    effects = effect_of_pairs(ranks, clusters, linked) if enough else undefined
    if not enough or np.isnan(effects).any():
        nothing = np.full(k, np.nan)
        return RankSets(
            mean_rank, nothing, nothing.copy(), undefined, undefined.copy(), np.nan, [], n_clusters
        )
    a, b = np.triu_indices(k, 1)
    observed = _squared_t(np.ones((1, n_clusters)), sums, sizes, a, b)[0] / effects[a, b]
    largest = np.concatenate(
        [
            _squared_t(signs, sums, sizes, a, b).max(axis=1)
            for signs in _signs(n_clusters, n_draws, np.random.default_rng(seed))
        ]
    )
    critical = np.sort(largest)[::-1][int((1 - confidence) * len(largest) + ROUNDING)]
    tied = (sums[:, a] == sums[:, b]).all(axis=0)
    at_least = np.searchsorted(np.sort(largest), observed * (1 - ROUNDING), side="left")
    p_pairs = np.where(tied, np.nan, 1 - at_least / len(largest))
    t_pairs = np.where(tied, np.nan, np.sign(mean_rank[a] - mean_rank[b]) * np.sqrt(observed))
    t, p = undefined.copy(), undefined.copy()
    t[a, b], t[b, a], p[a, b], p[b, a] = t_pairs, -t_pairs, p_pairs, p_pairs
    better = np.zeros((k, k), dtype=bool)  # row surely before column
    better[a, b] = better[b, a] = observed > critical * (1 + ROUNDING)
    better &= t < 0
    return RankSets(
        mean_rank,
        1.0 + better.sum(axis=0),
        k - better.sum(axis=1).astype(np.float64),
        t,
        p,
        float(np.sqrt(critical)),
        [(int(row), int(column)) for row, column in np.argwhere(better)],
        n_clusters,
    )


def _signs(n_clusters: int, n_draws: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield blocks of vectors of signs (rows, C), the vector of ones among them.

    A vector and its opposite give the same |t|, so that all are half of 2^C.
    """
    if 2 ** (n_clusters - 1) <= n_draws + 1:
        yield np.array(list(itertools.product([1.0], *[[1.0, -1.0]] * (n_clusters - 1))))
        return
    yield np.ones((1, n_clusters))
    rows = max(1, SIGNS_AT_ONCE // n_clusters)
    for start in range(0, n_draws, rows):
        shape = (min(rows, n_draws - start), n_clusters)
        yield 2.0 * rng.integers(0, 2, shape, dtype=np.int8) - 1


def _squared_t(signs, sums, sizes, a, b) -> np.ndarray:
    """Compute t^2 of every pair under every vector of signs: (rows, pairs).

    With signed cluster sums s_c of a difference, D = sum_c s_c / N and t^2 = D^2 N^2 (C - 1) / C over
    sum_c (s_c - n_c D)^2, expanded so that the work grows with methods and not with pairs.
    """
    n_clusters = len(sizes)
    total, weighted = signs @ sums, signs @ (sizes[:, None] * sums)
    total, weighted = total[:, a] - total[:, b], weighted[:, a] - weighted[:, b]
    mean = total / sizes.sum()
    squares = ((sums[:, a] - sums[:, b]) ** 2).sum(axis=0)
    spread = squares - 2 * mean * weighted + mean**2 * float((sizes.astype(np.float64) ** 2).sum())
    alike = spread <= 1e-12 * squares  # all clusters differ by the same: an error of 0, but for rounding
    certain = np.broadcast_to(np.where(squares > 0, np.inf, 0.0), spread.shape).copy()
    return np.divide(total**2 * (n_clusters - 1) / n_clusters, spread, out=certain, where=~alike)
