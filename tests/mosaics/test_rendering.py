"""How tiles become pixels, and which settings fit together."""

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError
from torchvision.transforms.v2.functional import center_crop, resize

from saliometer.mosaics.rendering import Settings, n_shards, render_mosaic, render_tile, shard_rounds


def test_the_studys_tile_is_torchvisions_resize_and_centre_crop():
    image = np.random.default_rng(0).integers(0, 256, (300, 411, 3), dtype=np.uint8)
    expected = center_crop(resize(Image.fromarray(image), [256, 256]), [224, 224])
    np.testing.assert_array_equal(render_tile(image, 224, "resize_then_crop"), np.asarray(expected))


def test_keep_aspect_resizes_the_short_side():
    image = np.random.default_rng(0).integers(0, 256, (256, 512, 3), dtype=np.uint8)
    np.testing.assert_array_equal(render_tile(image, 224, "keep_aspect"), image[16:240, 144:368])


@pytest.mark.parametrize("shape", [(20, 900, 3), (900, 20, 3), (1, 1, 3)])
@pytest.mark.parametrize("geometry", ["resize_then_crop", "keep_aspect"])
def test_any_image_fills_its_tile(shape, geometry):
    assert render_tile(np.full(shape, 200, dtype=np.uint8), 32, geometry).shape == (32, 32, 3)


def test_quadrants_are_read_row_by_row():
    tiles = np.array([[0, 1, 2], [3, 4, 5]])
    mosaic = render_mosaic(tiles, lambda tile: np.full((4, 4, 3), tile, dtype=np.uint8))
    assert mosaic.shape == (8, 12, 3)
    np.testing.assert_array_equal(mosaic[::4, ::4, 0], tiles)


@pytest.mark.parametrize(
    "wrong",
    [
        {"targets": "all"},
        {"round_over": "image"},
        {"rows": 1, "columns": 2},
        {"rows": 0},
        {"target_tiles": 3, "rows": 3},
    ],
)
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_shards_hold_every_round_once():
    settings = Settings(rounds=10, rounds_per_shard=4)
    held = [list(shard_rounds(settings, shard)) for shard in range(n_shards(settings))]
    assert held == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
