"""Upsampling against torch."""

import numpy as np
import pytest
import torch
from torch.nn.functional import interpolate

from saliometer.metrics.engines.upsampling import bilinear_weights, upsample

SIZES = [(14, 14, 448, 448), (7, 5, 64, 60), (1, 1, 8, 6), (3, 8, 3, 16), (64, 48, 32, 20), (28, 28, 450, 30)]


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("rule", ["bilinear", "nearest"])
def test_agrees_with_torch(sizes, rule):
    h, w, height, width = sizes
    maps = np.random.default_rng(0).normal(size=(3, h, w)).astype(np.float32)
    options = {"align_corners": False} if rule == "bilinear" else {}
    double = torch.from_numpy(maps).double()[:, None]
    expected = interpolate(double, (height, width), mode=rule, **options)[:, 0].numpy()
    found = upsample(maps, height, width, rule)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


def test_known_leak_of_a_map_within_one_tile():
    cells = np.zeros((1, 14, 14), np.float32)
    cells[0, :7, :7] = 1
    large = upsample(cells, 448, 448, "bilinear").astype(np.float64)
    assert large[0, :224, :224].sum() / large.sum() == pytest.approx(0.965, abs=5e-4)


def test_the_batch_changes_no_bit():
    maps = np.random.default_rng(1).normal(size=(9, 14, 14)).astype(np.float16)
    whole = upsample(maps, 448, 448, "bilinear")
    parts = [upsample(maps[start : start + 4], 448, 448, "bilinear") for start in range(0, 9, 4)]
    assert whole.tobytes() == np.concatenate(parts).tobytes()


@pytest.mark.parametrize(("size", "wanted"), [(14, 448), (5, 3), (1, 4)])
def test_weights_are_shares(size, wanted):
    weights = bilinear_weights(size, wanted)
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-7)
    assert weights.min() >= 0


def test_a_map_of_the_right_size_stays_as_it_is():
    maps = np.random.default_rng(2).random((2, 6, 8)).astype(np.float16)
    for rule in ("none", "bilinear", "nearest"):
        np.testing.assert_array_equal(upsample(maps, 6, 8, rule), maps.astype(np.float32))


@pytest.mark.parametrize(
    ("shape", "rule", "words"),
    [
        ((1, 4, 4), "none", "not of the mosaic's size"),
        ((1, 4, 4), "cubic", "unknown upsampling rule 'cubic'"),
        ((4, 4), "nearest", "must be"),
        ((1, 0, 4), "nearest", "not empty"),
    ],
)
def test_wrong_input_is_refused(shape, rule, words):
    with pytest.raises(ValueError, match=words):
        upsample(np.ones(shape), 8, 8, rule)
