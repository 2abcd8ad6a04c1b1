"""Shards of mosaics and maps that fit the made-up tables: plain coloured tiles, smooth maps."""

from pathlib import Path

import numpy as np
import pandas as pd

import synthetic_tables as synthetic
from saliometer import shards
from saliometer.products.paths import PATTERNS

SIDE = 2 * 16  # pixels of a mosaic
MAP_SIDE = 8


def write_shards(folder: Path, study: dict, tables: dict[str, pd.DataFrame]) -> tuple[list[str], list[str]]:
    """Write one shard of mosaics and one of maps per method; returns the paths of both kinds."""
    tiles = tables["tiles"].sort_values(["mosaic", "tile"])
    ids = list(dict.fromkeys(tiles["mosaic"]))
    tile_classes = tiles["class"].to_numpy().reshape(-1, 2, 2).astype(np.int16)
    asked = {
        "asked_mosaics": np.repeat(np.arange(len(ids), dtype=np.int32), 4),
        "asked_targets": tile_classes.reshape(-1),
    }
    place = {"dataset": synthetic.SCOPE["dataset"], "form": synthetic.SCOPE["form"], "ids": ids}
    colours = np.random.default_rng(1).integers(40, 255, (1000, 3), dtype=np.uint8)
    pixels = colours[tile_classes].repeat(SIDE // 2, axis=1).repeat(SIDE // 2, axis=2)
    mosaics = str(_path(folder, "mosaics"))
    shards.write(
        mosaics,
        {"mosaics": pixels, "tile_classes": tile_classes, "classes": tile_classes[:, 0, 0], **asked},
        {"kind": "mosaics", **place},
    )
    maps = [_write_maps(folder, name, block, asked, place) for name, block in study["methods"].items()]
    return [mosaics], maps


def _path(folder: Path, stage: str, **axes) -> Path:
    return folder / PATTERNS[stage].format(**synthetic.SCOPE, replicate="0", shard=0, **axes)


def _write_maps(folder: Path, name: str, block: dict, asked: dict, place: dict) -> str:
    path = str(_path(folder, "maps", method=name))
    random = np.random.default_rng(2)
    maps = random.normal(size=(len(asked["asked_targets"]), MAP_SIDE, MAP_SIDE))
    maps = (maps if block["signed"] else np.abs(maps)) / np.abs(maps).max(axis=(1, 2), keepdims=True)
    attributes = {
        "kind": "maps",
        **place,
        "model": synthetic.SCOPE["model"],
        "method": name,
        "replicate": "0",
        "mosaic_size": [SIDE, SIDE],
        "signed": block["signed"],
        "upsampling": "bilinear",
    }
    arrays = {"maps": maps.astype(np.float16), "scales": np.ones(len(maps), np.float32), **asked}
    shards.write(path, arrays, attributes)
    return path
