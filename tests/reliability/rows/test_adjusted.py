"""Holm's adjustment against a published family of tests and a slow second implementation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saliometer.reliability.rows.adjusted import holm

# Benjamini & Hochberg (JRSS B 57, 1995, section 4): 15 comparisons of thrombolysis; at .05 the methods that
# control the family-wise error reject the first three.
MYOCARDIAL = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def adjust_one_by_one(p):
    """Take the smallest remaining p times the number remaining; never less than the one before."""
    remaining, last, adjusted = [i for i in range(len(p)) if p[i] == p[i]], 0.0, [float("nan")] * len(p)
    while remaining:
        smallest = min(remaining, key=lambda i: p[i])
        last = adjusted[smallest] = max(last, min(1.0, p[smallest] * len(remaining)))
        remaining.remove(smallest)
    return adjusted


def test_published_family():
    assert (holm(MYOCARDIAL) <= 0.05).tolist() == [True] * 3 + [False] * 12


def test_worked_by_hand():
    """2, 4, 3, 1 times p = .04 .04 .06 .02 ordered .01 (x4), .02 (x3), .02 (x2), .05 (x1)."""
    np.testing.assert_allclose(holm([0.02, 0.01, 0.05, 0.02]), [0.06, 0.04, 0.06, 0.06], rtol=1e-14)


@given(st.lists(st.one_of(st.floats(0, 1), st.just(float("nan")))))
def test_agrees_with_one_by_one(p):
    adjusted = holm(p)
    np.testing.assert_allclose(adjusted, adjust_one_by_one(p), rtol=1e-14)
    np.testing.assert_array_equal(holm(p[::-1]), adjusted[::-1])


def test_an_undefined_p_does_not_count_and_stays_undefined():
    np.testing.assert_allclose(holm([0.03, np.nan, 0.02]), [0.04, np.nan, 0.04])
    np.testing.assert_allclose(holm([[0.01, np.nan], [np.nan, 0.5]]), [[0.02, np.nan], [np.nan, 0.5]])
    assert np.isnan(holm([np.nan])).all()
    assert holm([]).shape == (0,)
    assert holm(0.3) == 0.3


def test_no_probability_is_refused():
    for wrong in (-0.1, 1.1, np.inf):
        with pytest.raises(ValueError, match="must lie in"):
            holm([0.5, wrong])
