"""Codes in the place of values: their order is that of the values, whatever the precision."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from saliometer.metrics.engines.ordering import ordered_codes

SHAPES = st.integers(1, 30)
HALVES, SINGLES = (st.floats(width=width, allow_nan=False, allow_infinity=False) for width in (16, 32))


def check(values):
    codes = ordered_codes(values)
    assert codes.min() == 0
    assert codes.max() < max(2**19, values.size)
    for compare in (np.less, np.equal):
        np.testing.assert_array_equal(compare.outer(codes, codes), compare.outer(values, values))


@given(arrays(np.float16, SHAPES, elements=HALVES))
def test_all_finite_halves_in_any_precision(halves):
    for precision in (np.float16, np.float32, np.float64):
        check(halves.astype(precision))


@given(arrays(np.float32, SHAPES, elements=SINGLES))
def test_all_finite_singles(singles):
    check(singles)
    check(np.repeat(singles, 2))
    check(np.concatenate([singles, np.nextafter(singles, np.float32(0)), -singles]))


def test_many_singles_are_numbered_like_unique_ones():
    values = np.random.default_rng(0).normal(size=(4, 5000)).astype(np.float32).round(3)
    expected = np.unique(values, return_inverse=True)[1].reshape(values.shape)
    np.testing.assert_array_equal(ordered_codes(values), expected)


def test_both_zeros_are_one():
    for values in ([0.0, -0.0, -1.0], [0.0, -0.0, -1.1]):
        first, second, third = ordered_codes(np.array(values, dtype=np.float32))
        assert first == second > third
