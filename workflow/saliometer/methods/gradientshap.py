"""GradientSHAP, or expected gradients (Erion et al. 2021): integrated gradients averaged over baselines."""

from pydantic import Field

from saliometer import settings as base
from saliometer.methods.spec import MethodSpec


class Settings(base.Settings):
    """How many points are drawn."""

    samples: int = Field(
        30,
        ge=1,
        le=1000,
        description="Points on paths to the mosaic, each from a baseline of its own: a uniform image of a "
        "colour drawn between black and white",
    )


def inputs_per_map(settings):
    """Return the number of inputs that pass through the network for a map."""
    return settings.samples


SPEC = MethodSpec(label="GradientSHAP", signed=True, stochastic=True, inputs_per_map=inputs_per_map)


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return the sum over channels of the mean of (input - baseline) * gradient on the way, (n, H, W).

    Of the ``samples`` points, one lies in each of as many equal parts of the way, at random there: so the
    integral over the way varies less than over points drawn anywhere.
    """
    import numpy as np
    import torch

    from saliometer.methods.engines.gradients import weighted_gradients

    black, white = model.input_bounds()
    drawn = [_draw(seed, settings.samples) for seed in seeds]
    shares, colours = (torch.stack(parts).to(inputs.device) for parts in zip(*drawn, strict=True))
    # Channels beyond three are the colours again, in another code that the bounds know.
    colours = colours.repeat(1, 1, len(black) // 3)[..., None, None]

    def differences(rows, samples):
        rows, samples = rows.to(inputs.device), samples.to(inputs.device)
        return inputs[rows] - (black + colours[rows, samples] * (white - black))

    def on_the_way(rows, samples):
        left = 1 - shares[rows.to(inputs.device), samples.to(inputs.device)]
        return inputs[rows.to(inputs.device)] - left.view(-1, 1, 1, 1) * differences(rows, samples)

    weights = np.full(settings.samples, 1 / settings.samples)
    products = weighted_gradients(model, on_the_way, targets, weights, micro_batch, factors=differences)
    return products.sum(dim=1)


def _draw(seed, samples):
    """Draw how far along the way each point lies, (samples,), and its baseline's colour, (samples, 3).

    Both are in [0, 1).
    """
    import torch

    generator = torch.Generator().manual_seed(seed)
    shares = (torch.arange(samples) + torch.rand(samples, generator=generator)) / samples
    return shares, torch.rand(samples, 3, generator=generator)
