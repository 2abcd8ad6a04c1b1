"""SmoothGrad (Smilkov et al. 2017): the gradient averaged over noisy copies of the input.

Samples and noise are the study's; its released code also stretches each map to [0, 1] (``published``, see
gradcam).
"""

from pydantic import Field

from saliometer import settings as base
from saliometer.methods.spec import MethodSpec


class Settings(base.Settings):
    """How many noisy copies, and how noisy; the defaults are the study's."""

    samples: int = Field(10, ge=1, le=1000, description="Noisy copies of each mosaic")
    noise_level: float = Field(
        0.2,
        ge=0,
        le=10,
        description="Standard deviation of the noise, as a share of the normalised mosaic's max - min",
    )
    min_max: bool = Field(
        False,
        description="Stretch each map to [0, 1] at the mosaic's size, as the released code does, which "
        "takes relevance from all tiles where the least is above zero",
    )


def inputs_per_map(settings):
    """Return the number of inputs that pass through the network for a map."""
    return settings.samples


SPEC = MethodSpec(
    label="SmoothGrad",
    stochastic=True,
    presets={"published": {"min_max": True}},
    inputs_per_map=inputs_per_map,
)


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return max over colours of |mean over samples of d logit / d (input + noise)|, (n, H, W).

    The noise of a map comes from its own seed, drawn on the CPU one sample after the other, so that neither
    the batch nor the device changes it.
    """
    import numpy as np
    import torch

    from saliometer.methods.engines.colours import as_channels, by_colour
    from saliometer.methods.engines.gradients import weighted_gradients
    from saliometer.methods.engines.stretching import stretched

    every, colours = (1, 2, 3), inputs[:, :3]  # complements may follow
    deviations = settings.noise_level * (colours.amax(every, True) - colours.amin(every, True))
    noise = _noise(seeds, settings.samples, colours.shape[1:])

    def noisy(rows, samples):
        drawn = torch.stack([next(noise) for _ in range(len(rows))]).to(inputs.device)
        rows = rows.to(inputs.device)
        return inputs[rows] + as_channels(model, deviations[rows] * drawn)

    weights = np.full(settings.samples, 1 / settings.samples)
    gradients = weighted_gradients(model, noisy, targets, weights, micro_batch)
    maps = by_colour(model, gradients).abs().amax(dim=1)
    return stretched(maps) if settings.min_max else maps


def _noise(seeds, samples, shape):
    """Yield standard normal noise of a shape for every map and sample, samples within maps."""
    import torch

    for seed in seeds:
        generator = torch.Generator().manual_seed(seed)
        for _ in range(samples):
            yield torch.randn(shape, generator=generator)
