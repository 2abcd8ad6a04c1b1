"""Bringing a map of a method's own resolution to the size of the mosaic."""

import numpy as np

RULES = ("bilinear", "nearest", "none")


def upsample(maps: np.ndarray, height: int, width: int, rule: str) -> np.ndarray:
    """Resize maps by a declared rule.

    Parameters
    ----------
    maps : real array of shape (N, h, w)
    height, width : the wanted size in pixels
    rule : "bilinear", sampled at pixel centres, edges repeated (torch's ``interpolate`` with
        ``align_corners=False``); "nearest", value i of the result is value floor(i h / height) (torch's
        ``nearest``); or "none", the maps must already have the wanted size

    Returns
    -------
    float32 array of shape (N, height, width)

    Raises ValueError for another shape or rule, and when rule "none" would need a resize.
    """
    maps = np.asarray(maps, dtype=np.float32)
    if maps.ndim != 3 or 0 in maps.shape[1:]:
        raise ValueError(f"maps must be (N, h, w) and not empty, not {maps.shape}")
    if rule not in RULES:
        raise ValueError(f"unknown upsampling rule {rule!r}; one of {', '.join(RULES)}")
    if maps.shape[1:] == (height, width):
        return maps
    if rule == "none":
        raise ValueError(f"maps of {maps.shape[1:]} are not of the mosaic's size {(height, width)}")
    if rule == "nearest":
        rows, columns = _nearest(maps.shape[1], height), _nearest(maps.shape[2], width)
        return maps[:, rows[:, None], columns]
    # Stacked matrix products: each map is its own product, so the size of the batch changes no bit.
    return bilinear_weights(maps.shape[1], height) @ maps @ bilinear_weights(maps.shape[2], width).T


def bilinear_weights(size: int, wanted: int) -> np.ndarray:
    """Return the (wanted, size) float32 matrix of linear interpolation along one axis; each row sums to 1."""
    position = np.clip((np.arange(wanted) + 0.5) * (size / wanted) - 0.5, 0, size - 1)
    lower = np.floor(position).astype(int)
    upper = np.minimum(lower + 1, size - 1)
    weights = np.zeros((wanted, size))
    index = np.arange(wanted)
    weights[index, lower] += 1 - (position - lower)
    weights[index, upper] += position - lower
    return weights.astype(np.float32)


def _nearest(size: int, wanted: int) -> np.ndarray:
    return np.arange(wanted) * size // wanted
