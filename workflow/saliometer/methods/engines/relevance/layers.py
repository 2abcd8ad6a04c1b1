"""What a network calls, by kind, and its layers with weights as relevance_rules takes them."""

import operator
from collections.abc import Iterable, Mapping
from types import FunctionType

import torch
from torch import fx, nn
from torch.nn import functional

from saliometer.errors import UserError
from saliometer.methods.engines.relevance.rules import Affine

# What a network calls: classes of modules, functions, names of a tensor's methods.
LINEAR = (
    *(nn.AdaptiveAvgPool2d, nn.AvgPool2d, nn.Dropout, nn.Flatten, nn.Identity, nn.ZeroPad2d),
    *(functional.adaptive_avg_pool2d, functional.avg_pool2d, functional.dropout, operator.getitem),
    *(torch.cat, torch.chunk, torch.flatten, torch.mean, torch.transpose, torch.unsqueeze),
    *("chunk", "contiguous", "flatten", "mean", "permute", "reshape", "transpose", "unsqueeze", "view"),
)
MAXIMUM = (nn.MaxPool2d, functional.max_pool2d, torch.max_pool2d)
SUM = (operator.add, operator.iadd, torch.add, "add", "add_")
RELU = (nn.ReLU, functional.relu, torch.relu, "relu")
RELU6 = (nn.ReLU6, functional.relu6)
WEIGHTED = (nn.Conv2d, nn.Linear)
NORM = (nn.BatchNorm1d, nn.BatchNorm2d)


def layers_of(
    nodes: Iterable[fx.Node], called: Mapping[fx.Node, object], fold: bool
) -> tuple[dict[fx.Node, Affine], set[fx.Node]]:
    """Return the layers with weights, and the nodes that became part of one: batch norms and activations."""
    layers, merged = {}, set()
    for node in nodes:
        if node in merged or not is_any(called[node], WEIGHTED + NORM):
            continue
        layer, reader = _affine(node, called[node]), _only_reader(node)
        if fold and is_any(called[node], (nn.Conv2d,)) and is_any(called.get(reader), (nn.BatchNorm2d,)):
            norm = _affine(reader, called[reader])
            bias = norm.bias if layer.bias is None else norm.bias + norm.weight * layer.bias
            layer = Affine(layer.function, layer.weight * norm.weight.view(-1, 1, 1, 1), bias)
            merged.add(reader)
            reader = _only_reader(reader)
        for kinds, activation in ((RELU, functional.relu), (RELU6, functional.relu6)):
            if is_any(called.get(reader), kinds):
                layer = layer._replace(activation=activation)
                merged.add(reader)
        layers[node] = layer
    return layers, merged


def _only_reader(node: fx.Node) -> fx.Node | None:
    return next(iter(node.users)) if len(node.users) == 1 else None


def _affine(node: fx.Node, called: nn.Module) -> Affine:
    """Return a convolution, a linear layer or a batch norm in evaluation mode."""
    if isinstance(called, nn.Linear | nn.Conv2d):
        function = called._conv_forward if isinstance(called, nn.Conv2d) else functional.linear
        return Affine(function, called.weight.detach(), None if called.bias is None else called.bias.detach())
    if called.running_var is None:
        raise UserError(f"has no rule for {words_of(node, called)} without running statistics")
    scale = (called.running_var + called.eps).rsqrt()
    shift = -called.running_mean * scale
    if called.affine:
        scale, shift = scale * called.weight.detach(), shift * called.weight.detach() + called.bias.detach()
    return Affine(_by_channel, scale, shift)


def _by_channel(inputs: torch.Tensor, scale: torch.Tensor, shift: torch.Tensor | None) -> torch.Tensor:
    """Return inputs (n, channels, ...) times a scale and plus a shift of each channel, if any."""
    shape = (-1, *(1,) * (inputs.ndim - 2))
    scaled = inputs * scale.view(shape)
    return scaled if shift is None else scaled + shift.view(shape)


def is_any(called, kinds: tuple) -> bool:
    """Whether it is one of the kinds: a class that computes otherwise than its parent is not the parent's.

    Padding is: sides that follow from the size are padding still.
    """
    for kind in kinds:
        if not isinstance(kind, type):
            matches = called is kind or (isinstance(kind, str) and called == kind)
        else:
            matches = isinstance(called, kind) and (
                kind is nn.ZeroPad2d or type(called).forward is kind.forward
            )
        if matches:
            return True
    return False


def words_of(node: fx.Node, called) -> str:
    """Say what a node calls, for a message."""
    if isinstance(called, nn.Module):
        return f"{type(called).__name__} ({node.target})"
    if node.op == "get_attr":
        return f"the tensor {node.target}"
    name = called if isinstance(called, str) else getattr(called, "__name__", repr(called))
    return f"the {'function' if isinstance(called, FunctionType) else 'operation'} {name}"
