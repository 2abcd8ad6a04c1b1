"""The one interface through which everything else sees a network."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from saliometer.errors import UserError
from saliometer.models import families
from saliometer.models.architectures import Architectures

if TYPE_CHECKING:
    import torch

    from saliometer.models.folding import Folded


class Built(NamedTuple):
    """What the ``build`` of a family returns.

    ``mean`` and ``sd`` are per channel in RGB units of [0, 1]; ``target_layer`` is the dotted name of the
    module that CAMs explain, or None; ``smallest_input`` is in pixels.
    """

    network: torch.nn.Module
    mean: tuple[float, float, float]
    sd: tuple[float, float, float]
    target_layer: str | None
    smallest_input: int = 1


@dataclass(frozen=True, eq=False)
class Model:
    """A classifier of RGB images with its preprocessing, frozen, on its device.

    ``target_layer`` is the module that CAMs explain, whose output has the ``layout`` "nchw", "nhwc" or
    "tokens" (see ``models.architectures``); None where the network has no such module. The network takes
    images of at least ``smallest_input`` pixels each way, and of exactly so many where ``fixed_input``. It
    sees three normalised channels, or with ``complements`` six that are not: pixels of [0, 1] and what they
    lack to 1. Passes run in float32, or with ``autocast`` in bfloat16 where torch holds that safe. ``traits``
    is the architecture's row of the table, with the ``target_layer`` in use; None for a network that is in no
    table. ``grid`` is the rows and columns of parts of an image that pass through the network apart from each
    other (see ``models.disconnected``).
    """

    name: str
    network: torch.nn.Module
    mean: tuple[float, float, float]
    sd: tuple[float, float, float]
    device: torch.device
    target_layer: torch.nn.Module | None
    smallest_input: int = 1
    fixed_input: bool = False
    layout: str = "nchw"
    complements: bool = False
    traits: Architectures | None = None
    autocast: bool = False
    grid: tuple[int, int] = (1, 1)

    def preprocess(self, mosaics: np.ndarray) -> torch.Tensor:
        """Normalise images for the network, without resizing or cropping them.

        Parameters: ``mosaics``, uint8 array of shape (N, H, W, 3).
        Returns a contiguous float32 tensor of shape (N, channels, H, W) on the model's device, of three
        channels or six.
        Raises UserError for another type or shape, or a size that the network can't take.
        """
        import torch

        if mosaics.dtype != np.uint8 or mosaics.ndim != 4 or mosaics.shape[-1] != 3:
            raise UserError(
                f"model {self.name}: images are {mosaics.dtype} {mosaics.shape}; give uint8 (N, H, W, 3)"
            )
        problem = self.size_problem(*mosaics.shape[1:3])
        if problem:
            raise UserError(f"model {self.name}: {problem}; change the tile size or the model")
        pixels = torch.tensor(np.ascontiguousarray(mosaics)).to(self.device).permute(0, 3, 1, 2)
        return self._encoded(pixels.float())

    def logits(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return the class scores (N, classes) before the softmax of what ``preprocess`` returns.

        By ``passing``: as ``network`` does, but for rounding, and in less time.
        """
        import torch

        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.autocast):
            logits = self.passing().network(inputs)
        return logits.float() if self.autocast else logits

    def probabilities(self, logits: torch.Tensor) -> torch.Tensor:
        """Return the softmax of logits (N, classes)."""
        return logits.softmax(dim=1)

    def passing(self) -> Folded:
        """Return what images pass through, see ``models.folding``, with what stands for the target layer.

        That is ``network`` itself while any of its modules has a hook.
        """
        from saliometer.models.folding import folded

        return folded(self.network, self.target_layer)

    def input_bounds(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Return black and white as the network sees them, each (channels, 1, 1): all inputs lie between."""
        return self.uniform_input((0.0, 0.0, 0.0)), self.uniform_input((1.0, 1.0, 1.0))

    def uniform_input(self, colour: tuple[float, float, float]) -> torch.Tensor:
        """Return a pixel of one colour, in RGB units of [0, 1], as the network sees it: (channels, 1, 1)."""
        import torch

        pixels = torch.tensor([255 * value for value in colour], device=self.device)
        return self._encoded(pixels.view(1, 3, 1, 1))[0]

    def takes(self, height: int, width: int) -> bool:
        """Say whether the network takes images of so many pixels."""
        return self.size_problem(height, width) is None

    def size_problem(self, height: int, width: int) -> str | None:
        """Say why the network does not take images of so many pixels; None when it does."""
        return families.size_problem(height, width, self.smallest_input, self.fixed_input)

    def _encoded(self, pixels: torch.Tensor) -> torch.Tensor:
        """Map float pixels x (N, 3, H, W) of [0, 255] to (x / 255 - mean) / sd, or x / 255 and 1 - x / 255.

        In units of [0, 255], in which (x - 127) / 128 and its like are exact.
        """
        import torch

        if self.complements:
            return torch.cat([pixels, 255 - pixels], dim=1).contiguous() / 255
        mean, sd = (
            torch.tensor([255 * value for value in values], device=self.device).view(3, 1, 1)
            for values in (self.mean, self.sd)
        )
        return ((pixels - mean) / sd).contiguous()


def freeze(network: torch.nn.Module) -> torch.nn.Module:
    """Put a network into evaluation mode, without gradients of its parameters and in-place activations.

    An activation that overwrites its input would change what a hook on the layer before it has seen.
    """
    network.eval().requires_grad_(False)
    for module in network.modules():
        if getattr(module, "inplace", False):
            module.inplace = False
    return network


def submodule(network: torch.nn.Module, layer: str, name: str) -> torch.nn.Module:
    """Return the module of a dotted name; raises UserError with the nearest one for ``name``'s network."""
    modules = dict(network.named_modules())
    if layer and layer in modules:
        return modules[layer]
    near = get_close_matches(layer, [other for other in modules if other], n=3, cutoff=0)
    raise UserError(f"model {name}: target_layer {layer!r} is not there; nearest: {', '.join(near)}")
