"""RISE (Petsiuk, Das & Saenko 2018): scores of the mosaic seen through random soft masks."""

from pydantic import Field

from saliometer import settings as base
from saliometer.methods.spec import MethodSpec


class Settings(base.Settings):
    """How many masks, how coarse, and how their scores are averaged."""

    masks: int = Field(1000, ge=2, le=100_000, description="Random masks of each mosaic")
    cells: int = Field(7, ge=2, le=64, description="Cells of a mask along each side, before it is smoothed")
    visible: float = Field(0.5, gt=0, lt=1, description="Probability that a cell is visible")
    centred: bool = Field(
        True,
        description="Average (logit - its mean) x (mask - its mean), which tells for and against; false: the "
        "paper's probability x mask, which rests on a constant and is never negative",
    )


def signed(settings):
    """Tell whether maps hold negative relevance."""
    return settings.centred


def inputs_per_map(settings):
    """Return the number of inputs that pass through the network for a map."""
    return settings.masks


SPEC = MethodSpec(label="RISE", signed=signed, stochastic=True, inputs_per_map=inputs_per_map)


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return the mean over masks of score times mask, divided by the mask's variance, or mean, at a pixel.

    Maps (n, H, W). Centred, the value of a pixel estimates what showing it adds to the logit. Masks hide by
    the mean colour that the model's preprocessing subtracts (zero, as in the paper).
    """
    import torch

    from saliometer.batching import slices
    from saliometer.methods.engines.fills import uniform_image
    from saliometer.methods.engines.perturbations import perturbed_scores, rows_of_one_mosaic

    shape, fill = inputs.shape[2:], uniform_image(model, "mean_colour")
    groups = rows_of_one_mosaic(inputs, seeds)
    drawn = {rows.start: draw(seeds[rows.start], settings) for rows in groups}

    def masks_of(row, cut):
        cells, shifts = drawn[row]
        return smooth(cells[cut].to(inputs.device), shifts[cut], shape)

    def hide(row, cut):
        return fill + (inputs[row] - fill) * masks_of(row, cut)[:, None]

    scores = perturbed_scores(
        model, inputs, targets, seeds, hide, settings.masks, micro_batch, probability=not settings.centred
    )
    if settings.centred:
        scores = scores - scores.mean(dim=1, keepdim=True)
    maps = torch.zeros(len(inputs), *shape, device=inputs.device)
    for rows in groups:
        for cut in slices(settings.masks, micro_batch):
            maps[rows] += torch.tensordot(scores[rows, cut], masks_of(rows.start, cut), dims=1)
    spread = settings.visible * (1 - settings.visible) if settings.centred else settings.visible
    return maps / (settings.masks * spread)


def draw(seed, settings):
    """Draw the masks of a mosaic: cells (masks, cells, cells), 0 or 1, and shifts (masks, 2) in [0, 1)."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    cells = torch.rand(settings.masks, settings.cells, settings.cells, generator=generator)
    shifts = torch.rand(settings.masks, 2, generator=generator)
    return (cells < settings.visible).float(), shifts.tolist()


def smooth(cells, shifts, shape):
    """Enlarge cells (m, per_side, per_side) bilinearly to a cell too many; cut out masks (m, H, W)."""
    import torch

    per_side = cells.shape[-1]
    sizes = [-(-side // per_side) for side in shape]  # of a cell, in pixels
    enlarged = torch.nn.functional.interpolate(
        cells[:, None], size=[size * (per_side + 1) for size in sizes], mode="bilinear", align_corners=False
    )[:, 0]
    corners = [[int(share * size) for share, size in zip(shift, sizes, strict=True)] for shift in shifts]
    return torch.stack(
        [
            mask[top : top + shape[0], left : left + shape[1]]
            for mask, (top, left) in zip(enlarged, corners, strict=True)
        ]
    )
