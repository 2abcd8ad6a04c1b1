"""Grad-CAM++ (Chattopadhay et al. 2018): positive gradients weighted by how much each position explains.

The preset ``published`` adds the released code's epsilon, which outweighs alpha's denominator where
gradients are small, and stretches each map to [0, 1] before and after enlarging it (see gradcam).
Where activations of the target layer can be negative, which they can't in the networks of the study, the
released code rectifies less than the paper, and this preset does not follow it.
"""

from functools import partial

from pydantic import Field

from saliometer import settings as base
from saliometer.methods.spec import MethodSpec


class Settings(base.Settings):
    """Grad-CAM++; the layer it explains is the model's ``target_layer``."""

    epsilon: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Added to alpha's denominator; the study's 1e-6 outweighs it where gradients are small",
    )
    min_max: bool = Field(
        False,
        description="Stretch each map to [0, 1] at the mosaic's size, as the released code does, which "
        "takes relevance from all tiles where the least is above zero",
    )


SPEC = MethodSpec(
    label="Grad-CAM++",
    explains_layer=True,
    upsampling="bilinear",
    presets={"published": {"epsilon": 1e-6, "min_max": True}},
)


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return relu(sum_k w_k A_k), w_k = sum over positions of alpha_k * relu(d logit / d A_k).

    Alpha is that of a score that is the exponential of the logit (equation 19 of arXiv 1710.11063), whose
    derivatives are exp(logit) times powers of the logit's gradient; that common positive factor is left
    out. Maps (n, h, w) have the layer's own resolution, or that of the mosaic where they are stretched.
    """
    from saliometer.methods.engines.cam import class_activation_maps
    from saliometer.methods.engines.stretching import enlarged, stretched

    combine = partial(weighted_activations, epsilon=settings.epsilon)
    maps = class_activation_maps(model, inputs, targets, combine, micro_batch)
    return stretched(enlarged(stretched(maps), inputs.shape[2:])) if settings.min_max else maps


def weighted_activations(activations, gradients, epsilon=0.0):
    """Combine activations and gradients (m, c, h, w) into maps (m, h, w).

    For a gradient g > 0, alpha g = g^3 / (2 g^2 + S g^3 + epsilon) with S the sum of the channel's
    activations; divided by g^2 nothing underflows. The paper's activations are rectified: of those of a layer
    that are not, S takes the positive part, which keeps the denominator from vanishing.
    """
    positive = gradients.relu()
    mass = activations.relu().sum(dim=(2, 3), keepdim=True)
    denominators = 2 + mass * positive
    if epsilon:
        denominators = denominators + epsilon / positive.square()  # infinite without a gradient: no weight
    weights = (positive / denominators).sum(dim=(2, 3), keepdim=True)
    return (weights * activations).sum(dim=1).relu()
