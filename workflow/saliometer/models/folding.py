"""Batch norms folded into the convolutions that they alone follow: the same network, in less time.

In evaluation mode a batch norm is an affine function of each channel, so that it can be part of a
convolution: folding changes logits by rounding alone.
"""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from itertools import chain
from typing import NamedTuple
from weakref import WeakKeyDictionary

from torch import fx, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

# What tracing a network whose forward depends on values was seen to raise.
TRACING_FAILURES = (AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


# It spreads the pixels of a kernel, and so changes nothing of one that has one pixel, but for torch's choice:
# without dilation, on one thread and of fewer than 16 images, such a convolution is a plain matrix product.
DILATION = (2, 2)


class Folded(NamedTuple):
    """A network that computes the same, and the module that stands for the target layer, None for none."""

    network: nn.Module
    target_layer: nn.Module | None


# By network and target layer, with the weights that were folded: others need folding anew.
_folded: WeakKeyDictionary = WeakKeyDictionary()


def folded(network: nn.Module, target_layer: nn.Module | None = None) -> Folded:
    """Return a copy of a frozen network whose batch norms are folded where that is exact.

    The copy has the same modules by the same names, of which folded batch norms do nothing, and shares all
    other weights. The target layer itself is never folded into, so its output is the same. A network in
    which nothing can be folded, that can't be traced, or that has hooks, which may read any layer, is
    returned as it is. Weights that change in place are folded anew, but not those that change unnoticed,
    through ``.data``.
    On a CPU the convolutions of one pixel are those of oneDNN, which took an eighth less of the whole pass.
    """
    state = _state(network)
    if state is None:
        return Folded(network, target_layer)
    known = _folded.setdefault(network, {})
    if id(target_layer) not in known or known[id(target_layer)][0] != state:
        known[id(target_layer)] = (state, _copied(network, target_layer))
    # What is kept doesn't hold the network itself, which would never be let go.
    return known[id(target_layer)][1] or Folded(network, target_layer)


def _state(network: nn.Module) -> tuple | None:
    """Return what a copy is made of, modules and tensors with their versions; None where there are hooks."""
    parts = []
    for module in network.modules():
        if module._forward_hooks or module._forward_pre_hooks or module._backward_hooks:
            return None
        tensors = (*module._parameters.values(), *module._buffers.values())
        parts.append(
            (id(module), module.training, *((t.data_ptr(), t._version) for t in tensors if t is not None))
        )
    return tuple(parts)


def _copied(network: nn.Module, target_layer: nn.Module | None) -> Folded | None:
    """Return the copy with all pairs folded, None where there are none."""
    name = next((name for name, module in network.named_modules() if module is target_layer), None)
    pairs = [pair for pair in _pairs(network) if pair[0] != name]
    if not pairs:
        return None
    shared = {id(tensor): tensor for tensor in chain(network.parameters(), network.buffers())}
    copied = deepcopy(network, shared)
    for convolution, norm in pairs:
        fused = fuse_conv_bn_eval(copied.get_submodule(convolution), copied.get_submodule(norm))
        _put(copied, convolution, fused.requires_grad_(False))
        _put(copied, norm, nn.Identity())
    for module in copied.modules():
        if _is_pointwise(module) and module.weight.device.type == "cpu":
            module.dilation = DILATION
    return Folded(copied, None if name is None else copied.get_submodule(name))


def _pairs(network: nn.Module) -> list[tuple[str, str]]:
    """Return the names of all convolutions whose output only a batch norm reads, with its name."""
    modules = dict(network.named_modules())
    if not any(_is_norm(module) for module in modules.values()):
        return []
    try:
        graph = _Tracer().trace(network)
    except TRACING_FAILURES:
        return []
    calls = [node for node in graph.nodes if node.op == "call_module"]
    times = Counter(modules[node.target] for node in calls)
    read_elsewhere = {node.target.rpartition(".")[0] for node in graph.nodes if node.op == "get_attr"}
    pairs = []
    for node in calls:
        reader = next(iter(node.users)) if len(node.users) == 1 else None
        if reader is None or reader.op != "call_module":
            continue
        pair = node.target, reader.target
        first, second = (modules[name] for name in pair)
        if not (type(first).forward is nn.Conv2d.forward and _is_norm(second)):
            continue
        if times[first] == times[second] == 1 and not read_elsewhere & set(pair):
            pairs.append(pair)
    return pairs


def _is_norm(module: nn.Module) -> bool:
    """Whether it is a batch norm of two dimensions in evaluation mode, with statistics of its own."""
    plain = isinstance(module, nn.BatchNorm2d) and type(module).forward is nn.BatchNorm2d.forward
    return plain and module.running_var is not None and not module.training


def _is_pointwise(module: nn.Module) -> bool:
    return type(module).forward is nn.Conv2d.forward and module.kernel_size == (1, 1)


class _Tracer(fx.Tracer):
    """Sees a module without modules within as one call, whatever it does inside."""

    def is_leaf_module(self, module: nn.Module, name: str) -> bool:
        return next(module.children(), None) is None or super().is_leaf_module(module, name)


def _put(network: nn.Module, name: str, module: nn.Module) -> None:
    parent, _, last = name.rpartition(".")
    setattr(network.get_submodule(parent), last, module)
