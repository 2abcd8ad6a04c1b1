"""What is known of an architecture without torch: the columns of the families' tables."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Architectures(NamedTuple):
    """Architectures of a family that share all of this.

    ``target_layer`` is the module that CAMs explain, the last one with a spatial output (n,c,h,w), or None
    where no module has one. ``smallest_input`` is the least height and width in pixels. ``fixed_input`` says
    that the network takes one size alone, which is ``smallest_input`` but for the weights in ``sizes``.
    ``weights`` are the names of the weights beside "DEFAULT", which is "IMAGENET1K_V1" or the first of them.
    """

    names: tuple[str, ...]
    target_layer: str | None
    smallest_input: int = 1
    fixed_input: bool = False
    weights: tuple[str, ...] = ()
    sizes: Mapping[str, int] = MappingProxyType({})
