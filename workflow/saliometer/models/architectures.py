"""What is known of an architecture without torch: the columns of the families' tables."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

# What a plain network of convolutions, batch norms, ReLUs and pooling does not have. "smooth_activation" is
# SiLU, GELU or Hardswish between layers; the gate of a squeeze-and-excitation counts as that alone.
LAYERS = ("attention", "layer_norm", "squeeze_excitation", "smooth_activation", "bcos")
# Of a layer's output: channels before or after rows and columns, or a class token and then those of the grid.
LAYOUTS = ("nchw", "nhwc", "tokens")


class Architectures(NamedTuple):
    """Architectures of a family that share all of this.

    ``target_layer`` is the module that CAMs explain, the last one with a spatial output on which the logits
    depend, or None where no module has one; ``layout`` is that of its output, one of LAYOUTS.
    ``smallest_input`` is the least height and width in pixels. ``fixed_input`` says that the network takes
    one size alone, which is ``smallest_input`` but for the weights in ``sizes``.
    ``weights`` are the names of the weights beside "DEFAULT", which is "IMAGENET1K_V1" or the first of them.
    ``layers`` are the kinds of layers, of LAYERS, that not every explanation method can go through.
    ``complements`` says that the network sees six channels, not normalised: pixels of [0, 1] and what they
    lack to 1.
    """

    names: tuple[str, ...]
    target_layer: str | None
    smallest_input: int = 1
    fixed_input: bool = False
    weights: tuple[str, ...] = ()
    sizes: Mapping[str, int] = MappingProxyType({})
    layers: tuple[str, ...] = ()
    layout: str = "nchw"
    complements: bool = False
