"""What ``benchmarks.coverage`` asks of every study: does an interval hold the truth, is a true null rejected?

Every answer stands beside that of a naive analysis, most of which take the items for independent.
"""

import numpy as np
from benchmarks.coverage_designs import LEVELS, METHOD_SD, Design, draw, linked_items, many_classes, true_g
from scipy import stats

from saliometer.reliability.between_clusters import agreement_by_cluster, rank_sums, resampled_between
from saliometer.reliability.cluster_permutation import permutation_test
from saliometer.reliability.clustering.intervals import cluster_t
from saliometer.reliability.clustering.shared_images import Links
from saliometer.reliability.generalizability_interval import feldt_interval, jackknife_interval
from saliometer.reliability.inter_method import spearman_matrix, spearman_with_intervals
from saliometer.reliability.inter_rater import alpha_with_interval, inter_rater_alpha
from saliometer.reliability.rank_sets import rank_sets
from saliometer.seeds import seed_from

CONFIDENCE, LEVEL = 0.95, 0.05
DRAWS = 499  # permutations, signs and resamples in each study
SPEARMAN_SE = 1.06  # Fieller, Hartley & Pearson (Biometrika 44, 1957)

COVERAGE = {
    "mean": "mean: cluster-t / t over items",
    "difference": "paired difference: cluster-t / t over items",
    "feldt": "G: Feldt's over class means / over items",
    "g_jackknife": "G of these methods: jackknife over classes / Feldt's",
    "rank_sets": "rank sets, all at once: over classes / over items",
    "alpha": "alpha: jackknife over classes / over items",
    "between": "mean rho between classes: jackknife / percentiles of resampled classes",
    "rho": "rho of two methods: jackknife over classes / Fisher's z over items",
}
ERRORS = {
    "permutation": "exchangeable methods: permutations within classes / Friedman's test over items",
}


def truths(design: Design) -> dict[str, float]:
    """Return alpha, the mean rho between classes and rho of two methods of very many classes."""
    scores, labels, _ = draw(many_classes(design), LEVELS, np.random.default_rng(0))
    return {
        "alpha": inter_rater_alpha(scores),
        "between": agreement_by_cluster(scores, labels, CONFIDENCE).between.estimate,
        "rho": spearman_matrix(scores[:, :2])[0, 1],
    }


def ask(design: Design, study: int, true: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Draw one study and return for each check the answers (ours, naive): 1, 0, or NaN for no interval."""
    rng = np.random.default_rng(seed_from("coverage", design.name, str(study)))
    scores, labels, images = draw(design, LEVELS, rng)
    linked = linked_items(labels, images)
    each = np.arange(len(scores))
    drawn, _, images_drawn = draw(design, METHOD_SD * rng.normal(size=len(LEVELS)), rng)
    linked_drawn = linked_items(labels, images_drawn)
    null, _, images_null = draw(design, np.zeros(len(LEVELS)), rng)
    linked_null = linked_items(labels, images_null)
    centre = 0.5 if design.bounded else 0.0
    difference = scores[:, 0] - scores[:, 1]
    g = true_g(design, METHOD_SD**2)
    g_fixed = np.nan if design.images else true_g(design, LEVELS.var(ddof=1))
    found = {
        "mean": [
            _holds(cluster_t(scores[:, 0], by, CONFIDENCE, linked=links), centre)
            for by, links in ((labels, linked), (each, None))
        ],
        "difference": [
            _holds(cluster_t(difference, by, CONFIDENCE, linked=links), 0)
            for by, links in ((labels, linked), (each, None))
        ],
        "feldt": [
            _holds(feldt_interval(drawn, by, CONFIDENCE, links), g)
            for by, links in ((labels, linked_drawn), (each, None))
        ],
        "g_jackknife": [
            _holds(of(scores, labels, CONFIDENCE), g_fixed) for of in (jackknife_interval, feldt_interval)
        ],
        "rank_sets": [_places_held(scores, *by) for by in ((labels, linked), (each, None))],
        "alpha": [
            _holds(alpha_with_interval(scores, by, CONFIDENCE, links), true["alpha"])
            for by, links in ((labels, linked), (each, None))
        ],
        "between": [
            _holds(agreement_by_cluster(scores, labels, CONFIDENCE, linked).between, true["between"]),
            _percentiles_hold(scores, labels, true["between"], rng),
        ],
        "rho": [
            _holds(spearman_with_intervals(scores[:, :2], labels, CONFIDENCE, linked=linked)[1], true["rho"]),
            _fisher_holds(scores, true["rho"]),
        ],
        "permutation": [
            float(permutation_test(null, labels, study, DRAWS, linked_null).p <= LEVEL),
            float(stats.friedmanchisquare(*null.T).pvalue <= LEVEL),
        ],
    }
    return {name: (ours, naive) for name, (ours, naive) in found.items()}


def _holds(interval, true: float) -> float:
    return _between(interval.low, true, interval.high)


def _between(low: float, true: float, high: float) -> float:
    return np.nan if np.isnan([low, true, high]).any() else float(low <= true <= high)


def _places_held(scores: np.ndarray, labels: np.ndarray, linked: Links) -> float:
    """Say whether every method's set holds all places that it has in truth, where levels may be equal."""
    sets = rank_sets(scores, labels, CONFIDENCE, 0, n_draws=DRAWS, linked=linked)
    if np.isnan(sets.low).any():
        return np.nan
    best = 1 + (LEVELS[:, None] < LEVELS).sum(axis=1)
    worst = len(LEVELS) - (LEVELS[:, None] > LEVELS).sum(axis=1)
    return float((sets.low <= best).all() and (worst <= sets.high).all())


def _percentiles_hold(scores, labels, true: float, rng: np.random.Generator) -> float:
    sums, counts, _ = rank_sums(scores, labels)
    n = len(counts)
    resampled = resampled_between(sums, counts, rng.multinomial(n, np.full(n, 1 / n), DRAWS))
    return _between(
        *np.nanquantile(resampled, [LEVEL / 2]), true, *np.nanquantile(resampled, [1 - LEVEL / 2])
    )


def _fisher_holds(scores: np.ndarray, true: float) -> float:
    if len(scores) <= 3:
        return np.nan
    z = np.arctanh(np.clip(spearman_matrix(scores[:, :2])[0, 1], -1 + 1e-12, 1 - 1e-12))
    reach = stats.norm.isf(LEVEL / 2) * SPEARMAN_SE / np.sqrt(len(scores) - 3)
    return float(abs(np.arctanh(true) - z) <= reach)
