"""Engine: copies of a mosaic of which some segments are covered, gathered on the device."""

import numpy as np
import torch


def covered_copies(
    image: torch.Tensor, fill: torch.Tensor, labels: torch.Tensor, visible: torch.Tensor
) -> torch.Tensor:
    """Return copies of one image, each with some of its segments covered, (m, channels, H, W).

    Parameters
    ----------
    image : normalised, (channels, H, W)
    fill : what covers, (channels, 1, 1) or (channels, H, W)
    labels : int64 (H, W), the segment of each pixel, from 0
    visible : bool (m, segments), the segments that each copy shows
    """
    shown = visible.index_select(1, labels.flatten()).view(-1, 1, *labels.shape)
    return torch.where(shown, image, fill)


def squares(height: int, width: int, per_side: int) -> np.ndarray:
    """Label a regular grid of ``per_side`` x ``per_side`` squares row by row: int64 (height, width).

    Pixel i belongs to row floor(i per_side / height), as when a small map is enlarged by the rule "nearest".
    """
    rows, columns = (np.arange(size) * per_side // size for size in (height, width))
    return rows[:, None] * per_side + columns
