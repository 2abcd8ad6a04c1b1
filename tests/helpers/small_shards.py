"""Shards of a few random mosaics and maps, in memory."""

import numpy as np

from saliometer import shards

SIZE = (64, 64)


def make_mosaics(n=5, seed=0):
    """n mosaics of 2 x 2 tiles with four classes each, every class asked."""
    rng = np.random.default_rng(seed)
    tile_classes = np.stack([rng.permutation(9)[:4].reshape(2, 2) for _ in range(n)]).astype(np.int16)
    arrays = {
        "mosaics": np.zeros((n, *SIZE, 3), np.uint8),
        "classes": tile_classes[:, 0, 0],
        "tile_classes": tile_classes,
        "asked_mosaics": np.repeat(np.arange(n), 4).astype(np.int32),
        "asked_targets": tile_classes.reshape(-1),
    }
    attributes = {
        "kind": "mosaics",
        "dataset": "photos",
        "form": "original",
        "ids": [f"m{row:03d}" for row in range(n)],
        "tile_images": [[["a", "b"], ["c", "d"]]] * n,
    }
    return shards.Shard(arrays, attributes)


def make_maps(mosaics, signed=True, seed=1):
    q = len(mosaics.arrays["asked_mosaics"])
    values = np.random.default_rng(seed).normal(size=(q, 4, 4))
    values = values if signed else np.abs(values)
    scales = np.abs(values).max(axis=(1, 2)) * np.geomspace(1e-6, 1e6, q)
    peak = np.abs(values).max(axis=(1, 2), keepdims=True)
    arrays = {
        "maps": (values / peak).astype(np.float16),
        "scales": scales.astype(np.float32),
        **{name: mosaics.arrays[name] for name in ("asked_mosaics", "asked_targets")},
    }
    attributes = {name: mosaics.attributes[name] for name in ("dataset", "form", "ids")} | {
        "kind": "maps",
        "model": "net",
        "method": "gradient" if signed else "gradcam",
        "replicate": "0",
        "mosaic_size": list(SIZE),
        "signed": signed,
        "upsampling": "bilinear",
        "device": "cpu",
    }
    return shards.Shard(arrays, attributes)
