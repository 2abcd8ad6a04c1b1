"""Occlusion (Zeiler & Fergus 2014): how far the logit falls when a window of the mosaic is covered."""

from typing import Literal

from pydantic import Field

from saliometer import settings as base
from saliometer.methods.spec import MethodSpec


class Settings(base.Settings):
    """How many windows there are, and what covers them."""

    windows: int = Field(
        12,
        ge=1,
        le=64,
        description="Windows along each side, each overlapping half of the next; an even number keeps their "
        "edges off the middle of the mosaic, where tiles meet",
    )
    fill: Literal["mid_grey", "mean_colour", "black", "white"] = Field(
        "mean_colour", description="Uniform colour of a covered window, named as the baselines of intgrad"
    )


def inputs_per_map(settings):
    """Return the number of inputs that pass through the network for a map."""
    return settings.windows**2 + 1


SPEC = MethodSpec(label="Occlusion", signed=True, inputs_per_map=inputs_per_map)


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return, for each pixel, the mean of logit(mosaic) - logit(covered) over the windows that hold it.

    Maps (n, H, W). Windows are a regular grid, whatever the seed.
    """
    import torch

    from saliometer.methods.engines.fills import uniform_image
    from saliometer.methods.engines.perturbations import perturbed_scores

    height, width = inputs.shape[2:]
    down, across = (
        torch.tensor(covered(size, settings.windows), device=inputs.device) for size in (height, width)
    )
    fill = uniform_image(model, settings.fill)
    per_side = settings.windows

    def cover(row, cut):
        numbers = torch.arange(cut.start, cut.stop, device=inputs.device)
        rows, columns = (numbers // per_side).clamp(max=per_side - 1), numbers % per_side
        masks = down[rows][:, :, None] & across[columns][:, None, :]
        masks &= (numbers < per_side**2)[:, None, None]  # the last copy is the mosaic itself
        return torch.where(masks[:, None], fill, inputs[row])

    same = [0] * len(inputs)
    logits = perturbed_scores(model, inputs, targets, same, cover, per_side**2 + 1, micro_batch)
    drops = (logits[:, -1:] - logits[:, :-1]).view(-1, per_side, per_side)
    down, across = down.to(drops.dtype), across.to(drops.dtype)
    counts = down.sum(dim=0)[:, None] * across.sum(dim=0)
    return down.T @ drops @ across / counts


def covered(size, windows):
    """Return which pixels of a side each window covers: nested lists of booleans (windows, size)."""
    edges = [round(number * size / (windows + 1)) for number in range(windows + 2)]
    return [[edges[n] <= pixel < edges[n + 2] for pixel in range(size)] for n in range(windows)]
