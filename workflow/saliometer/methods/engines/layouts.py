"""Outputs of layers as maps of channels, however they are laid out (``models.architectures.LAYOUTS``)."""

from math import isqrt

import torch

DIMENSIONS = {"nchw": 4, "nhwc": 4, "tokens": 3}
SHAPES = {"nchw": "(n, c, h, w)", "nhwc": "(n, h, w, c)", "tokens": "(n, 1 + h * w, c), a class token first"}


def channels_first(output: torch.Tensor, layout: str) -> torch.Tensor:
    """Return a layer's output as (n, c, h, w); of tokens without the class token, of a square grid."""
    if layout == "nchw":
        return output
    if layout == "nhwc":
        return output.permute(0, 3, 1, 2)
    side = isqrt(output.shape[1] - 1)
    return output[:, 1:].unflatten(1, (side, side)).permute(0, 3, 1, 2)


def joined(parts: torch.Tensor, grid: tuple[int, int]) -> torch.Tensor:
    """Put the outputs of the parts of images, (n x rows x columns, c, h, w), together: (n, c, H, W)."""
    if grid == (1, 1):
        return parts
    return parts.unflatten(0, (-1, *grid)).permute(0, 3, 1, 4, 2, 5).flatten(4, 5).flatten(2, 3)


def has_layout(output: object, layout: str, height: int, width: int) -> bool:
    """Say whether a layer's output can be laid out so, for an input of so many pixels.

    Rows and columns must be about as many as the input's proportions ask: where channels are taken for rows,
    as in the inner layers of a ConvNeXt, they are not.
    """
    if not (isinstance(output, torch.Tensor) and output.ndim == DIMENSIONS[layout]):
        return False
    if layout == "tokens" and isqrt(output.shape[1] - 1) ** 2 != output.shape[1] - 1:
        return False
    rows, columns = channels_first(output, layout).shape[2:]
    return abs(columns * height - rows * width) <= height + width
