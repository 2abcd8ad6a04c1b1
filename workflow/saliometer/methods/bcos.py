"""The contributions of B-cos networks (Böhle, Fritz & Schiele 2022): what each pixel adds to the logit.

Where the default differs from the study (preset "published"): the study shrinks mosaics to 224 pixels for
B-cos networks alone, and compares their maps with those of networks that saw 448. The default shows them the
mosaic as it is.
"""

from pydantic import Field

from saliometer import settings as base
from saliometer.methods.spec import MethodSpec


class Settings(base.Settings):
    """What the network sees of the mosaic."""

    input_size: int | None = Field(
        None,
        ge=1,
        le=4096,
        description="Pixels of the mosaic's shorter side as the network sees it, resized bilinearly (the "
        "study: 224; default: as it is)",
    )


def why_not(traits):
    """Say why a network without B-cos layers can't be explained."""
    if "bcos" in traits.layers:
        return None
    return "explains B-cos networks alone, such as bcos_resnet50"


def why_not_disconnected(settings):
    """Say why tiles of a disconnected grid would not be apart from each other; None where they are."""
    if settings.input_size is None:
        return None
    return "input_size shrinks the mosaic before it is cut into tiles, which mixes them; leave it out"


SPEC = MethodSpec(
    label="B-cos",
    signed=True,
    upsampling="nearest",
    axiom="sum_to_logit",
    presets={"published": {"input_size": 224}},
    why_not=why_not,
    why_not_disconnected=why_not_disconnected,
)


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return the sum over channels of x * W(x), where W(x) x is the logit without the constant bias.

    Maps (n, h, w), signed, at the size that the network sees; with the residual of their sum to that logit.
    """
    from saliometer.methods.engines.attribution import Attribution, relative_residuals
    from saliometer.methods.engines.dynamic_linear import contributions

    if settings.input_size is not None:
        inputs = resized(model, inputs, settings.input_size)
    products, logits = contributions(model, inputs, targets, micro_batch)
    sums = products.double().sum(dim=(1, 2, 3))
    return Attribution(products.sum(dim=1), relative_residuals(sums, logits.double()))


def resized(model, inputs, shorter):
    """Resize inputs (n, channels, H, W) to so many pixels of the shorter side, as photographs are shrunk.

    Colours and complements are resized alike, so that they stay each other's complements.
    Raises UserError for a size that the network does not take.
    """
    from torch.nn.functional import interpolate

    from saliometer.errors import UserError

    height, width = (round(side * shorter / min(inputs.shape[2:])) for side in inputs.shape[2:])
    if not model.takes(height, width):
        raise UserError(
            f"method bcos on model {model.name}: the network does not take {height}x{width} pixels; "
            "set a larger input_size"
        )
    return interpolate(inputs, (height, width), mode="bilinear", align_corners=False, antialias=True)
