"""The permutation test against published tables, a slow enumeration, and its level by simulation."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from saliometer.reliability import cluster_permutation
from saliometer.reliability.cluster_permutation import permutation_test
from saliometer.reliability.concordance import kendalls_w
from saliometer.reliability.inter_rater import inter_rater_alpha
from saliometer.reliability.sample import Sample

ORDERS = list(permutations(range(4)))
# Friedman's exact table for four methods and three rankings, chi-square and P (Siegel, Nonparametric
# Statistics, 1956, table N).
TABLE = """
0.2 1.000  0.6 .958  1.0 .910  1.8 .727  2.2 .608  2.6 .524  3.4 .446  3.8 .342  4.2 .300
5.0 .207  5.4 .175  5.8 .148  6.6 .075  7.0 .054  7.4 .033  8.2 .017  9.0 .0017
"""


def draw(seed, n_clusters=3, n=4, k=3):
    rng = np.random.default_rng(seed)
    clusters = rng.permutation(np.repeat(np.arange(n_clusters), n))
    return rng.integers(0, 5, (len(clusters), k)) + np.arange(k) / 2, clusters


def slow_p(scores, clusters):
    """Permute the columns of every cluster in all ways; Friedman's statistic without its denominators."""
    ranks = stats.rankdata(scores, axis=1)
    labels = np.unique(clusters)
    orders = list(permutations(range(scores.shape[1])))
    statistics = []
    for chosen in product(orders, repeat=len(labels)):
        permuted = ranks.copy()
        for label, order in zip(labels, chosen, strict=True):
            permuted[clusters == label] = ranks[clusters == label][:, order]
        statistics.append(permuted.sum(axis=0).var())
    return np.mean(np.array(statistics) >= ranks.sum(axis=0).var() - 1e-9)


def test_published_table_of_three_rankings_of_four_methods():
    printed = dict(np.array(TABLE.split()).reshape(-1, 2))
    p_of = {}
    for two in product(ORDERS, repeat=2):
        scores = np.array([ORDERS[0], *two])
        chi_square = f"{3 * 3 * kendalls_w(scores):.1f}"
        if chi_square not in p_of:
            result = permutation_test(Sample(scores, np.arange(3)), 0)
            assert result[1:] == (576, True)
            p_of[chi_square] = result.p
    assert p_of.keys() == printed.keys()
    for chi_square, p in printed.items():
        assert p_of[chi_square] == pytest.approx(float(p), abs=0.5001 * 10.0 ** -len(p.split(".")[1]))


@pytest.mark.parametrize(
    ("others", "alpha", "p"),
    [
        ([(0, 1, 2, 3), (0, 1, 2, 3)], 1, 0.0017),
        ([(0, 1, 2, 3), (0, 1, 3, 2)], 0.878, 0.017),
        ([(0, 1, 2, 3), (1, 0, 3, 2)], 0.756, 0.033),
        ([(0, 1, 3, 2), (0, 2, 1, 3)], 0.694, 0.054),
    ],
)
def test_the_highest_alphas_of_three_rankings_of_four_methods(others, alpha, p):
    scores = np.array([ORDERS[0], *others])
    assert inter_rater_alpha(scores) == pytest.approx(alpha, abs=6e-4)
    assert permutation_test(Sample(scores, range(3)), 0).p == pytest.approx(p, abs=6e-4)


@pytest.mark.parametrize("seed", range(4))
def test_enumeration_agrees_with_a_slow_one(seed):
    scores, clusters = draw(seed)
    test = permutation_test(Sample(scores, clusters), 0)
    assert test == (pytest.approx(slow_p(scores, clusters), abs=1e-12), 36, True)


def test_drawn_permutations_agree_with_all(monkeypatch):
    scores, clusters = draw(1, n_clusters=4)
    exact = permutation_test(Sample(scores, clusters), 0)
    monkeypatch.setattr(cluster_permutation, "MOST_ENUMERATED", 1)
    drawn = permutation_test(Sample(scores, clusters), 0, 20000)
    assert drawn[1:] == (20000, False)
    assert drawn.p == pytest.approx(exact.p, abs=4 * np.sqrt(exact.p * (1 - exact.p) / 20000))
    assert 0.001 < exact.p < 0.999


def test_a_seed_says_which_are_drawn_and_blocks_change_nothing(monkeypatch):
    scores, clusters = draw(2, n_clusters=8, k=5)
    test = permutation_test(Sample(scores, clusters), 7)
    assert test[1:] == (9999, False)
    monkeypatch.setattr(cluster_permutation, "BLOCK", 1000)
    assert permutation_test(Sample(scores, clusters), 7) == test
    assert len({permutation_test(Sample(scores % 3, clusters), seed, 999).p for seed in range(5)}) > 1


def test_p_is_never_zero_and_needs_clusters():
    scores = np.arange(5.0) + np.zeros((40, 1))
    assert permutation_test(Sample(scores, np.arange(40) % 10), 0, 99) == (0.01, 99, False)
    assert permutation_test(Sample(scores, np.zeros(40)), 0) == (1, 1, True), "one cluster shows nothing"
    assert permutation_test(Sample(np.zeros((40, 9)), np.arange(40) % 10), 0, 99).p == 1
    assert permutation_test(Sample(np.zeros((6, 12)), np.zeros(6)), 0).p == 1
    assert np.isnan(permutation_test(Sample(np.empty((0, 3)), []), 0).p)


def test_the_limit_of_enumeration():
    """3!^6 = 46,656 and 3!^7 = 279,936."""
    for n_clusters, exact in ((7, True), (8, False)):
        scores, clusters = draw(3, n_clusters=n_clusters)
        assert permutation_test(Sample(scores, clusters), 0, 99).exact is exact


@settings(max_examples=40)
@given(st.integers(0, 1000), st.randoms(use_true_random=False))
def test_only_the_order_within_items_and_who_is_with_whom_count(seed, random):
    scores, clusters = draw(seed)
    items, methods = random.sample(range(12), 12), random.sample(range(3), 3)
    p = permutation_test(Sample(scores, clusters), 0).p
    names = np.array(["x", "y", "a"])
    for changed, labels in (
        (scores[items], clusters[items]),
        (scores[:, methods], names[clusters]),
        (-scores, clusters),
        (np.exp(scores) * (clusters[:, None] + 1), clusters),
    ):
        assert permutation_test(Sample(changed, labels), 0).p == p


def test_level_where_methods_vary_by_class():
    """No method is better, each has classes that suit it: friedman on items rejects .3 to .5, this .05."""
    rng = np.random.default_rng(4)
    clusters = np.repeat(np.arange(10), 10)
    p, friedman = [], []
    for seed in range(400):
        scores = rng.normal(0, 0.5, (10, 5))[clusters] + rng.normal(size=(100, 5))
        p.append(permutation_test(Sample(scores, clusters), seed, 199).p)
        friedman.append(stats.friedmanchisquare(*scores.T).pvalue)
    assert np.mean(np.array(friedman) <= 0.05) > 0.25
    assert 0.02 <= np.mean(np.array(p) <= 0.05) <= 0.09
    assert stats.kstest(p, "uniform").pvalue > 0.001


def test_a_method_that_is_better_in_every_class_is_found():
    rng = np.random.default_rng(5)
    clusters = np.repeat(np.arange(10), 10)
    scores = rng.normal(0, 0.5, (10, 5))[clusters] + rng.normal(size=(100, 5)) + [0, 0, 0, 0, 1.5]
    assert permutation_test(Sample(scores, clusters), 0).p < 0.01


@pytest.mark.parametrize(
    ("scores", "clusters", "n", "words"),
    [
        ([1, 2], [0, 1], 9, "scores must be"),
        ([[1, np.nan]], [0], 9, "scores must be"),
        ([[1, 2], [2, 1]], [0], 9, "cluster for each item"),
        ([[1, 2], [2, 1]], [0, 1], 0, "at least 1"),
    ],
)
def test_wrong_input_is_refused(scores, clusters, n, words):
    with pytest.raises(ValueError, match=words):
        permutation_test(Sample(scores, clusters), 0, n)
