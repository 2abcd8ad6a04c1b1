"""The same map scored with the labels of the tiles rotated: what it scores where it is asked the wrong tiles.

A map that knows where the target is scores below its own score; one that likes some places, edges or large
values whatever is asked scores the same on average. So it is an anchor at each method's own resolution.
"""

import numpy as np


def all_rotations(tile_is_target: np.ndarray) -> np.ndarray:
    """Return the cyclic rotations of the pattern of target tiles in reading order, the original first.

    Parameters: booleans (N, rows, columns). Returns booleans (rows x columns, N, rows, columns).
    """
    n, rows, columns = tile_is_target.shape
    flat = tile_is_target.reshape(n, rows * columns)
    rotated = [np.roll(flat, places, axis=1) for places in range(rows * columns)]
    return np.stack(rotated).reshape(-1, n, rows, columns)


def mean_of_others(values: np.ndarray, labellings: np.ndarray) -> np.ndarray:
    """Average a metric over the labellings that are not the original one.

    Parameters: ``values`` (L, N), the metric with each labelling; ``labellings`` (L, N, rows, columns), as
    ``all_rotations`` gives them. Returns (N,), NaN where the metric is undefined with any of these
    labellings, and where there are none: all tiles are targets, or no tile is.
    """
    differs = (labellings != labellings[0]).any(axis=(2, 3))
    sums, counts = np.where(differs, values, 0.0).sum(axis=0), differs.sum(axis=0)
    return np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
