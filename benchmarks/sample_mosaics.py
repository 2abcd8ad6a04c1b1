"""Mosaics of the packaged sample photographs, two by two, and their superpixels."""

import numpy as np

from saliometer.images.read import read_image
from saliometer.images.sources import sample_photos
from saliometer.mosaics.rendering import render_mosaic, render_tile
from saliometer.mosaics.segments import segment_all


def sample_mosaics(count: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return mosaics uint8 (count, size, size, 3) and the class of each one's first tile, (count,)."""
    settings = sample_photos.Settings(source="sample_photos")
    found, folder = sample_photos.find(settings), sample_photos.root(settings)
    chosen = np.arange(4 * count).reshape(count, 2, 2) % len(found)
    tiles = {
        row: render_tile(read_image(folder / found[row].path), size // 2, "resize_then_crop")
        for row in np.unique(chosen).tolist()
    }
    mosaics = np.stack([render_mosaic(rows, tiles.__getitem__) for rows in chosen])
    return mosaics, np.array([found[row].class_index for row in chosen[:, 0, 0]])


def superpixels(mosaics: np.ndarray) -> np.ndarray:
    """Return int32 (n, size, size), as the segments stage computes them once for all models."""
    return segment_all(mosaics, [f"sample{row}" for row in range(len(mosaics))])
