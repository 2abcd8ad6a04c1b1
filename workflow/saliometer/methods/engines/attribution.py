"""What a method with an axiom returns: maps, and how far each is from what its own axiom demands."""

from typing import NamedTuple

import torch


class Attribution(NamedTuple):
    """Maps (n, h, w) and their residuals (n,), as ``relative_residuals`` gives them; both float32."""

    maps: torch.Tensor
    residuals: torch.Tensor


def relative_residuals(sums: torch.Tensor, demanded: torch.Tensor) -> torch.Tensor:
    """Return (sum of the map - what the axiom demands) / |what it demands|, NaN where that is 0.

    Parameters: both (n,), on one device; sums of many pixels are best taken in float64. Returns float32 (n,).
    """
    shares = (sums - demanded) / demanded.abs()
    return shares.masked_fill(demanded == 0, torch.nan).float()
