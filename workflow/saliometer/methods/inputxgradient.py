"""Input times gradient (Shrikumar et al. 2016), summed over channels."""

from saliometer import settings as base
from saliometer.methods.spec import MethodSpec


class Settings(base.Settings):
    """Input times gradient has no settings."""


SPEC = MethodSpec(label="Input \N{MULTIPLICATION SIGN} gradient", signed=True)


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return the sum over channels of input * d logit / d input, (n, H, W).

    The input is the normalised one, so pixels of the normalisation's mean colour get no relevance.
    """
    from saliometer.methods.engines.gradients import input_gradients

    return (inputs * input_gradients(model, inputs, targets, micro_batch)).sum(dim=1)
