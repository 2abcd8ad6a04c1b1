"""Where agreement lies when methods are exchangeable: the null band beside alpha and the mean rho.

As in ``cluster_permutation`` all items of a cluster swap the methods' labels alike. What is left of a
permutation is the squared length of the methods' total standardised ranks: the mean rho between clusters is
a linear function of it, and so is alpha of complete ranks without ties, which otherwise takes it of its own
mid-ranks. So a permutation costs O(clusters x methods), whatever the number of items. Where clusters share
images it is multiplied by its ``design_effect``, as there by which the observed one is divided.
"""

from collections.abc import Iterator

import numpy as np
from scipy import stats

from saliometer.reliability.between_clusters import standardised_ranks
from saliometer.reliability.clustering.design_effect import joint_effect
from saliometer.reliability.clustering.intervals import Interval, counting
from saliometer.reliability.clustering.sums import sum_by_cluster
from saliometer.reliability.codes import Code, note
from saliometer.reliability.ranks import rank_within
from saliometer.reliability.rows.columns import ALPHA, BETWEEN, BY_CHANCE, make_row
from saliometer.reliability.sample import Sample

PERMUTATIONS = "label_permutation"
N_PERMUTATIONS = 1999
BLOCK = 2**20  # permuted rank sums held at once


def chance_rows(sample: Sample, confidence: float, seed: int, sizes: dict) -> Iterator[dict]:
    """Yield the null bands of alpha and of the mean rho between clusters, of a sample without NaN.

    ``estimate`` is the mean over permutations, ``ci_low`` and ``ci_high`` are their quantiles.
    """
    n_clusters = sample.n_clusters
    undefined = [note(Code.ONE_CLUSTER_SWAPPED if n_clusters < 2 else Code.TIED_ON_EVERY_ITEM)]
    undefined += [] if sample.links is None else [note(Code.OR_NOT_COUNTED, what="band")]
    by_chance = {ALPHA: alpha_by_chance, BETWEEN: between_by_chance}
    for coefficient, function in by_chance.items():
        drawn = function(sample, seed) if n_clusters > 1 else np.array([np.nan])
        low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
        band = Interval(float(drawn.mean()), float(low), float(high), np.nan, n_clusters)
        how = counting(PERMUTATIONS, sample.links)
        yield make_row(BY_CHANCE.format(coefficient), band, how, None, undefined, **sizes)


def alpha_by_chance(sample: Sample, seed: int, n_permutations: int = N_PERMUTATIONS) -> np.ndarray:
    """Draw the ordinal alpha of exchangeable methods, of a sample without NaN.

    Returns alpha of each permutation, float64 (n_permutations,); NaN where it is undefined.
    """
    ranks = rank_within(sample.scores)
    values = stats.rankdata(ranks).reshape(ranks.shape)
    values -= values.mean()
    n_items, n = len(values), values.size
    sums, _ = sum_by_cluster(values, sample.clusters)
    square = float((values**2).sum())
    effect = joint_effect(values, sample.clusters, sample.links)
    totals = squared_totals(sums, seed, n_permutations) * effect
    # Squared differences within units over m - 1, and among all n values over n - 1 (Krippendorff, 2011).
    with np.errstate(invalid="ignore"):
        return 1 - (n_items * square - totals) / (n_items - 1) / (n * square / (n - 1))


def between_by_chance(sample: Sample, seed: int, n_permutations: int = N_PERMUTATIONS) -> np.ndarray:
    """Draw the mean rho between clusters of exchangeable methods; shapes as of ``alpha_by_chance``."""
    ranked = standardised_ranks(sample)
    sums, counts = sum_by_cluster(ranked.scores, ranked.clusters)
    pairs = counts.sum() ** 2 - (counts**2).sum()
    if not pairs:
        return np.full(n_permutations, np.nan)
    effect = joint_effect(ranked.scores, ranked.clusters, ranked.links)
    totals = squared_totals(sums, seed, n_permutations) * effect
    return (totals - (sums**2).sum()) / pairs


def squared_totals(sums: np.ndarray, seed: int, n_permutations: int) -> np.ndarray:
    """Permute each row of ``sums`` (clusters, methods) by itself; return the squared length of their sum."""
    rng = np.random.default_rng(seed)
    block = max(1, BLOCK // max(1, sums.size))
    lengths = []
    for start in range(0, n_permutations, block):
        shape = (min(block, n_permutations - start), *sums.shape)
        totals = rng.permuted(np.broadcast_to(sums, shape), axis=-1).sum(axis=1)
        lengths.append((totals**2).sum(axis=-1))
    return np.concatenate(lengths)
