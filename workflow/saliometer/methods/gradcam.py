"""Grad-CAM (Selvaraju et al. 2017): activations of the target layer weighted by their mean gradient.

Not stretched by default: dividing by the maximum changes no score, and subtracting a minimum above zero, as
the preset ``published`` does, takes relevance away from every tile.
"""

from pydantic import Field

from saliometer import settings as base
from saliometer.methods.spec import MethodSpec


class Settings(base.Settings):
    """Grad-CAM; the layer it explains is the model's ``target_layer``."""

    min_max: bool = Field(
        False,
        description="Stretch each map to [0, 1] at the mosaic's size, as the released code does, which "
        "takes relevance from all tiles where the least is above zero",
    )


SPEC = MethodSpec(
    label="Grad-CAM", explains_layer=True, upsampling="bilinear", presets={"published": {"min_max": True}}
)


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return relu(sum_k w_k A_k), w_k the mean of d logit / d A_k over positions (equations 1 and 2).

    Maps (n, h, w) have the layer's own resolution, or that of the mosaic where they are stretched.
    """
    from saliometer.methods.engines.cam import class_activation_maps
    from saliometer.methods.engines.stretching import enlarged, stretched

    maps = class_activation_maps(model, inputs, targets, weighted_activations, micro_batch)
    return stretched(enlarged(maps, inputs.shape[2:])) if settings.min_max else maps


def weighted_activations(activations, gradients):
    """Combine activations and gradients (m, c, h, w) into maps (m, h, w)."""
    weights = gradients.mean(dim=(2, 3), keepdim=True)
    return (weights * activations).sum(dim=1).relu()
