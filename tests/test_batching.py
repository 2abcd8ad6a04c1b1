"""Cutting work into slices, and how many images go through a network at once."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from saliometer.batching import micro_batch_size, slices, within_memory
from saliometer.errors import UserError


@given(st.integers(0, 50), st.none() | st.integers(1, 60))
def test_slices_cover_everything_once_and_in_order(count, size):
    cuts = list(slices(count, size))
    assert [row for cut in cuts for row in range(count)[cut]] == list(range(count))
    assert all(0 < cut.stop - cut.start <= (size or count) for cut in cuts)


def test_default_sizes_grow_with_the_device_and_shrink_with_the_image():
    assert micro_batch_size(None, "cpu", 448, 448) == micro_batch_size(None, "mps", 448, 448) == 2
    assert micro_batch_size(None, "cpu", 4000, 4000) == 1
    assert micro_batch_size(None, "cuda", 448, 448) > micro_batch_size(None, "cpu", 448, 448)


def test_a_number_that_was_asked_for_holds():
    assert micro_batch_size(7, "cpu", 4000, 4000) == 7
    with pytest.raises(UserError, match="micro_batch is 0; give at least 1"):
        micro_batch_size(0, "cpu", 8, 8)


def computing_with_memory_for(images, tried):
    """A function of the micro-batch on a device that holds so many images."""

    def compute(size):
        tried.append(size)
        if size > images:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return "result"

    return compute


def test_out_of_memory_halves_the_micro_batch_and_says_so(capfd):
    tried = []
    assert within_memory(computing_with_memory_for(5, tried), 24, "gradient on lite") == ("result", 3)
    assert tried == [24, 12, 6, 3]
    told = capfd.readouterr().err.splitlines()
    assert told[0] == "gradient on lite: out of memory; going on with 12 image(s) in a pass"
    assert len(told) == 3


def test_no_memory_for_one_image_is_one_line():
    with pytest.raises(
        UserError, match="gradient on lite: out of memory with one image in a pass; use smaller"
    ):
        within_memory(computing_with_memory_for(0, []), 4, "gradient on lite")


def test_other_errors_of_the_device_pass():
    def broken(size):
        raise RuntimeError("no kernel image")

    with pytest.raises(RuntimeError, match="no kernel image"):
        within_memory(broken, 4, "gradient on lite")
