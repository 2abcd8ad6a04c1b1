"""What the demo claims of real photographs and the real network, under several seeds."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from saliometer import methods, models
from saliometer.images import sources
from saliometer.images.index import build_index
from saliometer.images.read import read_image
from saliometer.metrics.classification import classification_metrics, relevance_masses
from saliometer.metrics.engines.upsampling import upsample
from saliometer.mosaics.drawing import draw_round
from saliometer.mosaics.rendering import Settings, asked_targets, render_mosaic, render_tile
from saliometer.reliability.clustering.intervals import cluster_t

SETTINGS = Settings(target_tiles=1, targets="all", round_over="image", tile_size=160)


@pytest.fixture(scope="module")
def photographs():
    """Return the index of the sample photographs and the tile of each of its rows."""
    source = sources.parse({"source": "sample_photos"})
    index = build_index(source)[0]
    root = sources.image_root(source)
    return index, [render_tile(read_image(root / path), 160, "resize_then_crop") for path in index["path"]]


@pytest.fixture(scope="module")
def network():
    return models.load("efficientnet_lite0")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_gradcam_lies_above_edges_and_random(photographs, network, seed):
    """Its whole interval over photographs, of one round of mosaics with every class asked."""
    index, tiles = photographs
    drawn = draw_round(index, SETTINGS, seed, "photos", 0)
    placed = np.stack([mosaic.tiles for mosaic in drawn])
    classes = index["class_index"].to_numpy()
    asked_mosaics, asked = asked_targets(classes[placed], np.array([m.class_index for m in drawn]), "all")
    is_target = classes[placed][asked_mosaics] == asked[:, None, None]
    photograph = placed[asked_mosaics][is_target]
    assert set(Counter(photograph.tolist()).values()) == {4}, "every photograph is a target equally often"

    pixels = np.stack([render_mosaic(mosaic.tiles, tiles.__getitem__) for mosaic in drawn])[asked_mosaics]
    ids = [f"{seed}/{drawn[row].id}" for row in asked_mosaics]
    intervals = {}
    for name in ("gradcam", "edges", "random"):
        method = methods.load(name, network)
        maps = upsample(method.attribute(pixels, asked, ids), 320, 320, method.upsampling)
        precision = classification_metrics(*relevance_masses(maps, is_target))["precision"]
        intervals[name] = cluster_t(pd.Series(precision), photograph, 0.95)
    assert intervals["gradcam"].low > max(intervals["edges"].high, intervals["random"].high)
    assert intervals["edges"].estimate == pytest.approx(0.25, abs=1e-6)
    assert intervals["random"].estimate == pytest.approx(0.25, abs=1e-6)
