"""Places of methods by their mean scores, with simultaneous confidence: which are surely better than which?

The contrast of two methods is the difference of their mean scores on the same items. A method's set of
places is [1 + number of methods that are surely better, k - number that are surely worse]; with the given
confidence the sets hold the true places of all methods at once (Klein, Wright & Wieczorek, "A joint
confidence region for an overall ranking of populations", JRSS C 69, 2020; Mogstad, Romano, Shaikh &
Wilhelm, "Inference for ranks", Review of Economic Studies 91, 2024). "Surely" is decided for all pairs
together by the largest |t|: so a pair's estimate, interval, p and separation are of one contrast and never
contradict each other.
"""

import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from saliometer.reliability.clustering.design_effect import effect_of_pairs
from saliometer.reliability.clustering.sums import sum_by_cluster
from saliometer.reliability.sample import Sample

FEWEST_CLUSTERS = 3
SIGNS_AT_ONCE = 2**22
ROUNDING = 1e-9  # values of t that differ by less are the same
DIGITS = 12  # sums of scores that agree so far, relative to the largest score, are the same


class RankSets(NamedTuple):
    """Means of k methods and what can be said of their order.

    ``mean``: (k,), in the scores' unit. ``place``: (k,) by the mean, 1 best, ties share their mean place.
    ``low``, ``high``: (k,), the best and the worst place that the method may hold. Of every pair, (k, k),
    row minus column: ``difference`` of means; ``difference_low``, ``difference_high``, the ends of an
    interval that holds for all pairs at once; ``t``, difference over its standard error; ``p``, two-sided,
    adjusted for all pairs. ``critical``: the |t| that a pair must exceed to be separated. ``separated``:
    (better, worse) columns of the pairs whose interval excludes 0. All NaN but ``mean``, ``place`` and
    ``difference`` where undefined.
    """

    mean: np.ndarray
    place: np.ndarray
    low: np.ndarray
    high: np.ndarray
    difference: np.ndarray
    difference_low: np.ndarray
    difference_high: np.ndarray
    t: np.ndarray
    p: np.ndarray
    critical: float
    separated: list[tuple[int, int]]
    n_clusters: int


def rank_sets(
    sample: Sample, confidence: float, seed: int, higher_is_better: bool = True, n_draws: int = 9999
) -> RankSets:
    """Order methods by their means, with simultaneous intervals of all differences and sets of places.

    Parameters
    ----------
    sample : methods across; an item on which any method is NaN takes no part. With links the standard error
        of every difference is multiplied by the root of its ``design_effect``
    confidence : level in (0, 1) at which all intervals and sets hold together
    seed : of the drawn signs
    higher_is_better : whether place 1 goes to the highest mean
    n_draws : number of drawn vectors of signs; all 2^(C-1) are taken instead where they are no more

    The standard error of a difference is that of ``intervals.cluster_t`` (CR2). The distribution of the
    largest |t| comes from flipping the signs of whole clusters' differences, each t with its own error: a
    wild bootstrap with Rademacher weights that imposes "no difference" (Cameron, Gelbach & Miller, 2008).
    As the pairs that truly do not differ are exchanged exactly, the level holds for any number of clusters
    whose differences are symmetric about 0, also when other pairs differ. The price: the smallest p is
    2^(1-C), so with fewer than six clusters nothing is separated at .95.

    No intervals, p and sets (NaN) for fewer than three clusters, fewer than two methods, methods tied in the
    sums of every cluster, or where no variance can be told for shared images; a single pair that is so tied
    has no t and is not separated.
    Raises ValueError for an infinite score.
    """
    complete = sample.complete()
    scores, clusters = complete.scores, complete.clusters
    n_items, k = scores.shape
    if not n_items:
        return _without_sets(*np.full((2, k), np.nan), np.full((k, k), np.nan), 0)
    unit = _unit(scores)
    # From the first method: differences keep all of their digits, and equal ones are equal to the last bit.
    sums, sizes = sum_by_cluster(scores / unit - scores[:, :1] / unit, clusters)
    sums, n_clusters = sums.round(DIGITS), len(sizes)
    totals = sums.sum(axis=0)
    difference = np.round(totals[:, None] - totals, DIGITS) / n_items * unit
    behind = difference < 0 if higher_is_better else difference > 0
    place = 1 + behind.sum(axis=1) + ((difference == 0).sum(axis=1) - 1) / 2
    mean = (scores[:, 0] / unit).mean() * unit + difference[:, 0]
    enough = n_clusters >= FEWEST_CLUSTERS and k >= 2 and sums.any()
    effects = effect_of_pairs(scores / unit, clusters, complete.links) if enough else np.full((k, k), np.nan)
    if np.isnan(effects).any():
        return _without_sets(mean, place, difference, n_clusters)
    a, b = np.triu_indices(k, 1)
    effect, signs = effects[a, b], _signs(n_clusters, n_draws, np.random.default_rng(seed))
    largest = np.sort(np.concatenate([_squared_t(*_moments(one, sums, sizes, a, b)).max(1) for one in signs]))
    critical = largest[::-1][int((1 - confidence) * len(largest) + ROUNDING)]
    contrast, variance = (one[0] for one in _moments(np.ones((1, n_clusters)), sums, sizes, a, b))
    variance *= effect
    squared = _squared_t(contrast, variance)
    tied = (sums[:, a] == sums[:, b]).all(axis=0)
    at_least = np.searchsorted(largest, squared * (1 - ROUNDING), side="left")
    p = np.where(tied, np.nan, 1 - at_least / len(largest))
    t = np.where(tied, np.nan, np.sign(contrast) * np.sqrt(squared))
    differ = ~tied & (squared > critical * (1 + ROUNDING))
    reach = np.full(len(a), np.nan)
    if np.isfinite(critical):  # what does not differ holds 0, whatever the rounding
        reach = np.where(tied, np.nan, np.sqrt(critical * variance) * unit)
        reach = np.where(differ, reach, np.maximum(reach, np.abs(difference[a, b])))
    low, high = difference[a, b] - reach, difference[a, b] + reach
    better = np.zeros((k, k), dtype=bool)  # row surely before column
    better[a, b] = better[b, a] = differ
    better &= behind.T
    separated = [(int(row), int(column)) for row, column in np.argwhere(better)]
    return RankSets(
        mean,
        place,
        *sets_of_places(separated, k),
        difference,
        _of_pairs(low, -high, a, b, k),
        _of_pairs(high, -low, a, b, k),
        _of_pairs(t, -t, a, b, k),
        _of_pairs(p, p, a, b, k),
        float(np.sqrt(critical)),
        separated,
        n_clusters,
    )


def sets_of_places(separated: Iterable[tuple[int, int]], k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the best and the worst place (k,) that k methods may hold, given the (better, worse) pairs."""
    low, high = np.ones(k), np.full(k, float(k))
    for better, worse in separated:
        low[worse] += 1
        high[better] -= 1
    return low, high


def _unit(scores: np.ndarray) -> float:
    """Return a power of two no smaller than the largest score: no sum or square of scores then overflows."""
    largest = np.abs(scores).max()
    return float(2.0 ** min(np.ceil(np.log2(largest)), 1023)) if largest > 0 else 1.0


def _of_pairs(values: np.ndarray, mirrored: np.ndarray, a, b, k: int) -> np.ndarray:
    table = np.full((k, k), np.nan)
    table[a, b], table[b, a] = values, mirrored
    return table


def _without_sets(mean, place, difference, n_clusters: int) -> RankSets:
    nothing, table = np.full(len(mean), np.nan), np.full(difference.shape, np.nan)
    return RankSets(
        mean, place, nothing, nothing, difference, table, table, table, table, np.nan, [], n_clusters
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


def _moments(signs, sums, sizes, a, b) -> tuple[np.ndarray, np.ndarray]:
    """Compute every pair's mean difference and its variance under every vector of signs: each (rows, pairs).

    With signed cluster sums s_c of a difference, D = sum_c s_c / N and its CR2 variance is
    sum_c w_c (s_c - n_c D)^2 / N^2 with w_c = 1 / (1 - n_c / N), expanded so that the work grows with methods
    and not with pairs.
    """
    n = sizes.sum()
    weights = 1 / (1 - sizes / n)
    total, weighted = signs @ sums, signs @ ((weights * sizes)[:, None] * sums)
    mean, weighted = (total[:, a] - total[:, b]) / n, weighted[:, a] - weighted[:, b]
    squares = (weights[:, None] * (sums[:, a] - sums[:, b]) ** 2).sum(axis=0)
    spread = squares - 2 * mean * weighted + mean**2 * float((weights * sizes**2).sum())
    # All clusters differ by the same: a variance of 0, but for rounding.
    return mean, np.where(spread <= 1e-12 * squares, 0.0, spread / n**2)


def _squared_t(mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    certain = np.where(mean != 0, np.inf, 0.0)
    return np.divide(mean**2, variance, out=certain, where=variance > 0)
