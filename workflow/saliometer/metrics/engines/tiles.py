"""Maps cut into the tiles of their mosaics."""

import numpy as np
from numpy.typing import ArrayLike


def cut_into_tiles(saliency: ArrayLike, tile_is_target: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Cut maps at the seams of their mosaics.

    Parameters
    ----------
    saliency : real array of shape (N, height, width)
    tile_is_target : boolean array of shape (N, rows, columns); height must be a multiple of rows and width
        of columns

    Returns
    -------
    tiles : array of shape (N, rows, height / rows, columns, width / columns), a view where there can be one
    tile_is_target : as given, an array

    Raises ValueError for other shapes, sizes that do not divide, or labels that are not boolean.
    """
    saliency, is_target = np.asarray(saliency), np.asarray(tile_is_target)
    if saliency.ndim != 3 or is_target.ndim != 3 or len(saliency) != len(is_target):
        raise ValueError(
            "saliency must be (N, height, width) and tile_is_target (N, rows, columns), "
            f"not {saliency.shape} and {is_target.shape}"
        )
    if is_target.dtype != bool:
        raise ValueError(f"tile_is_target must be boolean, not {is_target.dtype}")
    (n, height, width), (_, rows, columns) = saliency.shape, is_target.shape
    if not rows or not columns or height % rows or width % columns:
        raise ValueError(f"a map of {height} x {width} can't be cut into {rows} x {columns} equal tiles")
    return saliency.reshape(n, rows, height // rows, columns, width // columns), is_target
