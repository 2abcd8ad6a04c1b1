"""Superpixels."""

import numpy as np

from saliometer.segments import Settings, segment


def test_two_flat_halves_are_never_joined():
    mosaic = np.zeros((32, 32, 3), dtype=np.uint8)
    mosaic[:, 16:] = (250, 10, 10)
    labels = segment(mosaic, Settings(), 7)
    assert labels.shape == (32, 32)
    assert set(labels[:, :16].ravel()).isdisjoint(labels[:, 16:].ravel())
    assert sorted(set(labels.ravel())) == list(range(labels.max() + 1))


def test_segments_depend_on_the_mosaic_and_the_seed_alone():
    mosaic = np.random.default_rng(0).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    np.testing.assert_array_equal(segment(mosaic, Settings(), 7), segment(mosaic, Settings(), 7))
