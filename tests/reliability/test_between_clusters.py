"""Mean rho between and within clusters against a loop over all pairs, scipy and known populations."""

from itertools import combinations, permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from saliometer.reliability.between_clusters import agreement_by_cluster, rank_sums, resampled_between
from saliometer.reliability.concordance import kendalls_w
from saliometer.reliability.inter_rater import inter_rater_alpha
from saliometer.reliability.sample import Sample

pytestmark = pytest.mark.slow

ORDERS = list(permutations(range(4)))


def draw(seed, m=30, k=5, n_clusters=6):
    """Rankings with ties that partly agree, and in clusters of unequal size."""
    rng = np.random.default_rng(seed)
    clusters = rng.integers(0, n_clusters, m)
    scores = rng.integers(0, 4, (m, k)) + np.arange(k) / 2 + rng.integers(0, 3, (n_clusters, k))[clusters]
    return np.floor(scores), clusters


def loop_over_pairs(scores, clusters):
    """Mean rho over pairs of items of different clusters, and of the same one."""
    rho = {True: [], False: []}
    ranked = [i for i in range(len(scores)) if np.ptp(scores[i]) > 0]
    for i, j in combinations(ranked, 2):
        rho[bool(clusters[i] != clusters[j])].append(stats.spearmanr(scores[i], scores[j]).statistic)
    return tuple(np.mean(rho[different]) if rho[different] else np.nan for different in (True, False))


@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_a_loop_over_all_pairs(seed):
    scores, clusters = draw(seed)
    scores[[4, 11]] = 0.5
    agreement = agreement_by_cluster(Sample(scores, clusters), 0.95)
    expected = loop_over_pairs(scores, clusters)
    assert (agreement.between.estimate, agreement.within.estimate) == pytest.approx(expected, abs=1e-12)
    assert (agreement.n_items, agreement.n_tied) == (28, 2)


def test_worked_example():
    """Against 1 2 3 4: d^2 of 1 2 4 3 is 2, of 4 3 2 1 it is 20; rho = 1 - 6 d^2 / 60."""
    scores = np.array([[1, 2, 3, 4], [1, 2, 4, 3], [4, 3, 2, 1]])
    agreement = agreement_by_cluster(Sample(scores, ["a", "a", "b"]), 0.95)
    assert agreement.within.estimate == pytest.approx(0.8, abs=1e-15)
    assert agreement.between.estimate == pytest.approx((-1 - 0.8) / 2, abs=1e-15)


@pytest.mark.parametrize(("controls", "expected"), [(0, 0), (1, 0.5), (2, 12 / 17.5), (3, 0.75)])
def test_controls_that_are_always_worse_inflate(controls, expected):
    """Four exchangeable methods; every ranking once in each of two clusters makes the mean exact."""
    rows = [[*best, *worst] for best in ORDERS for worst in permutations(range(-controls, 0))]
    clusters = np.repeat([0, 1], len(rows))
    agreement = agreement_by_cluster(Sample(rows * 2, clusters), 0.95)
    assert agreement.between.estimate == pytest.approx(expected, abs=1e-12)


def test_all_rankings_of_three_items_have_mean_0_and_the_known_spread():
    """alpha = 1/12 + 11/12 r without ties, so its known sd of 11/36 is a third for r."""
    draws = [
        agreement_by_cluster(Sample([ORDERS[0], *two], range(3)), 0.95).between.estimate
        for two in product(ORDERS, repeat=2)
    ]
    assert np.mean(draws) == pytest.approx(0, abs=1e-12)
    assert np.std(draws) == pytest.approx(1 / 3, abs=1e-12)


@pytest.mark.parametrize(("m", "k"), [(2, 3), (5, 4), (40, 7)])
def test_without_ties_it_is_a_function_of_w_and_of_alpha(m, k):
    scores = np.random.default_rng(m).normal(size=(m, k)) + np.arange(k) / 2
    r = agreement_by_cluster(Sample(scores, np.arange(m)), 0.95).between.estimate
    assert r == pytest.approx((m * kendalls_w(scores) - 1) / (m - 1), abs=1e-12)
    expected = 1 - (1 - r) * (m * k - 1) / (m * k)
    assert inter_rater_alpha(scores) == pytest.approx(expected, abs=1e-12)


@given(st.integers(0, 1000), st.randoms(use_true_random=False))
def test_only_the_order_within_items_counts(seed, random):
    scores, clusters = draw(seed, m=12, k=4, n_clusters=4)
    expected = np.hstack(agreement_by_cluster(Sample(scores, clusters), 0.9))
    items, methods = random.sample(range(12), 12), random.sample(range(4), 4)
    for changed, labels in (
        (scores[items], clusters[items]),
        (scores[:, methods], -clusters),
        (-scores, clusters),
        (np.exp(scores) * (clusters[:, None] + 1), clusters),
    ):
        agreement = np.hstack(agreement_by_cluster(Sample(changed, labels), 0.9))
        np.testing.assert_allclose(agreement, expected, atol=1e-9)


@pytest.mark.parametrize("part", ["between", "within"])
def test_intervals_are_the_jackknife_over_clusters(part):
    scores, clusters = draw(5, m=40)
    interval = getattr(agreement_by_cluster(Sample(scores, clusters), 0.9), part)
    place = ["between", "within"].index(part)
    left_out = [
        loop_over_pairs(scores[clusters != c], clusters[clusters != c])[place] for c in np.unique(clusters)
    ]
    error = np.sqrt(5 / 6 * ((left_out - np.mean(left_out)) ** 2).sum())
    reach = stats.t.ppf(0.95, 5) * error
    assert interval[:3] == pytest.approx([interval.estimate + step * reach for step in (0, -1, 1)], abs=1e-10)
    assert interval.p == pytest.approx(2 * stats.t.sf(abs(interval.estimate) / error, 5), rel=1e-8)
    assert interval.n_clusters == 6


def test_clusters_without_a_part_count_for_no_degree_of_freedom():
    scores, _ = draw(6, m=9)
    scores[8] = 0
    agreement = agreement_by_cluster(Sample(scores, [0, 0, 1, 1, 2, 2, 3, 4, 5]), 0.95)
    assert (agreement.between.n_clusters, agreement.within.n_clusters) == (5, 3)
    assert np.isfinite(agreement.between).all()
    assert np.isfinite(agreement.within).all()


def test_undefined_is_nan():
    scores, _ = draw(7, m=6)
    one = agreement_by_cluster(Sample(scores, np.zeros(6)), 0.95)
    assert np.isnan(one.between.estimate)
    assert np.isfinite(one.within.estimate)
    assert np.isnan(one.within.low)
    single = agreement_by_cluster(Sample(scores, np.arange(6)), 0.95)
    assert np.isnan(single.within.estimate)
    assert single.within.n_clusters == 0
    two = agreement_by_cluster(Sample(scores, np.arange(6) % 2), 0.95).between
    assert np.isfinite(two.estimate)
    assert np.isnan([two.low, two.high, two.p]).all(), "without one of two clusters no pair is left"
    for nothing in (np.ones((6, 5)), np.ones((6, 1)), np.empty((0, 5))):
        agreement = agreement_by_cluster(Sample(nothing, np.arange(len(nothing))), 0.95)
        assert np.isnan([agreement.between.estimate, agreement.within.estimate]).all()
        assert (agreement.n_items, agreement.n_tied) == (0, len(nothing))


def test_perfect_agreement_is_one_and_no_interval_leaves_the_range():
    agreement = agreement_by_cluster(Sample(np.arange(6.0) + np.zeros((30, 1)), np.arange(30) % 7), 0.95)
    for interval in (agreement.between, agreement.within):
        assert 1 - 1e-12 < interval.low <= interval.high <= 1
    scores = np.tile(np.arange(4.0), (8, 1))
    scores[0] = scores[0, [3, 1, 2, 0]]
    assert agreement_by_cluster(Sample(scores, np.arange(8)), 0.95).between.high == 1


def test_resampled_clusters_are_never_compared_with_themselves():
    scores, clusters = draw(8, m=14, n_clusters=4)
    sums = rank_sums(Sample(scores, clusters))
    weights = np.array([[1, 1, 1, 1], [2, 0, 1, 1], [0, 3, 1, 0], [0, 4, 0, 0], [0.5, 0.2, 0.3, 1.1]])
    means = resampled_between(sums.sums, sums.counts, weights)
    for row, values in zip(weights[:3].astype(int), means, strict=False):
        items = np.repeat(np.arange(14), row[clusters])
        assert values == pytest.approx(loop_over_pairs(scores[items], clusters[items])[0], abs=1e-12)
    assert means[0] == pytest.approx(
        agreement_by_cluster(Sample(scores, clusters), 0.9).between.estimate, abs=1e-12
    )
    assert np.isnan(means[3])
    scaled = resampled_between(sums.sums, sums.counts, 7 * weights[4])
    assert scaled == pytest.approx(means[4], abs=1e-12)


def test_over_all_bootstrap_resamples_distinct_pairs_keep_the_mean_and_copies_raise_it():
    """r + (1 - r) / m is the mean that copies compared with themselves would give."""
    scores = np.random.default_rng(9).normal(size=(4, 5))
    sums = rank_sums(Sample(scores, np.arange(4)))
    drawn = np.array(list(product(range(4), repeat=4)))
    weights = (drawn[:, :, None] == np.arange(4)).sum(axis=1)
    pairs = weights.sum(axis=1) ** 2 - (weights**2).sum(axis=1)
    means = resampled_between(sums.sums, sums.counts, weights)
    r = agreement_by_cluster(Sample(scores, np.arange(4)), 0.9).between.estimate
    assert np.average(means[pairs > 0], weights=pairs[pairs > 0]) == pytest.approx(r, abs=1e-12)
    naive = [np.corrcoef(sums.sums[one])[np.triu_indices(4, 1)].mean() for one in drawn]
    assert np.mean(naive) == pytest.approx(r + (1 - r) / 4, abs=1e-12)


@pytest.mark.parametrize("effect", [0.0, 0.5])
def test_coverage_where_methods_vary_by_cluster(effect):
    """Nominal .95, standard error .011; where the coefficient is 0 the interval may be too wide."""
    rng = np.random.default_rng(10)

    def sample(n_clusters, n):
        clusters = np.repeat(np.arange(n_clusters), n)
        levels = rng.normal(0, 0.5, (n_clusters, 5)) + np.linspace(-effect, effect, 5)
        scores = levels[clusters] + rng.normal(size=(len(clusters), 5))
        return agreement_by_cluster(Sample(scores, clusters), 0.95).between

    truth = sample(20000, 2).estimate
    assert truth == pytest.approx(0, abs=0.005) or effect
    hits = [interval.low <= truth <= interval.high for interval in (sample(12, 8) for _ in range(400))]
    assert 0.91 <= np.mean(hits) <= (0.98 if effect else 1)


@pytest.mark.parametrize(
    ("scores", "clusters"), [([1, 2], [0, 1]), ([[1, np.nan]], [0]), ([[1, 2], [2, 1]], [0])]
)
def test_wrong_input_is_refused(scores, clusters):
    with pytest.raises(ValueError, match="must be"):
        agreement_by_cluster(Sample(scores, clusters), 0.95)
