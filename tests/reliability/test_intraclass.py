"""Intraclass correlations against Shrout & Fleiss, an independent package, and their algebra."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from saliometer.reliability.intraclass import FORMS, intraclass_correlations, mean_squares

# Shrout & Fleiss (1979), table 2: 6 targets, 4 judges.
PUBLISHED = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])

TABLES = arrays(np.float64, st.tuples(st.integers(2, 6), st.integers(2, 5)), elements=st.integers(-9, 9))


def estimates(table):
    return np.array([interval.estimate for interval in intraclass_correlations(table, 0.95).values()])


def test_published_example():
    """Estimates of Shrout & Fleiss, table 4; more digits and limits from pingouin 0.7.0 (intraclass_corr)."""
    correlations = intraclass_correlations(PUBLISHED, 0.95)
    assert tuple(correlations) == FORMS
    assert [round(one.estimate, 2) for one in correlations.values()] == [0.17, 0.44, 0.29, 0.62, 0.71, 0.91]
    np.testing.assert_allclose(
        estimates(PUBLISHED),
        [0.165741768405, 0.442797133679, 0.289763779528, 0.620050547599, 0.714840714841, 0.909315542377],
        atol=1e-12,
    )
    limits = [(round(one.low, 2), round(one.high, 2)) for one in correlations.values()]
    assert limits == [(-0.13, 0.72), (-0.88, 0.91), (0.02, 0.76), (0.07, 0.93), (0.34, 0.95), (0.68, 0.99)]
    assert [one.p for one in correlations.values()] == pytest.approx(
        [0.164768808345] * 2 + [0.000134566516] * 4
    )
    assert {one.n_clusters for one in correlations.values()} == {6}


def test_mean_squares_of_the_published_example():
    """Shrout & Fleiss (1979), table 3: BMS 11.24, WMS 6.26, JMS 32.49, EMS 1.02."""
    squares = mean_squares(PUBLISHED)
    printed = [round(value, 2) for value in (squares.rows, squares.within, squares.columns, squares.residual)]
    assert printed == [11.24, 6.26, 32.49, 1.02]


@given(TABLES)
def test_consistency_of_the_mean_is_cronbachs_alpha(table):
    k = table.shape[1]
    between = table.sum(axis=1).var(ddof=1)
    consistency = intraclass_correlations(table, 0.95)["ICC(C,k)"].estimate
    if between == 0:
        assert np.isnan(consistency)
    else:
        alpha = k / (k - 1) * (1 - table.var(axis=0, ddof=1).sum() / between)
        assert consistency == pytest.approx(alpha, abs=1e-9, rel=1e-9)


@given(TABLES, st.integers(-5, 5))
def test_what_changes_nothing(table, shift):
    here = estimates(table)
    np.testing.assert_allclose(estimates(table[::-1, ::-1] * 4 + shift), here, atol=1e-9)
    moved = estimates(table + np.arange(table.shape[1]) * shift)
    np.testing.assert_allclose(moved[-2:], here[-2:], atol=1e-9, err_msg="consistency ignores columns")
    assert np.nanmax([-np.inf, *here]) <= 1 + 1e-12


@given(TABLES, st.floats(0.5, 0.99))
def test_the_estimate_lies_within_its_limits(table, confidence):
    for form, interval in intraclass_correlations(table, confidence).items():
        if np.isnan(interval.estimate):
            assert np.isnan(interval[:4]).all(), form
        else:
            assert interval.low <= interval.estimate + 1e-9, form
            assert interval.estimate <= interval.high + 1e-9, form
            assert np.isnan(interval.p) or 0 <= interval.p <= 1, form  # of equal rows: 0 / 0


def test_columns_that_cross_leave_agreement_undefined():
    """Equal means in a table of two by two: ICC(A,1) is 0 / 0, and so is all that is said of it."""
    for form in ("ICC(A,1)", "ICC(A,k)"):
        assert np.isnan(intraclass_correlations([[1.0, 0.0], [0.0, 1.0]], 0.5)[form][:4]).all()


def test_two_levels_of_confidence_agree_with_the_quantiles_of_f():
    squares = mean_squares(PUBLISHED)
    f = squares.rows / squares.within
    interval = intraclass_correlations(PUBLISHED, 0.8)["ICC(1,1)"]
    low, high = (f / stats.f.ppf(q, 5, 18) for q in (0.9, 0.1))
    assert (interval.low, interval.high) == pytest.approx(((low - 1) / (low + 3), (high - 1) / (high + 3)))


@pytest.mark.parametrize("form", ["ICC(1,1)", "ICC(A,1)", "ICC(C,1)"])
def test_coverage(form):
    """Nominal .9 at a true correlation of 1/2, .4 with variance between columns; standard error .013."""
    rng = np.random.default_rng(0)
    between = {"ICC(1,1)": 0.0, "ICC(A,1)": 0.5, "ICC(C,1)": 2.0}[form]
    true = 1 / (2 + between) if form == "ICC(A,1)" else 0.5
    hits = 0
    for _ in range(500):
        table = rng.normal(size=(12, 1)) + rng.normal(size=(12, 6)) + rng.normal(0, np.sqrt(between), 6)
        interval = intraclass_correlations(table, 0.9)[form]
        hits += interval.low <= true <= interval.high
    assert 0.86 <= hits / 500 <= 0.94


def test_perfect_agreement_has_an_interval_of_no_length():
    rows = np.array([0.1, 0.7, 0.3, 0.9])[:, None]
    for interval in intraclass_correlations(rows + np.zeros(3), 0.95).values():
        assert interval[:4] == pytest.approx((1, 1, 1, 0), abs=1e-12)
    shifted = intraclass_correlations(rows + np.array([0, 1, 4]), 0.95)
    assert shifted["ICC(C,1)"].estimate == pytest.approx(1, abs=1e-12)
    assert shifted["ICC(A,1)"].estimate < 0.1


def test_degenerate_tables_are_undefined():
    for table in (np.full((4, 3), 0.1), PUBLISHED[:1], PUBLISHED[:, :1], np.empty((0, 3)), np.empty((3, 0))):
        for interval in intraclass_correlations(table, 0.95).values():
            assert np.isnan(interval[:4]).all()
    equal_rows = intraclass_correlations(np.tile([0.1, 0.5, 0.3], (4, 1)), 0.95)
    assert equal_rows["ICC(1,1)"].estimate == -1 / 2
    for form in ("ICC(1,k)", "ICC(A,k)", "ICC(C,1)", "ICC(C,k)"):
        assert np.isnan(equal_rows[form][:4]).all()


def test_rows_with_an_undefined_value_take_no_part():
    gaps = np.vstack([PUBLISHED, [np.nan, 1, 1, 1]])
    assert intraclass_correlations(gaps, 0.95) == intraclass_correlations(PUBLISHED, 0.95)
    for wrong in (PUBLISHED[0], np.full((2, 2), np.inf)):
        with pytest.raises(ValueError, match="a table must be"):
            intraclass_correlations(wrong, 0.95)
