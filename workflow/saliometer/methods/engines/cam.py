"""Engine of class activation maps: activations of the model's target layer and the head's gradients there.

The network is cut at the layer: nothing before it keeps a graph, so the gradient costs the head alone,
and all classes asked of one mosaic share one pass through the trunk.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from saliometer.batching import slices
from saliometer.errors import UserError
from saliometer.methods.engines.gradients import tainted, target_logits
from saliometer.methods.engines.layouts import SHAPES, channels_first, has_layout, joined

Combine = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def class_activation_maps(
    model, inputs: torch.Tensor, targets: torch.Tensor, combine: Combine, micro_batch: int | None = None
) -> torch.Tensor:
    """Combine activations and gradients of the target layer into maps.

    Parameters
    ----------
    model : the Model; ``model.target_layer`` is explained, whose output has ``model.layout``
    inputs : as ``preprocess`` returns them, (n, channels, H, W); equal ones that follow each other pass
        through the network once
    targets : int64 (n,), the class asked of each row
    combine : function of activations and gradients, both (m, c, h, w), to maps (m, h, w)
    micro_batch : distinct inputs in one pass

    Returns maps (n, h, w). Raises UserError where the model has no such layer, the layer's output has
    another layout, or the logits do not depend on it.
    """
    if model.target_layer is None:
        raise UserError(
            f"model {model.name}: has no layer with a spatial output, which CAM methods explain; "
            "name one as target_layer or leave these methods out"
        )
    distinct, of_row = torch.unique_consecutive(inputs, return_inverse=True, dim=0)
    of_row = of_row.cpu()
    maps = []
    for cut in slices(len(distinct), micro_batch):
        rows = (cut.start <= of_row) & (of_row < cut.stop)
        activations, logits = _cut_pass(model, distinct[cut])
        maps.append(_maps(model, activations, logits, of_row[rows] - cut.start, targets[rows], combine))
    return torch.cat(maps)


def _maps(model, activations, logits, of_row, targets, combine: Combine) -> torch.Tensor:
    """Explain every row, where ``of_row`` (sorted) tells which of the activations is its own.

    One backward pass through the head explains one class of each mosaic, so there are as many passes as
    a mosaic has classes at most.
    """
    of_channels = joined(channels_first(activations.detach(), model.layout), model.grid)
    turns = torch.arange(len(of_row)) - torch.searchsorted(of_row, of_row)
    maps = None
    for turn in range(int(turns.max()) + 1):
        rows = torch.nonzero(turns == turn)[:, 0]
        mosaics = of_row[rows].to(activations.device)
        asked = target_logits(model, logits[mosaics], targets[rows])
        (gradients,) = torch.autograd.grad(asked.sum(), activations, retain_graph=True)
        gradients = joined(channels_first(gradients, model.layout), model.grid)
        if model.layout == "tokens" and not gradients.any():
            raise UserError(
                f"model {model.name}: its logits depend on the class token alone of its target_layer; "
                "name a layer before the last attention"
            )
        combined = tainted(combine(of_channels[mosaics], gradients[mosaics]), asked)
        if maps is None:
            maps = combined.new_zeros(len(of_row), *combined.shape[1:])
        maps[rows.to(maps.device)] = combined
    return maps


def _cut_pass(model, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the target layer's output, as a leaf, and the logits as a function of it."""
    layer = model.passing().target_layer
    sides = (side // parts for side, parts in zip(inputs.shape[2:], model.grid, strict=True))
    with torch.enable_grad(), _cut_at(model, layer, *sides) as outputs:
        logits = model.logits(inputs.detach())
    if len(outputs) != 1:
        raise UserError(
            f"model {model.name}: its target_layer runs {len(outputs)} times in a forward pass; "
            "name a layer that runs once"
        )
    if not logits.requires_grad:
        raise UserError(
            f"model {model.name}: its logits do not depend on its target_layer; name another layer"
        )
    return outputs[0], logits


@contextmanager
def _cut_at(model, layer: torch.nn.Module, height: int, width: int) -> Iterator[list[torch.Tensor]]:
    """While open, a layer hands on a leaf in place of its output and adds it to the list."""
    outputs: list[torch.Tensor] = []

    def cut(module, arguments, output):
        if not has_layout(output, model.layout, height, width):
            shape = tuple(output.shape) if isinstance(output, torch.Tensor) else type(output).__name__
            raise UserError(
                f"model {model.name}: its target_layer gives {shape} for {height}x{width} pixels, where CAM "
                f"methods need {SHAPES[model.layout]}; name a layer with a spatial output"
            )
        leaf = output.detach().float().requires_grad_()
        outputs.append(leaf)
        return leaf.clone()  # a layer that overwrites its input may follow

    handle = layer.register_forward_hook(cut)
    try:
        yield outputs
    finally:
        handle.remove()
