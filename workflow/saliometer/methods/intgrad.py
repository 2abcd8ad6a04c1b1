"""Integrated gradients (Sundararajan, Taly & Yan 2017), by Gauss-Legendre quadrature.

The defaults are the study's. Few steps break completeness, which the residual of each map tells: raise them.
"""

from typing import Literal

from pydantic import Field

from saliometer import settings as base
from saliometer.methods.spec import MethodSpec


class Settings(base.Settings):
    """Where the path starts, and how finely it is integrated."""

    steps: int = Field(30, ge=1, le=1000, description="Points of the Gauss-Legendre rule (the study: 30)")
    baseline: Literal["mid_grey", "mean_colour", "black", "white"] = Field(
        "mid_grey",
        description="Uniform image at which the path starts: half way from black to white (the study), the "
        "mean colour that the model's preprocessing subtracts, black or white",
    )


def inputs_per_map(settings):
    """Return the number of inputs that pass forward and backward for a map."""
    return settings.steps


SPEC = MethodSpec(
    label="Integrated gradients",
    signed=True,
    axiom="completeness",
    presets={"published": {"steps": 30, "baseline": "mid_grey"}},
    inputs_per_map=inputs_per_map,
)


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return the sum over channels of (input - baseline) * integral of the gradient from one to the other.

    Maps (n, H, W); their sums are logit(input) - logit(baseline) but for the error of the quadrature, which
    the residuals give: for them each distinct input, and the baseline, passes forward once more.
    """
    import numpy as np
    import torch

    from saliometer.methods.engines.attribution import Attribution, relative_residuals
    from saliometer.methods.engines.gradients import logits_of_targets, weighted_gradients

    nodes, weights = np.polynomial.legendre.leggauss(settings.steps)  # on [-1, 1]
    shares = torch.as_tensor((nodes + 1) / 2, dtype=inputs.dtype, device=inputs.device).view(-1, 1, 1, 1)
    start = baseline(model, settings.baseline)
    differences = inputs - start

    def along_the_path(rows, samples):
        rows, samples = rows.to(inputs.device), samples.to(inputs.device)
        return start + shares[samples] * differences[rows]

    integrals = weighted_gradients(model, along_the_path, targets, weights / 2, micro_batch)
    maps = (differences * integrals).sum(dim=1)
    ends = (inputs, start.expand_as(inputs))
    reached, left = (logits_of_targets(model, end, targets, micro_batch).double() for end in ends)
    return Attribution(maps, relative_residuals(maps.double().sum(dim=(1, 2)), reached - left))


def baseline(model, name):
    """Return a uniform image as the network sees it, (channels, 1, 1); see Settings for the names."""
    from saliometer.methods.engines.fills import uniform_image

    return uniform_image(model, name)
