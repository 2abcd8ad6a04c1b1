"""Gradient of the target logit (Simonyan, Vedaldi & Zisserman 2014): the largest magnitude over channels."""

from saliometer import settings as base
from saliometer.methods.spec import MethodSpec


class Settings(base.Settings):
    """The plain gradient has no settings."""


SPEC = MethodSpec(label="Gradient")


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return max over colours of |d logit / d input|, (n, H, W), non-negative."""
    from saliometer.methods.engines.colours import by_colour
    from saliometer.methods.engines.gradients import input_gradients

    return by_colour(model, input_gradients(model, inputs, targets, micro_batch)).abs().amax(dim=1)
