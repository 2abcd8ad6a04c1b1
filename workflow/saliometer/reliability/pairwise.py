"""Pairs of methods: Wilcoxon's signed-rank test on cluster means."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from saliometer.reliability.cluster_sums import complete_rows, sum_by_cluster
from saliometer.reliability.design_effect import effect_of_pairs
from saliometer.reliability.holm import holm
from saliometer.reliability.shared_images import Links, links_of_complete

MOST_EXACT = 100  # clusters whose signs are counted exactly; the normal approximation beyond
DIGITS = 12  # differences that agree so far, relative to the largest score, are tied


class SignedRank(NamedTuple):
    """The test of one pair (a, b).

    ``difference``: mean over clusters of the cluster mean of a minus b, in the scores' unit. ``w_plus``: sum
    of the ranks of the positive differences. ``p``: two-sided. ``p_holm``: adjusted for all pairs.
    ``n_nonzero``: clusters that differ at all; where it is 0, or with one cluster only, p is NaN.
    """

    difference: float
    w_plus: float
    p: float
    p_holm: float
    n_clusters: int
    n_nonzero: int


def pairwise_signed_rank(
    scores: ArrayLike, clusters: ArrayLike, linked: Links = None
) -> dict[tuple[int, int], SignedRank]:
    """Compare every pair of methods by their cluster means.

    Parameters
    ----------
    scores : real array of shape (items, methods); an item on which any method is NaN takes no part
    clusters : array of shape (items,), labels; every cluster counts once, whatever its size
    linked : items of different clusters that share an image (``shared_images``): the normal deviate of each
        p is then divided by the root of the ``design_effect`` of the pair's mean difference

    Returns the test of each pair (a, b), a < b; empty for fewer than two methods.
    Raises ValueError for another shape or an infinite score.

    Sources: Wilcoxon, Biometrics Bulletin 1 (1945); Pratt, JASA 54 (1959) for differences of zero.
    """
    linked = links_of_complete(linked, scores)
    scores, clusters = complete_rows(scores, clusters)
    a, b = np.triu_indices(scores.shape[1], 1)
    sums, sizes = sum_by_cluster(scores - scores[:, :1], clusters)
    differences = (sums[:, a] - sums[:, b]) / sizes[:, None]
    # The same difference summed in another order must stay the same: a tie, or a zero.
    rounded = np.round(differences / (np.abs(scores).max(initial=0) or 1), DIGITS)
    tests = [signed_rank(pair) for pair in rounded.T]
    if linked is not None:
        codes = np.unique(clusters, return_inverse=True)[1]
        influence = (scores - scores.mean(axis=1, keepdims=True)) / sizes[codes][:, None]
        effects = effect_of_pairs(influence, clusters, linked)[a, b]
        tests = [(w, deflated(p, effect)) for (w, p), effect in zip(tests, effects, strict=True)]
    adjusted = holm([p for _, p in tests])
    n = len(sizes)
    return {
        (int(a[i]), int(b[i])): SignedRank(
            float(differences[:, i].mean()) if n else np.nan,
            *tests[i],
            float(adjusted[i]),
            n,
            int(np.count_nonzero(rounded[:, i])),
        )
        for i in range(len(a))
    }


def deflated(p: float, effect: float) -> float:
    """Return the two-sided p of a normal deviate that is divided by the root of a design effect."""
    return float(2 * stats.norm.sf(stats.norm.isf(p / 2) / np.sqrt(effect)))


def signed_rank(differences: np.ndarray) -> tuple[float, float]:
    """Test whether differences are symmetric about 0.

    Parameters: differences (n,) without NaN. Zeros are ranked with the others and their ranks then dropped
    (Pratt); ties share their mean rank.

    Returns the sum of ranks of the positive ones and the two-sided p: exact, given ties and zeros, for n up
    to MOST_EXACT, else by the normal approximation. (NaN, NaN) for fewer than two, or zeros only.
    """
    if len(differences) < 2 or not differences.any():
        return np.nan, np.nan
    ranks = stats.rankdata(np.abs(differences))
    w_plus = float(ranks[differences > 0].sum())
    if len(differences) > MOST_EXACT:
        approximate = stats.wilcoxon(differences, zero_method="pratt", method="asymptotic")
        return w_plus, float(approximate.pvalue)
    # The distribution of twice the sum when each rank counts or not with probability 1/2.
    steps = np.rint(2 * ranks[differences != 0]).astype(np.int64)
    chances = np.zeros(steps.sum() + 1)
    chances[0] = 1
    for step in steps:
        chances[step:], chances[:step] = (chances[step:] + chances[:-step]) / 2, chances[:step] / 2
    smaller = min(2 * w_plus, len(chances) - 1 - 2 * w_plus)  # symmetric: both tails are alike
    return w_plus, float(min(1, 2 * chances[: round(smaller) + 1].sum()))
