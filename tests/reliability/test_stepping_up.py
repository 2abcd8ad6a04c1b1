"""Stepping up against published coefficients, variance components and the reliability of simulated means."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from saliometer.reliability.between_clusters import agreement_by_cluster
from saliometer.reliability.sample import Sample
from saliometer.reliability.stepping_up import correlation_of_cluster_means, items_needed, spearman_brown

# Shrout & Fleiss (Psychological Bulletin 86, 1979), table 2: four judges rate six targets; and the
# coefficients that they print in table 4: ICC(1,1), ICC(3,1) of one judge, ICC(1,4), ICC(3,4) of their mean.
RATINGS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
PRINTED = {1: (".17", ".44"), 3: (".71", ".91")}


def intraclass(form):
    """ICC(form, 1) and ICC(form, 4) from mean squares."""
    n, k = RATINGS.shape
    targets = RATINGS.mean(axis=1)
    between = k * targets.var(ddof=1)
    residuals = RATINGS - targets[:, None]
    if form == 1:
        noise = (residuals**2).sum() / (n * (k - 1))
    else:
        noise = ((residuals - residuals.mean(axis=0)) ** 2).sum() / ((n - 1) * (k - 1))
    return (between - noise) / (between + (k - 1) * noise), (between - noise) / between


@pytest.mark.parametrize("form", [1, 3])
def test_published_intraclass_correlations(form):
    one, mean = intraclass(form)
    assert (f"{one:.2f}"[1:], f"{spearman_brown(one, 4):.2f}"[1:]) == PRINTED[form]
    assert spearman_brown(one, 4) == pytest.approx(mean, abs=1e-14)


def test_known_values():
    assert spearman_brown(0.5, 2) == pytest.approx(2 / 3, abs=1e-15)
    assert spearman_brown(0.1, 200) == pytest.approx(0.957, abs=5e-4)
    np.testing.assert_allclose(spearman_brown([0, 0.3, 1], 1), [0, 0.3, 1], atol=1e-15)
    np.testing.assert_allclose(spearman_brown(0.2, [1, 2, 4]), [0.2, 1 / 3, 0.5], atol=1e-15)


def test_variance_between_two_classes_is_not_stepped_up():
    """Methods .1, methods by class .2, residual .7: 200 mosaics of two classes reach .491, not .957."""
    of_means = correlation_of_cluster_means(0.1, 0.3, 100)
    assert of_means == pytest.approx(0.1 / (0.1 + 0.2 + 0.7 / 100), abs=1e-15)
    assert spearman_brown(of_means, 2) == pytest.approx(0.491, abs=5e-4)
    assert spearman_brown(of_means, 2) == pytest.approx(0.1 / (0.1 + 0.2 / 2 + 0.7 / 200), abs=1e-15)


def test_a_simulated_mean_has_the_reliability():
    """Correlation of two means over 3 clusters of 4 items each, for 40,000 methods."""
    rng = np.random.default_rng(0)
    method = rng.normal(0, np.sqrt(0.2), 40000)

    def mean():
        by_cluster = rng.normal(0, np.sqrt(0.3 / 3), method.shape)
        return method + by_cluster + rng.normal(0, np.sqrt(0.5 / 12), method.shape)

    expected = spearman_brown(correlation_of_cluster_means(0.2, 0.5, 4), 3)
    assert np.corrcoef(mean(), mean())[0, 1] == pytest.approx(expected, abs=4 * (1 - expected**2) / 200)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 50), st.integers(1, 50))
def test_steps_compose_and_grow(r, within, n, clusters):
    assert spearman_brown(spearman_brown(r, n), clusters) == pytest.approx(
        spearman_brown(r, n * clusters), abs=1e-12
    )
    assert r - 1e-12 <= spearman_brown(r, n) <= spearman_brown(r, n + 1) + 1e-12 <= 1 + 2e-12
    nested = spearman_brown(correlation_of_cluster_means(r, within, n), clusters)
    assert nested <= spearman_brown(r, n * clusters) + 1e-12, "items of one cluster are worth less"


@given(st.floats(1e-4, 1), st.floats(0.01, 0.99))
def test_items_needed_is_the_smallest_number_that_is_enough(r, reliability):
    n = items_needed(r, reliability)
    assert spearman_brown(r, n) >= reliability - 1e-11
    assert n == 1 or spearman_brown(r, n - 1) < reliability


@pytest.mark.parametrize(
    ("r", "reliability", "n"), [(0.5, 0.8, 4), (0.5, 0.9, 9), (0.1, 0.8, 36), (0.1, 0.9, 81), (1, 0.9, 1)]
)
def test_whole_numbers_are_not_rounded_up(r, reliability, n):
    assert items_needed(r, reliability) == n


def test_nothing_shared_is_not_stepped_up():
    assert np.isnan(spearman_brown(-0.01, 200))
    assert np.isnan(spearman_brown(np.nan, 200))
    assert np.isnan(correlation_of_cluster_means(-0.01, 0.3, 10))
    assert spearman_brown(0, 200) == 0
    for r in (0, -0.1, np.nan):
        assert np.isnan(items_needed(r, 0.8))


def test_cluster_means_at_the_edges():
    assert correlation_of_cluster_means(0.2, np.nan, 1) == 0.2
    assert np.isnan(correlation_of_cluster_means(0.2, np.nan, 2))
    assert correlation_of_cluster_means(0.5, 0.1, 100) == pytest.approx(spearman_brown(0.5, 100), abs=1e-15)


@pytest.mark.parametrize("reliability", [0, 1, 80])
def test_a_reliability_out_of_range_is_refused(reliability):
    with pytest.raises(ValueError, match="between 0 and 1"):
        items_needed(0.5, reliability)


def between(scores):
    return agreement_by_cluster(Sample(scores, np.arange(len(scores))), 0.95).between.estimate


@pytest.mark.parametrize(("m", "k"), [(10, 4), (40, 8)])
def test_ranks_step_up_to_one_minus_one_over_f(m, k):
    """F of methods against methods by items, of an analysis of variance of ranks without ties."""
    scores = np.random.default_rng(m).random((m, k)) + np.arange(k) / 4
    ranks = stats.rankdata(scores, axis=1)
    methods = m * ranks.mean(axis=0).var(ddof=1)
    noise = ((ranks - ranks.mean(axis=0)) ** 2).sum() / ((m - 1) * (k - 1))
    assert spearman_brown(between(scores), m) == pytest.approx(1 - noise / methods, abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(("k", "upper"), [(4, 0.68), (8, 0.56), (16, 0.46)])
def test_random_rankings_often_step_up_far_from_zero(k, upper):
    """The 97.5 % point, nearly whatever the number of items; of 1,500 draws its standard error is .011."""
    rng = np.random.default_rng(k)
    stepped = [spearman_brown(between(rng.random((40, k))), 40) for _ in range(1500)]
    assert np.quantile(np.nan_to_num(stepped, nan=-1), 0.975) == pytest.approx(upper, abs=0.044)
