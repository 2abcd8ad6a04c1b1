"""Grad-CAM (Selvaraju et al. 2017): activations of the target layer weighted by their mean gradient."""

from saliometer import settings as base

NAME = "gradcam"
LABEL = "Grad-CAM"
SIGNED = False
CONTROL = False
EXPLAINS_LAYER = True
UPSAMPLING = "bilinear"


class Settings(base.Settings):
    """Grad-CAM has no settings of its own; the layer it explains is the model's ``target_layer``."""


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return relu(sum_k w_k A_k), w_k the mean of d logit / d A_k over positions (equations 1 and 2).

    Maps (n, h, w) have the layer's own resolution. They are not stretched to [0, 1]: dividing by the maximum
    changes no score, and subtracting a minimum above zero would take relevance away from every tile.
    """
    from saliometer.methods.engines.cam import class_activation_maps

    return class_activation_maps(model, inputs, targets, weighted_activations, micro_batch)


def weighted_activations(activations, gradients):
    """Combine activations and gradients (m, c, h, w) into maps (m, h, w)."""
    weights = gradients.mean(dim=(2, 3), keepdim=True)
    return (weights * activations).sum(dim=1).relu()
