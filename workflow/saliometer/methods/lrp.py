"""Layer-wise relevance propagation (Bach et al. 2015; Montavon et al. 2019).

The default is the composite that the field has settled on: z-box at the pixels, z+ (alpha 1, beta 0) at
convolutions, epsilon at linear layers, batch norms folded into the convolutions before them.

Where the released code of the study (preset "published") differs, and why the default does:

- Its z-box ends at the darkest and the brightest value of each image over all channels, so that the same
  patch is explained otherwise in another mosaic. Ours ends at black and white in each channel, which bound
  every image. The flat rule, the usual alternative, would tell pixels under one kernel nothing apart.
- It sends relevance through a batch norm y = w x + b by the share |w x| / (|w x| + |b|), which depends on how
  a network is written down: folding changes the map though it changes no output. Ours folds wherever a
  batch norm alone follows a convolution; where it doesn't (DenseNet), the share is what remains.
- It leaves biases out of the denominators and adds its epsilon without a sign. So a logit whose bias brings
  it below zero turns the whole map around, and so does one that is between -epsilon and 0. In ours the
  denominator is the output itself, with epsilon of its sign: R / output is positive, whatever the logit.

Both start at the target logit. To start at 1 or at |logit| would seem never to flip a sign, and does the
reverse: at a linear layer an input then gets a w / logit, which turns around when the logit's sign does. A
constant added to all logits changes no probability, and with ours no map: on mosaics of photographs whose
logits were shifted below zero, the target tile kept .77 of the positive relevance, against .22 with |logit|
or with the study's rules (chance .25).

At convolutions whose inputs have both signs, the released code shares relevance out once among the positive
and once among the negative ones. The networks of the study have no such layer; here both share it once.
"""

from typing import Literal

from pydantic import Field

from saliometer import settings as base
from saliometer.methods.spec import MethodSpec

# Kinds of layers without a rule, as an architecture's traits name them, in words.
WITHOUT_RULE = {
    "attention": "attention",
    "layer_norm": "layer normalisation",
    "squeeze_excitation": "squeeze-and-excitation",
    "smooth_activation": "activations other than ReLU and ReLU6",
    "bcos": "B-cos layers",
}


class Settings(base.Settings):
    """The rules: z-box at the first layer, z+ at convolutions, epsilon at linear layers."""

    pixel_bounds: Literal["model", "image"] = Field(
        "model",
        description="Where the z-box rule of the first layer ends: black and white of each channel, or least "
        "and greatest value of each image over all channels (the study)",
    )
    batch_norm: Literal["folded", "proportional"] = Field(
        "folded",
        description="Batch norms become part of the convolution before where that is exact, or all pass on "
        "the share of their input beside their bias (the study)",
    )
    biases: Literal["absorb", "left_out"] = Field(
        "absorb",
        description="Biases keep their share of the relevance, or are left out of denominators (the study)",
    )
    epsilon: float = Field(
        1e-6,
        ge=0,
        le=10,
        description="Damping of linear layers, in root mean squares of the layer's outputs (the study: 0.25)",
    )
    epsilon_sign: Literal["output", "positive"] = Field(
        "output", description="Epsilon has the sign of each output, or is added as it is (the study)"
    )


def why_not(traits):
    """Return in words why architectures of these traits can't be explained, or None."""
    lacking = [words for kind, words in WITHOUT_RULE.items() if kind in traits.layers]
    return f"LRP has no rule for {', '.join(lacking)}" if lacking else None


SPEC = MethodSpec(
    label="LRP",
    signed=True,
    axiom="conservation",
    presets={
        "published": {
            "pixel_bounds": "image",
            "batch_norm": "proportional",
            "biases": "left_out",
            "epsilon": 0.25,
            "epsilon_sign": "positive",
        }
    },
    why_not=why_not,
)


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return the relevance of pixels, summed over channels, (n, H, W), and the residuals of conservation.

    A map sums to the target logit, but for what biases absorb and epsilon damps.
    Raises UserError naming the model for a network that holds any layer or function without a rule.
    """
    from saliometer.methods.engines.relevance.maps import relevance_maps
    from saliometer.methods.engines.tilewise import explain_by_tiles

    def bounds(shown):
        if settings.pixel_bounds == "model":
            return model.input_bounds()
        return shown.amin(dim=(1, 2, 3), keepdim=True), shown.amax(dim=(1, 2, 3), keepdim=True)

    rules, fold = composite(settings), settings.batch_norm == "folded"

    def explain(model, inputs, targets):
        return relevance_maps(model, inputs, targets, rules, fold, bounds, micro_batch)

    if model.grid != (1, 1):
        return explain_by_tiles(explain, model, inputs, targets, micro_batch)
    return explain(model, inputs, targets)


def composite(settings):
    """Return the rules that depend on settings, as pairs of classes of layers and their rule."""
    from torch import nn

    from saliometer.methods.engines.relevance.rules import Epsilon, Normalisation, ZPlus

    biases = settings.biases == "absorb"
    return (
        ((nn.Conv2d,), ZPlus(biases)),
        ((nn.Linear,), Epsilon(biases, settings.epsilon, settings.epsilon_sign == "output")),
        ((nn.BatchNorm1d, nn.BatchNorm2d), Normalisation()),
    )
