"""Cutting work into slices, and how many images go through a network at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saliometer.batching import micro_batch_size, slices
from saliometer.errors import UserError


@given(st.integers(0, 50), st.none() | st.integers(1, 60))
def test_slices_cover_everything_once_and_in_order(count, size):
    cuts = list(slices(count, size))
    assert [row for cut in cuts for row in range(count)[cut]] == list(range(count))
    assert all(0 < cut.stop - cut.start <= (size or count) for cut in cuts)


def test_default_sizes_grow_with_the_device_and_shrink_with_the_image():
    assert micro_batch_size(None, "cpu", 320, 320) == micro_batch_size(None, "mps", 320, 320) == 2
    assert micro_batch_size(None, "cpu", 4000, 4000) == 1
    assert micro_batch_size(None, "cuda", 448, 448) > micro_batch_size(None, "cpu", 448, 448)


def test_a_number_that_was_asked_for_holds():
    assert micro_batch_size(7, "cpu", 4000, 4000) == 7
    with pytest.raises(UserError, match="micro_batch is 0; give at least 1"):
        micro_batch_size(0, "cpu", 8, 8)
