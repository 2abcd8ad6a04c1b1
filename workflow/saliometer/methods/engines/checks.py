"""Arrays that a method is given and returns; what does not fit is one line."""

from collections.abc import Sequence

import numpy as np

from saliometer.errors import UserError


def check_rows(who: str, mosaics: np.ndarray, targets: np.ndarray, ids: Sequence[str]) -> None:
    """Raise UserError unless there are mosaics (n, H, W, 3), integer targets (n,) and ids (n,), n >= 1."""
    if not (np.ndim(mosaics) == 4 and len(mosaics) == len(targets) == len(ids) > 0):
        raise UserError(
            f"{who}: mosaics {np.shape(mosaics)}, {len(targets)} targets, {len(ids)} ids; "
            "give (n, H, W, 3) with n of each, at least one"
        )
    if targets.ndim != 1 or not np.issubdtype(targets.dtype, np.integer):
        raise UserError(f"{who}: targets are {targets.dtype} {targets.shape}; give integers (n,)")


def check_segments(
    who: str, model: str, segments: np.ndarray, shape: tuple[int, int, int], names: Sequence[str]
) -> None:
    """Raise UserError unless segments are integers from 0, of mosaics of shape (n, H, W), two in each.

    Parameters: ``who`` and ``model`` begin the message, ``names`` (n,) are what it calls the mosaics.
    """
    if segments.shape != shape or not (np.issubdtype(segments.dtype, np.integer) and segments.min() >= 0):
        raise UserError(
            f"{who}: segments are {segments.dtype} {segments.shape} for mosaics {(*shape, 3)}; give integers "
            "(n, H, W), numbered from 0"
        )
    lone = segments.min(axis=(1, 2)) == segments.max(axis=(1, 2))
    if lone.any():
        name = names[int(np.argmax(lone))]
        raise UserError(
            f"{who} on model {model}: mosaic {name} is one "
            "segment, which leaves nothing to compare; set a lower max_distance of segments"
        )


def check_output(who: str, maps, residuals, n: int, size: tuple[int, int] | None) -> None:
    """Raise UserError unless an ``attribute``, perhaps of a user's own, returned what it must.

    Parameters: ``maps`` float (n, h, w), of ``size`` where one is given, and ``residuals`` float (n,).
    """
    import torch

    for what, output, axes in (("maps", maps, 3), ("residuals", residuals, 1)):
        is_tensor = isinstance(output, torch.Tensor)
        is_plain = is_tensor and output.layout is torch.strided and not output.is_meta
        fits = is_plain and output.is_floating_point() and output.ndim == axes and len(output) == n
        if fits and (axes == 1 or size is None or tuple(output.shape[1:]) == size):
            continue
        returned = f"{output.dtype} {tuple(output.shape)}" if is_tensor else type(output).__name__
        if is_tensor and not is_plain:
            returned = (
                f"{returned} without values" if output.is_meta else f"{returned} laid out as {output.layout}"
            )
        expected = f"({n}, h, w)" if size is None else f"({n}, {size[0]}, {size[1]})"
        raise UserError(
            f"{who}: its attribute returned {returned} as {what}; return a float tensor "
            f"{expected if what == 'maps' else f'({n},)'}"
        )


def check_finite(who: str, maps: np.ndarray, names: Sequence[str], targets: Sequence[int]) -> None:
    """Raise UserError for maps (n, h, w) with NaN or infinite values; it names the first of their mosaics."""
    finite = np.isfinite(maps).all(axis=(1, 2))
    if not finite.all():
        row = int(np.argmin(finite))
        raise UserError(
            f"{who}: the map of mosaic {names[row]} for class {targets[row]} is not finite; "
            "check the model's weights, mean and sd"
        )
