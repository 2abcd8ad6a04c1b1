"""Integrated gradients (Sundararajan, Taly & Yan 2017), by Gauss-Legendre quadrature."""

from typing import Literal

from pydantic import Field

from saliometer import settings as base

NAME = "intgrad"
LABEL = "Integrated gradients"
SIGNED = True
CONTROL = False
EXPLAINS_LAYER = False
UPSAMPLING = "none"


class Settings(base.Settings):
    """Where the path starts, and how finely it is integrated."""

    steps: int = Field(30, ge=1, le=1000, description="Points of the Gauss-Legendre rule (the study: 30)")
    baseline: Literal["mid_grey", "mean_colour", "black", "white"] = Field(
        "mid_grey",
        description="Uniform image at which the path starts: half way from black to white (the study), the "
        "mean colour that the model's preprocessing subtracts, black or white",
    )


def inputs_per_map(settings):
    """Return the number of inputs that pass through the network for a map."""
    return settings.steps


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return the sum over channels of (input - baseline) * integral of the gradient from one to the other.

    Maps (n, H, W); their sums are logit(input) - logit(baseline) but for the error of the quadrature.
    """
    import numpy as np
    import torch

    from saliometer.methods.engines.gradients import weighted_gradients

    nodes, weights = np.polynomial.legendre.leggauss(settings.steps)  # on [-1, 1]
    shares = torch.as_tensor((nodes + 1) / 2, dtype=inputs.dtype, device=inputs.device).view(-1, 1, 1, 1)
    start = baseline(model, settings.baseline)
    differences = inputs - start

    def along_the_path(rows, samples):
        rows, samples = rows.to(inputs.device), samples.to(inputs.device)
        return start + shares[samples] * differences[rows]

    integrals = weighted_gradients(model, along_the_path, targets, weights / 2, micro_batch)
    return (differences * integrals).sum(dim=1)


def baseline(model, name):
    """Return the normalised value of a uniform image, (3, 1, 1); see Settings for the names."""
    black, white = model.input_bounds()
    values = {"black": black, "white": white, "mid_grey": (black + white) / 2, "mean_colour": black * 0}
    return values[name]
