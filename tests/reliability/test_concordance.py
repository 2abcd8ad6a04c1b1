"""Kendall's W against published examples, Friedman's test of scipy and the formula with ties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from saliometer.reliability.concordance import kendalls_w

# Hollander & Wolfe, Nonparametric Statistical Methods (1973), page 140: times of 22 players to first base by
# three ways of rounding it; the example of R's friedman.test.
ROUNDING_TIMES = """
    5.40 5.50 5.55  5.85 5.70 5.75  5.20 5.60 5.50  5.55 5.50 5.40  5.90 5.85 5.70  5.45 5.55 5.60
    5.40 5.40 5.35  5.45 5.50 5.35  5.25 5.15 5.00  5.85 5.80 5.70  5.25 5.20 5.10  5.65 5.55 5.45
    5.60 5.35 5.45  5.05 5.00 4.95  5.50 5.50 5.40  5.45 5.55 5.50  5.55 5.55 5.35  5.45 5.50 5.55
    5.50 5.45 5.25  5.65 5.60 5.40  5.70 5.65 5.55  6.30 6.30 6.25
"""
# Siegel, Nonparametric Statistics (1956), chapter 9: three executives rank six applicants, W = .16; and
# Kendall's three rankings of ten with ties, W = .828.
APPLICANTS = [[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]]
TIED = [
    [1, 4.5, 2, 4.5, 3, 7.5, 6, 9, 7.5, 10],
    [2.5, 1, 2.5, 4.5, 4.5, 8, 9, 6.5, 10, 6.5],
    [2, 1, 4.5, 4.5, 4.5, 4.5, 8, 8, 8, 10],
]


def draw(seed, m=12, k=5):
    return np.random.default_rng(seed).integers(0, 4, (m, k)) + np.arange(k) // 2


def textbook_w(scores):
    """12 S / (m^2 (k^3 - k) - m sum T), T from counts of tied ranks."""
    ranks = stats.rankdata(scores, axis=1)
    m, k = ranks.shape
    totals = ranks.sum(axis=0)
    ties = sum((np.unique(row, return_counts=True)[1] ** 3).sum() - k for row in ranks)
    return 12 * ((totals - totals.mean()) ** 2).sum() / (m**2 * (k**3 - k) - m * ties)


def test_published_examples():
    assert f"{kendalls_w(APPLICANTS):.2f}" == "0.16"
    assert f"{kendalls_w(TIED):.3f}" == "0.828"


def test_published_friedman_test():
    """R prints: Friedman chi-squared = 11.143, df = 2, p-value = 0.003805."""
    times = np.array(ROUNDING_TIMES.split(), dtype=np.float64).reshape(22, 3)
    chi_square = 22 * 2 * kendalls_w(times)
    assert f"{chi_square:.3f}" == "11.143"
    assert f"{stats.chi2.sf(chi_square, 2):.6f}" == "0.003805"


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_the_textbook_formula_and_with_friedmans_test(seed):
    scores = draw(seed)
    assert kendalls_w(scores) == pytest.approx(textbook_w(scores), abs=1e-14)
    expected = stats.friedmanchisquare(*scores.T).statistic
    assert 12 * 4 * kendalls_w(scores) == pytest.approx(expected, abs=1e-11)


@given(st.integers(0, 1000), st.randoms(use_true_random=False))
def test_only_the_order_within_items_counts(seed, random):
    scores = draw(seed)
    w = kendalls_w(scores)
    assert 0 <= w <= 1
    items, methods = random.sample(range(12), 12), random.sample(range(5), 5)
    for changed in (
        scores[items],
        scores[:, methods],
        -scores,
        np.exp(scores) * np.arange(1, 13)[:, None],
        stats.rankdata(scores, axis=1),
        np.vstack([scores, scores]),
    ):
        assert kendalls_w(changed) == pytest.approx(w, abs=1e-12)


def test_ends_of_the_range():
    assert kendalls_w([[1, 2, 3]] * 4) == 1
    assert kendalls_w([[1, 2, 2]] * 4) == pytest.approx(1, abs=1e-15)
    assert kendalls_w([[1, 2, 3], [3, 2, 1]]) == 0


def test_undefined_is_nan():
    for scores in (np.ones((4, 3)), [[1, 2, 3]], np.empty((0, 3)), [[1], [2]]):
        assert np.isnan(kendalls_w(scores))


@pytest.mark.parametrize("scores", [[1, 2], [[1, np.nan], [1, 2]]])
def test_wrong_input_is_refused(scores):
    with pytest.raises(ValueError, match="scores must be"):
        kendalls_w(scores)
