"""What the study's released code does to maps afterwards, for the preset ``published``."""

import torch


def enlarged(maps: torch.Tensor, size: torch.Size) -> torch.Tensor:
    """Enlarge maps (n, h, w) to the size (H, W) of the mosaics, bilinearly and sampled at pixel centres."""
    return torch.nn.functional.interpolate(maps[:, None], size=size, mode="bilinear", align_corners=False)[
        :, 0
    ]


def stretched(maps: torch.Tensor) -> torch.Tensor:
    """Stretch each map (n, h, w) to [0, 1]; a constant one becomes 0, where that code divides by 0."""
    least, most = maps.amin(dim=(1, 2), keepdim=True), maps.amax(dim=(1, 2), keepdim=True)
    return (maps - least) / torch.where(most > least, most - least, 1)
