"""Spearman's rho between methods against scipy, with ties, gaps and left-out clusters."""

import numpy as np
import pytest
from scipy import stats

from saliometer.reliability.inter_method import (
    mean_correlation,
    spearman_matrix,
    spearman_with_intervals,
)
from saliometer.reliability.sample import Sample
from saliometer.reliability.spearman_jackknife import spearman_without_clusters


def draw(seed, n=60, k=5, ties=True):
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(n, 1)) + rng.normal(size=(n, k))
    return scores.round(0 if ties else 12)


@pytest.mark.parametrize("ties", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_scipy(seed, ties):
    scores = draw(seed, ties=ties)
    np.testing.assert_allclose(spearman_matrix(scores), stats.spearmanr(scores).statistic, atol=1e-12)


def test_worked_example_with_ties():
    """d = (0, 0.5, -0.5, 0): ranks 1 2 3 4 and 1 2.5 2.5 4; Pearson of the ranks is 4.5 / sqrt(5 x 4.5)."""
    scores = np.array([[1, 10], [2, 20], [3, 20], [4, 30]])
    assert spearman_matrix(scores)[0, 1] == pytest.approx(np.sqrt(4.5 / 5), abs=1e-14)


def test_questions_with_an_undefined_score_take_no_part():
    scores = draw(4)
    scores[[3, 17], [0, 2]] = np.nan
    expected = stats.spearmanr(np.delete(scores, [3, 17], axis=0)).statistic
    np.testing.assert_allclose(spearman_matrix(scores), expected, atol=1e-12)


def test_only_the_order_counts():
    scores = draw(5)
    np.testing.assert_allclose(spearman_matrix(np.exp(3 * scores) - 9), spearman_matrix(scores), atol=1e-12)
    np.testing.assert_allclose(spearman_matrix(-scores), spearman_matrix(scores), atol=1e-12)
    np.testing.assert_allclose(spearman_matrix(scores[::-1]), spearman_matrix(scores), atol=1e-12)
    opposite = np.column_stack([scores[:, 0], -scores[:, 0], scores[:, 0]])
    np.testing.assert_allclose(spearman_matrix(opposite)[0], [1, -1, 1], atol=1e-12)


def test_constant_scores_are_undefined_and_not_zero():
    scores = draw(6)
    scores[:, 1] = 0.1
    rho = spearman_matrix(scores)
    assert np.isnan(rho[1]).all()
    assert np.isnan(rho[:, 1]).all()
    assert np.isfinite(np.delete(np.delete(rho, 1, axis=0), 1, axis=1)).all()
    assert np.isnan(mean_correlation(rho))
    assert np.isnan(spearman_matrix(scores[:1])).all()
    assert np.isnan(spearman_matrix(np.full((4, 2), np.nan))).all()


def test_left_out_clusters_are_as_if_they_had_never_been_there():
    scores = draw(7)
    clusters = np.array(list("abcdefg"))[np.random.default_rng(0).integers(0, 7, len(scores))]
    for name, rho in zip("abcdefg", spearman_without_clusters(scores, clusters), strict=True):
        np.testing.assert_allclose(rho, stats.spearmanr(scores[clusters != name]).statistic, atol=1e-12)


def without_one_by_one(scores, clusters):
    kept = [scores[clusters != cluster] for cluster in np.unique(clusters)]
    return np.array([stats.spearmanr(one).statistic for one in kept])


@pytest.mark.parametrize("decimals", [0, 1, 9])
def test_left_out_clusters_of_any_sizes_are_exact(decimals):
    rng = np.random.default_rng(11)
    scores = (rng.normal(size=(80, 1)) + rng.normal(size=(80, 4))).round(decimals)
    clusters = rng.integers(0, 30, 80) ** 2
    rho = spearman_without_clusters(scores, clusters)
    np.testing.assert_allclose(rho, without_one_by_one(scores, clusters), atol=1e-14)


@pytest.mark.parametrize(("cluster_sd", "decimals"), [(0, 9), (1, 9), (1, 0)])
def test_small_clusters_left_out_to_first_order(cluster_sd, decimals):
    """400 clusters of 3: rho without one within 2e-5, the jackknife's error within 1 / 400 of the exact."""
    rng = np.random.default_rng(12)
    clusters = np.repeat(np.arange(400), 3)
    scores = rng.normal(size=(1200, 1)) + cluster_sd * rng.normal(size=(400, 3))[clusters]
    scores = (scores + rng.normal(size=(1200, 3))).round(decimals)
    exact = spearman_without_clusters(scores, clusters, 0)
    rho = spearman_without_clusters(scores, clusters, 1)
    np.testing.assert_allclose(rho, exact, atol=2e-5, rtol=0)
    pairs = np.triu_indices(3, 1)
    errors = [np.arctanh(one[:, pairs[0], pairs[1]]).std(axis=0) for one in (rho, exact)]
    np.testing.assert_allclose(*errors, rtol=1 / 400)


def test_large_clusters_are_left_out_exactly_among_small_ones():
    rng = np.random.default_rng(13)
    scores = rng.normal(size=(300, 3)).round(1)
    clusters = np.concatenate([np.zeros(100), np.ones(50), np.arange(2, 152)])
    rho = spearman_without_clusters(scores, clusters, 0.1)
    exact = spearman_without_clusters(scores, clusters, 0)
    np.testing.assert_array_equal(rho[:2], exact[:2])
    assert 0 < abs(rho - exact)[2:].max() < 1e-4


def test_to_first_order_too_a_method_that_is_constant_without_a_cluster_is_undefined():
    scores = np.column_stack([np.arange(40.0), np.repeat([1.0, 0.0], [2, 38])])
    for small_share in (0, 1):
        rho = spearman_without_clusters(scores, np.arange(40) // 2, small_share)[:, 0, 1]
        np.testing.assert_array_equal(np.isnan(rho), np.arange(20) == 0)


def test_intervals_are_the_jackknife_on_fishers_z():
    scores = draw(8, k=3)
    clusters = np.arange(len(scores)) % 6
    pairs, mean = spearman_with_intervals(Sample(scores, clusters), 0.95)
    assert list(pairs) == [(0, 1), (0, 2), (1, 2)]
    left_out = [stats.spearmanr(scores[clusters != cluster]).statistic for cluster in range(6)]
    for (a, b), interval in pairs.items():
        z = np.arctanh([rho[a, b] for rho in left_out])
        error = np.sqrt(5 / 6 * ((z - z.mean()) ** 2).sum())
        centre = np.arctanh(stats.spearmanr(scores[:, a], scores[:, b]).statistic)
        expected = np.tanh(centre + stats.t.ppf(0.975, 5) * error * np.array([-1, 0, 1]))
        np.testing.assert_allclose([interval.low, interval.estimate, interval.high], expected, atol=1e-9)
        assert interval.p == pytest.approx(2 * stats.t.sf(abs(centre) / error, 5), rel=1e-6)
    assert mean.estimate == pytest.approx(np.mean([pair.estimate for pair in pairs.values()]), abs=1e-12)
    assert mean.low < mean.estimate < mean.high


def test_perfect_correlation_has_an_interval_of_no_length():
    scores = np.arange(12.0)[:, None] * np.ones(3)
    pairs, mean = spearman_with_intervals(Sample(scores, np.arange(12) % 4), 0.95)
    for interval in (*pairs.values(), mean):
        assert interval.estimate == pytest.approx(1, abs=1e-12)
        assert 1 - 1e-9 < interval.low <= interval.estimate <= interval.high <= 1 + 1e-12


def test_a_vector_is_refused():
    with pytest.raises(ValueError, match="must be \\(items, methods\\)"):
        spearman_matrix([1.0, 2.0])


def test_the_mean_may_be_of_the_first_methods_alone():
    scores, clusters = draw(9), np.arange(60) % 8
    pairs, mean = spearman_with_intervals(Sample(scores, clusters), 0.9, 3)
    of_three = spearman_with_intervals(Sample(scores[:, :3], clusters), 0.9)
    assert mean == pytest.approx(of_three[1], abs=1e-12)
    for pair, expected in of_three[0].items():
        assert pairs[pair] == pytest.approx(expected, abs=1e-12)
