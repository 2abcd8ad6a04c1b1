"""A shard of mosaics, and the maps stage as a command."""

import json
import sys

import numpy as np

from methods_helpers import photos
from saliometer.shards import Shard
from saliometer.stages import maps

ASKED_MOSAICS = np.array([0, 0, 1, 1, 2, 2], np.int32)
TILE_CLASSES = np.array([[[0, 4], [2, 3]], [[1, 3], [0, 2]], [[0, 4], [3, 0]]], np.int16)
ASKED_TARGETS = np.array([0, 4, 1, 2, 3, 0], np.int16)


def mosaic_shard(height=8, width=8, **changes):
    attributes = {"kind": "mosaics", "dataset": "photos", "form": "original", "ids": ["a/1", "b/2", "c/3"]}
    mosaics = photos(3, height, width)
    return Shard(
        {
            "mosaics": mosaics,
            "classes": np.array([0, 1, 2], np.int16),
            "tile_classes": TILE_CLASSES,
            "asked_mosaics": ASKED_MOSAICS,
            "asked_targets": ASKED_TARGETS,
        },
        attributes | changes,
    )


MODEL = {"name": "lite", "architecture": "efficientnet_lite0"}


def job_of(method, replicate="0", randomized=False, disconnected=False, **settings):
    axes = {"seed": 7, "dataset": "photos", "form": "original", "replicate": replicate}
    block = {"name": f"my {method}", "method": method, **settings}
    settings_of_job = {
        **axes,
        "randomized": randomized,
        "disconnected": disconnected,
        "model": MODEL,
        "method": block,
    }
    return json.dumps({"settings": settings_of_job, "code": {}, "versions": {}})


def run_stage(monkeypatch, folder, job, *more):
    output = folder / "maps.zarr.zip"
    arguments = ["--job", job, "--mosaics", str(folder / "mosaics.zarr.zip"), "--output", str(output)]
    arguments += ["--axioms", str(folder / "axioms.parquet")]
    monkeypatch.setattr(sys, "argv", ["maps", *arguments, "--device", "cpu", *more])
    maps.main()
    return output
