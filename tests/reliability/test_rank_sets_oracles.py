"""Sets of ranks against second implementations, SciPy's exact test, and simulated studies."""

import itertools

import numpy as np
import pytest
from scipy import stats

from rank_sets_helpers import draw
from saliometer.reliability.rank_sets import rank_sets
from saliometer.reliability.sample import Sample


def error_of_mean(values, clusters):
    """The CR2 standard error of a mean with dense matrices: A_g is the inverse root of (I - H)_gg."""
    n = len(values)
    hat = np.full((n, n), 1 / n)
    squares = 0.0
    for label in np.unique(clusters):
        own = clusters == label
        roots, vectors = np.linalg.eigh((np.eye(n) - hat)[np.ix_(own, own)])
        adjusted = vectors @ np.diag(roots**-0.5) @ vectors.T
        squares += (adjusted @ (values - values.mean())[own]).sum() ** 2
    return np.sqrt(squares) / n


def rank_sets_densely(scores, clusters, confidence):
    """One pair, one vector of signs, one cluster at a time."""
    k, labels = scores.shape[1], sorted(set(clusters))
    pairs = list(itertools.combinations(range(k), 2))

    def t_of(pair, signs):
        flipped = np.concatenate(
            [
                sign * (scores[clusters == label, pair[0]] - scores[clusters == label, pair[1]])
                for sign, label in zip(signs, labels, strict=True)
            ]
        )
        regrouped = np.concatenate([clusters[clusters == label] for label in labels])
        estimate, error = flipped.mean(), error_of_mean(flipped, regrouped)
        return estimate / error if error else np.inf * np.sign(estimate)

    largest = [
        max(abs(t_of(pair, signs)) for pair in pairs)
        for signs in itertools.product([1, -1], repeat=len(labels))
    ]
    low, high, p_all = np.ones(k), np.full(k, float(k)), {}
    for a, b in pairs:
        t = t_of((a, b), [1] * len(labels))
        p_all[a, b] = np.mean([value >= abs(t) - 1e-9 for value in largest])
        if p_all[a, b] <= 1 - confidence:
            better, worse = (a, b) if t > 0 else (b, a)
            low[worse] += 1
            high[better] -= 1
    return low, high, p_all


@pytest.mark.parametrize("seed", range(2))
def test_agrees_with_a_dense_second_implementation(seed):
    scores, clusters = draw(seed, [0, 0.3, 2.5], n_clusters=6, n_items=3)
    scores, clusters = scores[1:].round(), clusters[1:] * 7  # ties, and clusters of different sizes
    found = rank_sets(Sample(scores, clusters), 0.9, seed=0)
    low, high, p = rank_sets_densely(scores, clusters, 0.9)
    np.testing.assert_array_equal([found.low, found.high], [low, high])
    for (a, b), expected in p.items():
        assert found.p[a, b] == found.p[b, a] == pytest.approx(expected, abs=1e-12)
    assert found.separated
    assert found.n_clusters == 6


def test_two_methods_are_scipys_exact_sign_flip_test_of_students_t():
    scores, clusters = draw(3, [0, 0.4], n_clusters=9, n_items=5)
    means = (scores[:, 0] - scores[:, 1]).reshape(9, 5).mean(axis=1)

    def t(x, axis):
        return np.abs(stats.ttest_1samp(x, 0, axis=axis).statistic)

    expected = stats.permutation_test(
        (means,), t, permutation_type="samples", alternative="greater", n_resamples=np.inf, vectorized=True
    )
    found = rank_sets(Sample(scores, clusters), 0.95, seed=0)
    assert found.p[0, 1] == pytest.approx(expected.pvalue, abs=1e-12)
    assert abs(found.t[0, 1]) == pytest.approx(expected.statistic, rel=1e-10)


def test_drawn_signs_come_close_to_all_of_them():
    scores, clusters = draw(6, [0, 0.2, 0.4, 1], n_clusters=12)
    every = rank_sets(Sample(scores, clusters), 0.95, seed=0)
    drawn = rank_sets(Sample(scores, clusters), 0.95, seed=0, n_draws=2000)
    np.testing.assert_allclose(drawn.p, every.p, atol=4 * 0.5 / np.sqrt(2000))
    assert drawn.critical == pytest.approx(every.critical, rel=0.1)
    np.testing.assert_array_equal(drawn.p, rank_sets(Sample(scores, clusters), 0.95, seed=0, n_draws=2000).p)
    assert (drawn.p != rank_sets(Sample(scores, clusters), 0.95, seed=1, n_draws=2000).p).any()
    assert np.nanmin(drawn.p) >= 1 / 2001, "what was observed is one of the draws"


@pytest.mark.slow
@pytest.mark.parametrize("n_clusters", [6, 10])
@pytest.mark.parametrize("effects", [[0.0, 0, 0, 0], [0.0, 0, 0.7, 3]])
def test_no_false_separation_in_95_of_100_studies(n_clusters, effects):
    """Nominal .05; 1,000 studies have a standard error of .007. Few clusters, method x cluster variance."""
    false = last_is_best = 0
    for seed in range(1000):
        found = rank_sets(Sample(*draw(seed, effects, n_clusters)), 0.95, seed=0)
        false += any(effects[better] <= effects[worse] for better, worse in found.separated)
        last_is_best += found.high[3] == 1
    assert false / 1000 <= 0.05 + 3 * 0.007
    if effects[3] > 0:
        assert last_is_best / 1000 > 0.5, "the one that leads by far is found"
