"""Superpixels."""

import numpy as np

from saliometer.mosaics import segments
from saliometer.mosaics.segments import Settings, segment, segment_all
from saliometer.seeds import seed_from


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


def test_many_are_segmented_as_each_alone_and_equal_neighbours_once(monkeypatch):
    mosaics = np.random.default_rng(0).integers(0, 256, (3, 24, 24, 3), dtype=np.uint8)[[0, 0, 1, 1]]
    ids, calls = ["a", "a", "b", "c"], []
    monkeypatch.setattr(segments, "segment", lambda *arguments: calls.append(1) or segment(*arguments))
    found = segment_all(mosaics, ids)
    for row, item in enumerate(ids):
        np.testing.assert_array_equal(
            found[row], segment(mosaics[row], Settings(), seed_from("segments", item))
        )
    assert len(calls) == 3
