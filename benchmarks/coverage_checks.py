"""What ``benchmarks.coverage`` asks of every study: does an interval hold the truth, is a true null rejected?

Every answer stands beside that of a naive analysis, most of which take the items for independent.
"""

import numpy as np
from benchmarks.coverage_designs import LEVELS, METHOD_SD, Design, draw, linked_items, many_classes, true_g
from scipy import stats

from saliometer.reliability.between_clusters import agreement_by_cluster, rank_sums, resampled_between
from saliometer.reliability.cluster_permutation import permutation_test
from saliometer.reliability.generalizability_interval import feldt_interval, jackknife_interval
from saliometer.reliability.inter_method import spearman_matrix, spearman_with_intervals
from saliometer.reliability.inter_rater import alpha_with_interval, inter_rater_alpha
from saliometer.reliability.rank_sets import rank_sets
from saliometer.reliability.sample import Sample
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
        "between": agreement_by_cluster(Sample(scores, labels), CONFIDENCE).between.estimate,
        "rho": spearman_matrix(scores[:, :2])[0, 1],
    }


def ask(design: Design, study: int, true: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Draw one study and return for each check the answers (ours, naive): 1, 0, or NaN for no interval."""
    rng = np.random.default_rng(seed_from("coverage", design.name, str(study)))
    scores, labels, images = draw(design, LEVELS, rng)
    each = np.arange(len(scores))
    drawn, _, images_drawn = draw(design, METHOD_SD * rng.normal(size=len(LEVELS)), rng)
    null, _, images_null = draw(design, np.zeros(len(LEVELS)), rng)
    sample, alone = Sample(scores, labels, linked_items(labels, images)), Sample(scores, each)
    random_methods = Sample(drawn, labels, linked_items(labels, images_drawn)), Sample(drawn, each)
    exchangeable = Sample(null, labels, linked_items(labels, images_null))
    centre = 0.5 if design.bounded else 0.0
    difference = scores[:, 0] - scores[:, 1]
    g = true_g(design, METHOD_SD**2)
    g_fixed = np.nan if design.images else true_g(design, LEVELS.var(ddof=1))
    by_clusters, two = Sample(scores, labels), sample.with_scores(scores[:, :2])
    found = {
        "mean": [_holds(one.mean_of(scores[:, 0], CONFIDENCE), centre) for one in (sample, alone)],
        "difference": [_holds(one.mean_of(difference, CONFIDENCE), 0) for one in (sample, alone)],
        "feldt": [_holds(feldt_interval(one, CONFIDENCE), g) for one in random_methods],
        "g_jackknife": [
            _holds(of(by_clusters, CONFIDENCE), g_fixed) for of in (jackknife_interval, feldt_interval)
        ],
        "rank_sets": [_places_held(one) for one in (sample, alone)],
        "alpha": [_holds(alpha_with_interval(one, CONFIDENCE), true["alpha"]) for one in (sample, alone)],
        "between": [
            _holds(agreement_by_cluster(sample, CONFIDENCE).between, true["between"]),
            _percentiles_hold(by_clusters, true["between"], rng),
        ],
        "rho": [
            _holds(spearman_with_intervals(two, CONFIDENCE)[1], true["rho"]),
            _fisher_holds(scores, true["rho"]),
        ],
        "permutation": [
            float(permutation_test(exchangeable, study, DRAWS).p <= LEVEL),
            float(stats.friedmanchisquare(*null.T).pvalue <= LEVEL),
        ],
    }
    return {name: (ours, naive) for name, (ours, naive) in found.items()}


def _holds(interval, true: float) -> float:
    return _between(interval.low, true, interval.high)


def _between(low: float, true: float, high: float) -> float:
    return np.nan if np.isnan([low, true, high]).any() else float(low <= true <= high)


def _places_held(sample: Sample) -> float:
    """Say whether every method's set holds all places that it has in truth, where levels may be equal."""
    sets = rank_sets(sample, CONFIDENCE, 0, n_draws=DRAWS)
    if np.isnan(sets.low).any():
        return np.nan
    best = 1 + (LEVELS[:, None] < LEVELS).sum(axis=1)
    worst = len(LEVELS) - (LEVELS[:, None] > LEVELS).sum(axis=1)
    return float((sets.low <= best).all() and (worst <= sets.high).all())


def _percentiles_hold(sample: Sample, true: float, rng: np.random.Generator) -> float:
    sums, counts, _ = rank_sums(sample)
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
