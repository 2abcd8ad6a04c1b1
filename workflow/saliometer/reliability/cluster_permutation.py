"""Are the methods exchangeable? A permutation test that keeps the items of a cluster together.

Friedman's test takes every item for independent; where methods do better on one class than on another it
rejects a true null far too often. Here all items of a cluster swap the methods' labels alike, so whatever
they share is in every permutation too.

Sources: Good, Permutation, Parametric and Bootstrap Tests of Hypotheses (2005); p of drawn permutations:
Phipson & Smyth, "Permutation p-values should never be zero" (Statistical Applications in Genetics and
Molecular Biology 9, 2010).
"""

from itertools import permutations
from math import factorial, log
from typing import NamedTuple

import numpy as np

from saliometer.reliability.clustering.design_effect import joint_effect
from saliometer.reliability.clustering.sums import sum_by_cluster
from saliometer.reliability.ranks import rank_complete
from saliometer.reliability.sample import Sample

MOST_ENUMERATED = 1e5
BLOCK = 2**20  # permuted rank sums held at once


class PermutationTest(NamedTuple):
    """``p`` in (0, 1], of ``n_permutations`` enumerated (``exact``) or drawn at random."""

    p: float
    n_permutations: int
    exact: bool


def permutation_test(sample: Sample, seed: int, n_permutations: int = 9999) -> PermutationTest:
    """Test whether the methods are exchangeable, by permuting their labels independently per cluster.

    Parameters
    ----------
    sample : methods across, no NaN
    seed : of the permutations drawn, >= 0
    n_permutations : how many to draw, >= 1

    The statistic is the sum of squares of the methods' total ranks about their mean. It is large whichever
    methods are better, so p has no side. All (k!)^(C - 1) permutations of k methods in C clusters (that of
    one cluster may stay) are enumerated when they are 1e5 or fewer: p is the share whose statistic is at
    least the observed one. Else p = (b + 1) / (B + 1) with b such among B drawn ones, which is valid, if
    by 1 / (B + 1) coarse. One cluster: p is 1, it can show nothing. No item: p is NaN.

    Clusters that share images are not exchanged independently: then the observed statistic is divided by the
    ``design_effect`` of the methods' mean ranks. p is NaN where no variance can be told for them.

    Ties are exact, as rank sums are kept as integers. One permutation costs O(C k); memory is bounded.
    Raises ValueError for a NaN or fewer than one permutation.
    """
    if n_permutations < 1:
        raise ValueError(f"n_permutations must be at least 1, not {n_permutations}")
    ranks = rank_complete(sample.scores)
    sums = _doubled_sums(ranks, sample.clusters)
    n_clusters, n_methods = sums.shape
    if not n_clusters:
        return PermutationTest(float("nan"), 0, True)
    effect = joint_effect(ranks, sample.clusters, sample.links)
    if np.isnan(effect):
        return PermutationTest(float("nan"), 0, True)
    observed = _statistic(sums.sum(axis=0)) / effect
    if (n_clusters - 1) * log(factorial(n_methods)) <= log(MOST_ENUMERATED):
        reached = _statistic(_all_totals(sums)) >= observed
        return PermutationTest(float(reached.mean()), len(reached), True)
    extreme = _count_extreme(sums, observed, n_permutations, np.random.default_rng(seed))
    return PermutationTest((extreme + 1) / (n_permutations + 1), n_permutations, False)


def _doubled_sums(ranks: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Return twice the centred rank sums of each cluster: int64 (clusters, methods)."""
    sums, _ = sum_by_cluster(2 * ranks - (ranks.shape[1] + 1), clusters)
    return np.rint(sums).astype(np.int64)


def _statistic(totals: np.ndarray) -> np.ndarray:
    return (totals**2).sum(axis=-1)


def _all_totals(sums: np.ndarray) -> np.ndarray:
    """Add up the clusters in all ways to permute all but the first: (k!^(C - 1), k)."""
    totals = sums[:1]
    for cluster in sums[1:]:
        orders = np.array(list(permutations(cluster)))
        totals = (totals[:, None] + orders).reshape(-1, sums.shape[1])
    return totals


def _count_extreme(sums: np.ndarray, observed: float, n_permutations: int, rng: np.random.Generator) -> int:
    """Count the drawn permutations that reach the observed statistic, a block at a time."""
    block = max(1, BLOCK // sums.size)
    extreme = 0
    for start in range(0, n_permutations, block):
        shape = (min(block, n_permutations - start), *sums.shape)
        totals = rng.permuted(np.broadcast_to(sums, shape), axis=-1).sum(axis=1)
        extreme += int((_statistic(totals) >= observed).sum())
    return extreme
