"""The predictions stage: a shard of mosaics in, one row per question out."""

import json
import sys

import numpy as np
import pandas as pd
import pytest
import torch

from saliometer import shards
from saliometer.errors import UserError
from saliometer.products.origins import made_from
from saliometer.stages import predictions as stage
from saliometer.tables import parquet_metadata, read_parquet

COLUMNS = ["probability", "rank", "top1", "top5", "n_classes", "hits_top1", "hits_top5", "class_ranks"]
COLUMNS += ["rank_among_classes", "logit", "logit_target_tiles", "logit_other_tiles"]
OF_TILES_ALONE = ["alone_top1", "alone_top5", "tile_ranks", "all_tiles_top1"]


@pytest.fixture
def shard(tmp_path):
    """Two small mosaics of noise, each of which is asked for two classes."""
    arrays = {
        "mosaics": np.random.default_rng(1).integers(0, 256, (2, 64, 64, 3), dtype=np.uint8),
        "classes": np.array([5, 6], np.int16),
        "tile_classes": np.array([[[5, 9], [9, 7]], [[6, 5], [8, 9]]], np.int16),
        "asked_mosaics": np.array([0, 1, 1], np.int32),
        "asked_targets": np.array([5, 6, 9], np.int16),
    }
    path = tmp_path / "0.zarr.zip"
    attributes = {"kind": "mosaics", "dataset": "photos", "form": "original", "ids": ["5/0", "6/0"]}
    shards.write(path, arrays, attributes)
    return path


def command(monkeypatch, shard, *options, **changes):
    """Run the stage's command; return its job and the table it wrote."""
    block = {"name": "lite", "architecture": "efficientnet_lite0", "weights": None}
    job = {"settings": {"dataset": "photos", "form": "original", "model": block} | changes}
    output = shard.with_name("table.parquet")
    arguments = [
        "--job",
        json.dumps(job),
        "--mosaics",
        str(shard),
        "--output",
        str(output),
        "--device",
        "cpu",
    ]
    monkeypatch.setattr(sys, "argv", ["predictions", *arguments, *options])
    monkeypatch.setattr(stage, "prepare_device", lambda name, granted: torch.device(name))
    stage.main()
    return job, output


def test_stage(monkeypatch, shard):
    job, output = command(monkeypatch, shard)
    frame = read_parquet(output)
    axes = ["dataset", "form", "model", "mosaic", "target"]
    assert list(frame) == [*axes, *COLUMNS, *OF_TILES_ALONE]
    assert frame[axes].to_numpy().tolist() == [
        ["photos", "original", "lite", "5/0", 5],
        ["photos", "original", "lite", "6/0", 6],
        ["photos", "original", "lite", "6/0", 9],
    ]
    inputs = made_from(mosaics=[shards.read_attributes(shard)])
    assert parquet_metadata(output) == {
        "job": job,
        "made_from": inputs,
        "device": "cpu",
        "ran": {},
    }
    pd.testing.assert_frame_equal(frame, read_parquet(command(monkeypatch, shard)[1]))
    with pytest.raises(UserError, match="micro_batch is 0"):
        command(monkeypatch, shard, "--micro-batch", "0")


def test_stage_refuses_a_foreign_shard(monkeypatch, shard):
    with pytest.raises(UserError, match=r"0\.zarr\.zip: .*dataset is 'photos' where 'others' is expected"):
        command(monkeypatch, shard, dataset="others")
