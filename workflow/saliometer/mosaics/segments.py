"""Superpixels of mosaics, computed once for all models and methods that perturb segments."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from saliometer import settings as base
from saliometer.seeds import seed_from


class Settings(base.Settings):
    """Quickshift (Vedaldi & Soatto 2008), with the values of the study."""

    kernel_size: float = Field(4.0, ge=1, le=64, description="Width of the density kernel in pixels")
    max_distance: float = Field(200.0, gt=0, description="Cut-off of distances; higher gives fewer segments")
    ratio: float = Field(
        0.2, ge=0, le=1, description="Weight of colour against space; higher follows colour more"
    )


def segment_all(mosaics: np.ndarray, ids: Sequence[str]) -> np.ndarray:
    """Segment mosaics with the default settings, as from Python; rows of one mosaic that follow share work.

    Parameters: ``mosaics`` uint8 (n, height, width, 3); ``ids`` (n,), for the seeds.
    Returns int32 (n, height, width).
    """
    segments: list[np.ndarray] = []
    for row, (mosaic, item) in enumerate(zip(mosaics, ids, strict=True)):
        if row and item == ids[row - 1] and np.array_equal(mosaic, mosaics[row - 1]):
            segments.append(segments[-1])
        else:
            segments.append(segment(mosaic, Settings(), seed_from("segments", str(item))))
    return np.stack(segments)


def segment(mosaic: np.ndarray, settings: Settings, seed: int) -> np.ndarray:
    """Segment one mosaic.

    Parameters: ``mosaic`` uint8 (height, width, 3); ``seed`` of the noise that quickshift breaks ties
    with. Returns int32 (height, width), labels from 0 without gaps.
    """
    from skimage.segmentation import quickshift  # slow to import, and the workflow reads Settings

    labels = quickshift(
        mosaic,
        ratio=settings.ratio,
        kernel_size=settings.kernel_size,
        max_dist=settings.max_distance,
        rng=seed % 2**31,  # scikit-image takes a C int here
    )
    return np.unique(labels, return_inverse=True)[1].reshape(labels.shape).astype(np.int32)
