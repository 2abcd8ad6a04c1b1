"""LayerCAM (Jiang et al. 2021): each activation of the target layer weighted by its own positive gradient."""

from saliometer import settings as base
from saliometer.methods.spec import MethodSpec


class Settings(base.Settings):
    """LayerCAM has no settings of its own; the layer it explains is the model's ``target_layer``."""


SPEC = MethodSpec(label="LayerCAM", explains_layer=True, upsampling="bilinear")


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return relu(sum_k relu(d logit / d A_k) A_k) at each position (equations 4 and 5 of TIP 30, 5875).

    Maps (n, h, w) have the layer's own resolution.
    """
    from saliometer.methods.engines.cam import class_activation_maps

    return class_activation_maps(model, inputs, targets, weighted_activations, micro_batch)


def weighted_activations(activations, gradients):
    """Combine activations and gradients (m, c, h, w) into maps (m, h, w)."""
    return (gradients.relu() * activations).sum(dim=1).relu()
