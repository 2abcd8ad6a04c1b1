"""Half precision becomes single precision without a difference in any number that there is."""

import numpy as np
import pytest

from saliometer.metrics.engines.upsampling import widened

ALL = np.arange(2**16, dtype=np.uint16).view(np.float16)


def bits(numbers):
    return np.ascontiguousarray(numbers).view(np.uint32)


def test_every_finite_number_is_converted_exactly():
    finite = ALL[np.isfinite(ALL)]
    assert np.array_equal(bits(widened(finite)), bits(finite.astype(np.float32)))


@pytest.mark.parametrize("one", [np.inf, -np.inf, np.nan])
def test_what_is_not_finite_stays_so(one):
    numbers = np.array([[1.0, one], [-0.5, 2.0]], dtype=np.float16)
    assert np.array_equal(widened(numbers), numbers.astype(np.float32), equal_nan=True)


def test_views_and_shapes():
    numbers = np.linspace(-1, 1, 24).astype(np.float16).reshape(2, 3, 4)
    for view in (numbers[:, ::2], numbers.transpose(2, 0, 1), numbers[:0]):
        assert np.array_equal(widened(view), view.astype(np.float32))
        assert widened(view).shape == view.shape
