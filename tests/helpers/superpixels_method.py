"""A method of a user's own that needs superpixels and promises something: no explanation of anything."""

from pydantic import Field

from saliometer import settings as base
from saliometer.methods.spec import MethodSpec


class Settings(base.Settings):
    """What to multiply by."""

    factor: float = Field(1.0, ge=0, description="What labels are multiplied by")


def signed(settings):
    return settings.factor > 10


SPEC = MethodSpec(
    label="Superpixels",
    signed=signed,
    needs_segments=True,
    axiom="completeness",
    presets={"published": {"factor": 2.0}},
)


def attribute(model, inputs, targets, seeds, settings, micro_batch=None, segments=None):
    """Return the label of each pixel, which are said to add up to the class asked."""
    import torch

    from saliometer.methods.engines.attribution import Attribution, relative_residuals

    maps = settings.factor * torch.as_tensor(segments).float()
    return Attribution(maps, relative_residuals(maps.double().sum(dim=(1, 2)), targets.double()))
