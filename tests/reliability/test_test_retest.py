"""Test-retest reliability against Bland & Altman's repeated peak flows, known variances, and its algebra."""

import numpy as np
import pytest
from scipy import stats

from saliometer.reliability.intraclass import intraclass_correlations
from saliometer.reliability.sample import Sample
from saliometer.reliability.test_retest import retest_reliability

# Bland & Altman (1986), table 1: two readings of 17 subjects by each meter, l/min.
WRIGHT = np.array(
    [
        [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427],
        [490, 397, 512, 401, 470, 611, 415, 431, 638, 429, 420, 633, 275, 492, 165, 372, 421],
    ]
).T
MINI = np.array(
    [
        [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451],
        [525, 415, 508, 444, 500, 625, 460, 390, 642, 432, 420, 605, 227, 467, 268, 370, 443],
    ]
).T


@pytest.mark.parametrize(("readings", "deviation"), [(WRIGHT, 21.6), (MINI, 28.2)])
def test_published_repeatability(readings, deviation):
    """Bland & Altman (1986): deviation of repeated differences about 0, sqrt(2) times that within."""
    retest = retest_reliability(Sample(readings, np.arange(17)), 0.95)
    assert round(retest.error.estimate * np.sqrt(2), 1) == deviation
    assert retest.mean_error.estimate == pytest.approx(retest.error.estimate / np.sqrt(34))
    reach = 1.959963985 * np.sqrt(2)
    assert retest.detectable_difference.estimate == pytest.approx(reach * retest.mean_error.estimate)
    assert retest[-3:] == (17, 2, 0)


def test_correlations_and_the_share_of_noise():
    retest = retest_reliability(Sample(MINI, np.arange(17)), 0.9)
    correlations = intraclass_correlations(MINI, 0.9)
    assert (retest.icc_single, retest.icc_mean) == (correlations["ICC(1,1)"], correlations["ICC(1,k)"])
    single = retest.icc_single
    assert retest.noise_share[:3] == pytest.approx((1 - single.estimate, 1 - single.high, 1 - single.low))


def test_known_variances_are_recovered():
    """Items of variance 1, noise of variance 1/4: noise is 1/5 of the whole."""
    rng = np.random.default_rng(0)
    items = rng.normal(size=(4000, 1))
    retest = retest_reliability(Sample(items + rng.normal(0, 0.5, (4000, 5)), np.arange(4000) % 40), 0.95)
    assert retest.error.low < 0.5 < retest.error.high
    assert retest.noise_share.low < 0.2 < retest.noise_share.high
    assert retest.error.estimate == pytest.approx(0.5, abs=0.01)
    assert retest.mean_error.estimate == pytest.approx(0.5 / np.sqrt(20000), rel=0.02)


def test_the_detectable_difference_is_exceeded_at_its_level():
    """Two runs of one noisy method on the same items: their means differ by more in 1 of 10 cases."""
    rng = np.random.default_rng(1)
    items, exceeded = rng.normal(size=(40, 1)), 0
    for _ in range(600):
        one, two = (items + rng.normal(0, 0.3, (40, 3)) for _ in range(2))
        limit = retest_reliability(Sample(one, np.arange(40)), 0.9).detectable_difference.estimate
        exceeded += abs(one.mean() - two.mean()) > limit
    assert 0.06 <= exceeded / 600 <= 0.14


def test_the_error_reaches_to_chi_squares_limits_and_to_those_of_clusters():
    """One cluster an item: the wider of n s^2 / chi-square and the jackknife of log s^2, in closed form."""
    error, n = retest_reliability(Sample(MINI, np.arange(17)), 0.95).error, 17
    variances = MINI.var(axis=1, ddof=1)
    logs = np.log((variances.sum() - variances) / (n - 1))
    reach = stats.t.ppf(0.975, n - 1) * np.sqrt((n - 1) / n * ((logs - logs.mean()) ** 2).sum())
    chi = [n * variances.mean() / stats.chi2.ppf(level, n) for level in (0.975, 0.025)]
    jack = [variances.mean() * np.exp(sign * reach) for sign in (-1, 1)]
    expected = np.sqrt([min(chi[0], jack[0]), max(chi[1], jack[1])])
    assert (error.low, error.high) == pytest.approx(tuple(expected))


@pytest.mark.parametrize(
    ("n_clusters", "items", "replicates", "varied"),
    [(10, 1, 2, False), (10, 1, 2, True), (5, 4, 2, False), (5, 4, 2, True), (12, 6, 3, True)],
)
def test_coverage_of_the_error_over_few_items(n_clusters, items, replicates, varied):
    """Nominal .95, noise of one variance or of each cluster's own; the standard error is .008."""
    rng, hits = np.random.default_rng(2), 0
    clusters = np.repeat(np.arange(n_clusters), items)
    for _ in range(800):
        noise = rng.uniform(0.5, 1.5, n_clusters)[clusters] if varied else np.ones(len(clusters))
        scores = rng.normal(size=(len(clusters), replicates)) * noise[:, None]
        error = retest_reliability(Sample(scores, clusters), 0.95).error
        hits += error.low <= np.sqrt(1 + varied / 12) <= error.high
    assert 0.93 <= hits / 800 <= 0.99


def test_one_replicate_is_not_measured_and_not_reliable():
    for scores in (MINI[:, :1], np.empty((17, 0)), np.full((17, 2), np.nan)):
        retest = retest_reliability(Sample(scores, np.arange(17)), 0.95)
        assert np.isnan([one[:4] for one in retest[:6]]).all()
    assert retest[-3:] == (0, 2, 17)


def test_no_noise_was_measured_as_none():
    scores = np.array([0.1, 0.2, 0.7])[:, None] + np.zeros(3)
    retest = retest_reliability(Sample(scores, [0, 1, 2]), 0.95)
    assert (retest.error.estimate, retest.detectable_difference.high) == (0, 0)
    assert retest.icc_single.estimate == pytest.approx(1, abs=1e-12)
    assert retest.noise_share.estimate == pytest.approx(0, abs=1e-12)
    constant = retest_reliability(Sample(np.full((3, 3), 0.1), [0, 1, 2]), 0.95)
    assert np.isnan([constant.icc_single.estimate, constant.noise_share.estimate]).all()
    assert constant.error.estimate == 0


def test_noise_of_one_cluster_alone_has_no_interval():
    scores = np.array([[0.1, 0.2], [0.3, 0.3], [0.5, 0.5]])
    error = retest_reliability(Sample(scores, [0, 1, 2]), 0.95).error
    assert error.estimate > 0
    assert np.isnan([error.low, error.high]).all(), "without its cluster the logarithm is of 0"


def test_nothing_but_noise_is_all_noise():
    retest = retest_reliability(Sample([[1, 2], [2, 1], [1, 2], [2, 1]], np.arange(4)), 0.95)
    assert retest.icc_single.estimate < 0
    assert retest.noise_share.estimate == 1


def test_items_with_an_undefined_replicate_are_left_out_and_counted():
    gaps = np.vstack([MINI, [[np.nan, 1], [2, np.nan]]])
    retest = retest_reliability(Sample(gaps, np.arange(19)), 0.95)
    assert retest[:6] == retest_reliability(Sample(MINI, np.arange(17)), 0.95)[:6]
    assert retest[-3:] == (17, 2, 2)


def test_one_cluster_has_no_interval_of_the_error_and_shapes_are_checked():
    error = retest_reliability(Sample(MINI, np.zeros(17)), 0.95).error
    assert np.isfinite(error.estimate)
    assert np.isnan([error.low, error.high]).all()
    with pytest.raises(ValueError, match="with a cluster for each item"):
        retest_reliability(Sample(MINI, [1, 2]), 0.95)
