"""Agreement across settings: published tables of Friedman's test, all permutations one by one, draws."""

import itertools

import numpy as np
import pytest

from saliometer.reliability.across_settings import agreement_across_settings
from saliometer.reliability.inter_rater import inter_rater_alpha

# Siegel, Nonparametric Statistics (1956), table N (after Friedman, JASA 32, 1937): P(chi_r^2 >= value).
# Without ties alpha is a linear function of chi_r^2 = m (k - 1) W.
FRIEDMAN = {
    (3, 3): {6.0: 0.028, 14 / 3: 0.194, 8 / 3: 0.361, 2.0: 0.528, 2 / 3: 0.944},
    (4, 3): {8.0: 0.0046, 6.5: 0.042, 6.0: 0.069, 4.5: 0.125, 3.5: 0.273},
    (2, 4): {6.0: 0.042, 5.4: 0.167, 4.8: 0.208, 4.2: 0.375},
    (3, 4): {9.0: 0.0017, 8.2: 0.017, 7.4: 0.033, 7.0: 0.054, 6.6: 0.075, 5.8: 0.148},
}


def alpha_of_friedman(chi, m, k):
    w = chi / (m * (k - 1))
    r = (m * w - 1) / (m - 1)
    return 1 - (1 - r) * (m * k - 1) / (m * k)


@pytest.mark.parametrize("shape", FRIEDMAN)
def test_published_tables(shape):
    m, k = shape
    agreement = agreement_across_settings(np.tile(np.arange(k), (m, 1)), seed=0, upper_tail=1)
    upper = {round(value, 9): p for value, p in agreement.upper}
    for chi, p in FRIEDMAN[shape].items():
        assert upper[round(alpha_of_friedman(chi, m, k), 9)] == pytest.approx(
            p, abs=5.1e-4 if p > 0.01 else 5e-5
        )
    assert agreement.exact


def test_three_settings_and_four_methods():
    agreement = agreement_across_settings([[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 4, 3]], seed=0, upper_tail=0.06)
    assert agreement.null_mean == pytest.approx(1 / 12, abs=1e-14)
    assert agreement.null_sd == pytest.approx(11 / 36, abs=1e-14)
    assert [(round(value, 3), round(p, 4)) for value, p in agreement.upper] == [
        *((0.694, 0.0538), (0.756, 0.033)),
        *((0.878, 0.0174), (1.0, 0.0017)),
    ]
    assert (round(agreement.estimate, 3), round(agreement.p, 4)) == (0.878, 0.0174)
    assert (agreement.n_settings, agreement.n_methods) == (3, 4)


@pytest.mark.parametrize(
    "table",
    [
        [[0.1, 0.2, 0.2], [0.3, 0.5, 0.4], [0.1, 0.9, 0.9]],
        [[1, 1, 2, 3], [4, 4, 4, 1], [1, 2, 3, 4]],
        [[1, 1, 1], [1, 2, 3], [3, 2, 1], [1, 3, 2]],
        [[1, 2], [2, 1], [1, 2], [2, 2]],
    ],
)
def test_agrees_with_all_permutations_one_by_one(table):
    table = np.array(table, dtype=float)
    rest = [list(itertools.permutations(row)) for row in table[1:]]
    null = np.array([inter_rater_alpha([table[0], *rows]) for rows in itertools.product(*rest)])
    agreement = agreement_across_settings(table, seed=0, upper_tail=1)
    assert agreement.exact
    assert agreement.estimate == pytest.approx(inter_rater_alpha(table), abs=1e-12)
    assert agreement.p == pytest.approx(np.mean(null >= agreement.estimate - 1e-9), abs=1e-12)
    assert (agreement.null_mean, agreement.null_sd) == pytest.approx((null.mean(), null.std()), abs=1e-12)
    assert agreement.upper[-1][0] == pytest.approx(null.max(), abs=1e-12)
    assert len(agreement.upper) == len(set(null.round(9)))
    for value, p in agreement.upper:
        assert p == pytest.approx(np.mean(null >= value - 1e-9), abs=1e-12)


def test_permuting_settings_and_methods_and_monotone_values_change_nothing():
    rng = np.random.default_rng(1)
    table = rng.integers(0, 5, (4, 5)).astype(float)
    agreement = agreement_across_settings(table, seed=0)
    for other in (table[[2, 0, 3, 1]], table[:, [4, 2, 0, 1, 3]], np.exp(table), -table):
        again = agreement_across_settings(other, seed=1)
        assert again[:4] == pytest.approx(agreement[:4], abs=1e-12)
        np.testing.assert_allclose(again.upper, agreement.upper, atol=1e-12)


def test_drawn_rankings_come_close_to_all_of_them():
    table = np.random.default_rng(2).random((3, 6)) + np.arange(6) / 4
    exact = agreement_across_settings(table, seed=0)
    drawn = agreement_across_settings(table, seed=0, most_arrangements=1000)
    assert exact.exact
    assert not drawn.exact
    assert drawn.upper == []
    assert drawn.estimate == exact.estimate
    assert drawn.p == pytest.approx(exact.p, abs=4 * 0.5 / 100)
    assert drawn.null_mean == pytest.approx(exact.null_mean, abs=4 * exact.null_sd / 100)
    assert drawn.null_sd == pytest.approx(exact.null_sd, rel=0.05)
    assert drawn == agreement_across_settings(table, seed=0, most_arrangements=1000)
    assert drawn != agreement_across_settings(table, seed=1, most_arrangements=1000)


def test_drawn_rankings_that_only_equal_the_observed_one_count():
    """Two settings, three methods, ranks 1 2 3 and 1 3 2: P is 3/6, of which 2/6 are equal."""
    agreement = agreement_across_settings([[1, 2, 3], [1, 3, 2]], seed=0, most_arrangements=1)
    assert agreement.p == pytest.approx(3 / 6, abs=4 * 0.5 / 100)


def test_the_mean_of_the_null_is_the_chance_value_for_many_more_joint_rankings_than_are_gone_through():
    """24^9 = 2.6e12 joint rankings; equal sums are merged on the way."""
    agreement = agreement_across_settings(np.random.default_rng(3).random((10, 4)), seed=0)
    assert agreement.exact
    assert agreement.null_mean == pytest.approx(1 / 40, abs=1e-12)


def test_no_rankings_drawn_by_chance_have_a_p_of_zero():
    table = np.tile(np.arange(20.0), (4, 1))
    agreement = agreement_across_settings(table, seed=0, n_draws=99)
    assert agreement.estimate == 1
    assert agreement.p == 1 / 100


def test_a_method_without_a_value_in_one_setting_takes_no_part():
    table = np.random.default_rng(4).random((3, 5))
    table[1, 2] = np.nan
    agreement = agreement_across_settings(table, seed=0)
    assert agreement == agreement_across_settings(np.delete(table, 2, axis=1), seed=0)
    assert agreement.n_methods == 4


@pytest.mark.parametrize(
    "table",
    [np.ones((3, 4)), [[1.0, 2, 3]], [[1.0], [2.0]], np.full((3, 4), np.nan), np.empty((0, 3))],
    ids=["all tied", "one setting", "one method", "undefined", "nothing"],
)
def test_degenerate_tables_are_undefined(table):
    agreement = agreement_across_settings(table, seed=0)
    assert np.isnan(agreement[:4]).all()
    assert agreement.upper == []


def test_wrong_input_is_refused():
    with pytest.raises(ValueError, match="must be \\(settings, methods\\)"):
        agreement_across_settings([1.0, 2.0], seed=0)
    with pytest.raises(ValueError, match="finite"):
        agreement_across_settings([[1.0, np.inf], [1, 2]], seed=0)
