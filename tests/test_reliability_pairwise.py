"""Signed-rank tests of pairs: Hollander & Wolfe's example, scipy, all signs one by one."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from saliometer.reliability.holm import holm
from saliometer.reliability.pairwise import MOST_EXACT, pairwise_signed_rank, signed_rank

# Hollander & Wolfe, Nonparametric Statistical Methods (1973), p. 29: depression before and after. R's
# wilcox.test gives V = 40 and a one-sided p of 0.01953.
BEFORE = np.array([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30])
AFTER = np.array([0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29])


def p_by_all_signs(differences):
    ranks = stats.rankdata(np.abs(differences))
    middle = ranks[differences != 0].sum() / 2
    sums = [
        ranks[np.array(signs) * differences > 0].sum()
        for signs in itertools.product([1, -1], repeat=len(differences))
    ]
    distance = abs(ranks[differences > 0].sum() - middle)
    return np.mean(np.abs(np.array(sums) - middle) >= distance - 1e-9)


def test_published_example():
    found = pairwise_signed_rank(np.column_stack([BEFORE, AFTER]), np.arange(9))[0, 1]
    assert found.w_plus == 40
    assert round(found.p / 2, 5) == 0.01953
    assert found.p_holm == found.p
    assert found.difference == pytest.approx((BEFORE - AFTER).mean())
    assert (found.n_clusters, found.n_nonzero) == (9, 9)


@given(st.lists(st.integers(-4, 4), min_size=2, max_size=9))
def test_ties_and_zeros_are_counted_exactly(differences):
    differences = np.array(differences, dtype=np.float64)
    _, p = signed_rank(differences)
    if differences.any():
        assert p == pytest.approx(p_by_all_signs(differences), abs=1e-12)
        assert signed_rank(-differences)[1] == pytest.approx(p, abs=1e-12)
    else:
        assert np.isnan(p)


@pytest.mark.parametrize("n", [12, 50, MOST_EXACT])
def test_agrees_with_scipys_exact_test(n):
    differences = np.random.default_rng(n).normal(0.1, 1, n)
    expected = stats.wilcoxon(differences, method="exact")
    w_plus, p = signed_rank(differences)
    assert p == pytest.approx(expected.pvalue, rel=1e-9)
    assert min(w_plus, n * (n + 1) / 2 - w_plus) == expected.statistic


def test_many_clusters_use_the_normal_approximation():
    differences = np.random.default_rng(0).normal(0.1, 1, MOST_EXACT + 1).round(1)
    expected = stats.wilcoxon(differences, zero_method="pratt", method="asymptotic")
    assert signed_rank(differences)[1] == expected.pvalue
    assert signed_rank(differences[:-1])[1] == pytest.approx(expected.pvalue, rel=0.2)


def test_clusters_count_once_and_pairs_are_adjusted_together():
    rng = np.random.default_rng(1)
    clusters = np.repeat(np.arange(10), rng.integers(1, 6, 10))
    scores = rng.normal(size=(len(clusters), 4)) + np.arange(4)
    found = pairwise_signed_rank(scores, clusters)
    assert list(found) == list(itertools.combinations(range(4), 2))
    means = np.array([scores[clusters == c].mean(axis=0) for c in range(10)])
    for (a, b), test in found.items():
        assert test.p == pytest.approx(stats.wilcoxon(means[:, a] - means[:, b], method="exact").pvalue)
        assert test.difference == pytest.approx((means[:, a] - means[:, b]).mean())
    np.testing.assert_allclose(
        [test.p_holm for test in found.values()], holm([test.p for test in found.values()])
    )


def test_swapping_a_pair_flips_the_sign_alone():
    rng = np.random.default_rng(2)
    scores, clusters = rng.integers(0, 4, (40, 2)) / 10, np.arange(40) % 8
    here = pairwise_signed_rank(scores, clusters)[0, 1]
    there = pairwise_signed_rank(scores[::-1, ::-1], clusters[::-1])[0, 1]
    assert there.difference == pytest.approx(-here.difference)
    assert there.p == here.p


def test_equal_means_are_tied_whatever_the_rounding_of_their_sums():
    scores = np.array([[0.3, 0.2], [0.1, 0.2], [0.7, 0.1], [0.9, 0.3], [0.2, 0.8], [0.5, 0.5]])
    assert 0.3 - 0.2 + (0.1 - 0.2) != 0, "the first cluster is no tie to the last bit"
    found = pairwise_signed_rank(scores, [0, 0, 1, 2, 3, 4])[0, 1]
    assert found.n_nonzero == 3
    assert found.w_plus == 4 + 4, "the zeros hold ranks 1 and 2, the others 3 to 5"
    assert found.difference == pytest.approx(0.12, abs=1e-15)
    assert found.p == pytest.approx(p_by_all_signs(np.array([0, 6, 6, -6, 0])))


def test_degenerate_tables_have_no_p():
    rng = np.random.default_rng(3)
    scores, clusters = rng.random((12, 3)), np.arange(12) % 4
    scores[:, 2] = scores[:, 1]
    found = pairwise_signed_rank(scores, clusters)
    assert np.isnan([found[1, 2].p, found[1, 2].p_holm, found[1, 2].w_plus]).all()
    assert found[1, 2].n_nonzero == 0
    assert found[0, 1].p_holm == min(1, 2 * found[0, 1].p), "the undefined pair does not count"
    alone = pairwise_signed_rank(scores, np.zeros(12))[0, 1]
    assert np.isfinite(alone.difference)
    assert np.isnan([alone.p, alone.p_holm]).all()
    nothing = pairwise_signed_rank(np.full((4, 2), np.nan), np.arange(4))[0, 1]
    assert np.isnan(nothing[:4]).all()
    assert nothing.n_clusters == 0
    assert pairwise_signed_rank(scores[:, :1], clusters) == {}
