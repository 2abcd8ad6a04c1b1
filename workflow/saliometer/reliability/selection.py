"""How often would another draw of clusters make each method the best?"""

import numpy as np

from saliometer.reliability.clustering.sums import sum_by_cluster
from saliometer.reliability.sample import Sample

DRAWN_AT_ONCE = 2**22
ROUNDING = 1e-12  # means that differ by less, relative to the scores, are tied


def selection_frequency(sample: Sample, n_draws: int, seed: int, higher_is_better: bool = True) -> np.ndarray:
    """Resample whole clusters and count how often each method has the best mean.

    Parameters
    ----------
    sample : methods across; an item on which any method is NaN takes no part, C of C clusters are drawn
        with replacement
    n_draws : number of resamples, at least 1
    seed : of the draws
    higher_is_better : whether the best mean over items is the highest

    Returns float64 (methods,), in [0, 1], sum 1; methods that tie for the best share a draw. These are
    frequencies of being selected, not probabilities of being the best. NaN for fewer than two methods or
    two clusters, or methods that are tied on every item.
    Raises ValueError for an infinite score or no draws.
    """
    if n_draws < 1:
        raise ValueError("n_draws must be at least 1")
    complete = sample.complete()
    scores, k = complete.scores, complete.scores.shape[1]
    sums, sizes = sum_by_cluster(scores if higher_is_better else -scores, complete.clusters)
    n_clusters = len(sizes)
    if k < 2 or n_clusters < 2 or (scores == scores[:, :1]).all():
        return np.full(k, np.nan)
    rng = np.random.default_rng(seed)
    rounding = ROUNDING * np.abs(scores).sum(axis=0).max()
    shares = np.zeros(k)
    rows = max(1, DRAWN_AT_ONCE // n_clusters)
    for start in range(0, n_draws, rows):
        n = min(rows, n_draws - start)
        drawn = rng.integers(0, n_clusters, (n, n_clusters)) + n_clusters * np.arange(n)[:, None]
        weights = np.bincount(drawn.ravel(), minlength=n * n_clusters).reshape(n, n_clusters)
        totals = weights @ sums  # of as many items for every method: the best total has the best mean
        best = totals >= totals.max(axis=1, keepdims=True) - rounding
        shares += (best / best.sum(axis=1, keepdims=True)).sum(axis=0)
    return shares / n_draws
