"""Guided backpropagation (Springenberg et al. 2015): the gradient that every ReLU lets through if positive.

Adebayo et al. (2018) found such maps to depend little on the weights: it is here to be measured.
"""

from saliometer import settings as base
from saliometer.methods.spec import MethodSpec

WITHOUT_RELU = {"attention", "smooth_activation", "squeeze_excitation", "bcos"}


class Settings(base.Settings):
    """Guided backpropagation has no settings."""


def why_not(traits):
    """Say why a network without ReLUs can't be explained: nothing would be guided."""
    strange = sorted(WITHOUT_RELU & set(traits.layers))
    return (
        f"guides gradients through ReLUs, and the network has others ({', '.join(strange)})"
        if strange
        else None
    )


SPEC = MethodSpec(label="Guided backpropagation", why_not=why_not)


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return max over channels of |guided gradient of the logit|, (n, H, W), non-negative."""
    from saliometer.methods.engines.guided_gradients import guided_gradients

    return guided_gradients(model, inputs, targets, micro_batch).abs().amax(dim=1)
