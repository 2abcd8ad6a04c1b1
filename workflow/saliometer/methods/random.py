"""Null control: smooth non-negative noise that has seen neither the mosaic nor the model."""

from pydantic import Field

from saliometer import settings as base

NAME = "random"
LABEL = "Random noise"
SIGNED = False
CONTROL = True
EXPLAINS_LAYER = False
UPSAMPLING = "bilinear"


class Settings(base.Settings):
    """How coarse the noise is."""

    resolution: int = Field(
        14, ge=1, le=1024, description="Cells of noise along each side (14: as a CAM at 448 pixels)"
    )


def inputs_per_map(settings):
    """Return the number of inputs that pass through the network for a map: none."""
    return 0


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return independent uniform values in [0, 1), (n, resolution, resolution), from the seeds alone.

    A mosaic has one seed, so its map is the same for each of its classes: the shares of its tiles sum to one.
    """
    import torch

    shape = (settings.resolution, settings.resolution)
    maps = [torch.rand(shape, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
    return torch.stack(maps).to(inputs.device)
