"""A network as a list of steps that relevance flows back through, or a refusal that names what has no rule.

The network is traced symbolically (torch.fx), so that sums and concatenations written as functions are seen
like any layer, and what the composite has no rule for is found before anything is computed.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import torch
from torch import fx, nn
from torch.nn import functional

from saliometer.errors import UserError, first_line
from saliometer.methods.engines.relevance.layers import (
    LINEAR,
    MAXIMUM,
    RELU,
    RELU6,
    SUM,
    WEIGHTED,
    is_any,
    layers_of,
    words_of,
)
from saliometer.methods.engines.relevance.rules import Activation, Affine, Box, Plain, Sum

# The rules that all composites share.
COMMON = (
    (RELU, Activation(functional.relu)),
    (RELU6, Activation(functional.relu6)),
    (LINEAR, Plain()),
    (MAXIMUM, Plain()),
    (SUM, Sum()),
)
# What may be done to pixels on their way to the first layer, and to the sizes of a tensor.
BY_NUMBER = (operator.add, operator.mul, operator.sub, operator.truediv)
ON_SIZES = (operator.add, operator.floordiv, operator.getitem, operator.mul, operator.sub)
# What tracing a network whose forward depends on values was seen to raise.
TRACING_FAILURES = (AttributeError, LookupError, NotImplementedError, RuntimeError, TypeError, ValueError)
# What a node holds: an affine function of the pixels alone, numbers, or activations.
PIXELS, NUMBERS, NON_NEGATIVE, SIGNED = "pixels", "numbers", "non_negative", "signed"

Composite = tuple[tuple[tuple, object], ...]


class Step(NamedTuple):
    """The node that a step computes, how, and the nodes that nothing after it needs."""

    node: fx.Node
    run: Callable
    done_with: tuple[fx.Node, ...]


class Program(NamedTuple):
    """A network as steps to logits, from pixels and their lower and upper bounds, stacked along the batch."""

    pixels: fx.Node
    steps: tuple[Step, ...]
    logits: fx.Node

    def __call__(self, stacked: torch.Tensor) -> torch.Tensor:
        """Map (3n, 3, H, W) to logits (n, classes); relevance is the stack times the logits' gradient."""
        values = {self.pixels: stacked}
        for step in self.steps:
            arguments = fx.map_arg(step.node.args, values.__getitem__)
            options = fx.map_arg(step.node.kwargs, values.__getitem__)
            values[step.node] = step.run(*arguments, **options)
            for node in step.done_with:
                del values[node]
        return values[self.logits]


def program_of(network: nn.Module, rules: Composite, fold: bool) -> Program:
    """Write a frozen network as steps.

    Parameters: ``rules``, pairs of classes of layers and the rule for them, besides COMMON; ``fold``, batch
    norms become part of the convolution that they alone follow.
    Raises UserError, in words that follow "the network ", when it can't be traced or holds what has no rule.
    """
    rules = (*rules, *COMMON)
    graph = _traced(network, rules)
    modules = dict(network.named_modules())
    pixels, *nodes, output = graph.nodes
    logits = output.args[0]
    if not isinstance(logits, fx.Node):
        raise UserError("does not return one tensor of logits")
    called = {node: modules[node.target] if node.op == "call_module" else node.target for node in nodes}
    layers, merged = layers_of(nodes, called, fold)
    holds, runs = {pixels: PIXELS}, {}
    for node in nodes:
        if node in merged:
            holds[node], runs[node] = holds[node.all_input_nodes[0]], _first
        else:
            holds[node], runs[node] = _step(node, called[node], layers.get(node), rules, holds)
    if holds[logits] in (PIXELS, NUMBERS):
        raise UserError("has no convolution or linear layer between pixels and logits")
    ends = _ends(nodes, logits)
    return Program(pixels, tuple(Step(node, runs[node], ends[node]) for node in nodes), logits)


def _step(
    node: fx.Node, called, layer: Affine | None, rules: Composite, holds: Mapping[fx.Node, str]
) -> tuple[str, Callable]:
    """Return what a node holds and how it is computed; ``layer`` is what it calls if that has weights."""
    tensors = {holds[source] for source in node.all_input_nodes} - {NUMBERS}
    if _gives_numbers(node, tensors):
        return NUMBERS, _callable(called)
    rule = next((rule for kinds, rule in rules if is_any(called, kinds)), None)
    words = words_of(node, called)
    if PIXELS in tensors:
        if tensors == {PIXELS} and is_any(called, WEIGHTED) and rule is not None:
            return NON_NEGATIVE if layer.activation else SIGNED, Box().step(layer, False)
        if tensors == {PIXELS} and (is_any(called, LINEAR) or called in BY_NUMBER):
            return PIXELS, _callable(called)
        raise UserError(f"has no rule for {words} before its first convolution or linear layer")
    if rule is None or not tensors or not _operands(node, called):
        raise UserError(f"has no rule for {words}")
    run = rule.step(layer or _callable(called), tensors == {NON_NEGATIVE})
    if layer is not None:
        positive = layer.activation is not None
    else:
        positive = tensors == {NON_NEGATIVE} or is_any(called, RELU + RELU6)
    return NON_NEGATIVE if positive else SIGNED, run


def _traced(network: nn.Module, rules: Composite) -> fx.Graph:
    kinds = tuple(kind for kinds, _ in rules for kind in kinds)

    class Tracer(fx.Tracer):
        def is_leaf_module(self, module, name):
            return is_any(module, kinds) or super().is_leaf_module(module, name)

    try:
        return Tracer().trace(network)
    except TRACING_FAILURES as error:
        raise UserError(f"can't be traced ({first_line(error)})") from error


def _first(inputs: torch.Tensor, *options, **named) -> torch.Tensor:
    """Pass on what the layer has computed already."""
    return inputs


def _gives_numbers(node: fx.Node, tensors: set[str]) -> bool:
    """Whether a node is the size of a tensor, or arithmetic on sizes alone."""
    by_name = node.op == "call_method" and node.target == "size"
    if by_name or (node.target is getattr and node.args[1] == "shape"):
        return True
    return not tensors and node.target in ON_SIZES and bool(node.all_input_nodes)


def _operands(node: fx.Node, called) -> bool:
    """Whether a sum is one of two tensors; only for pixels may a number be added, which is no sum."""
    return not is_any(called, SUM) or sum(isinstance(term, fx.Node) for term in node.args) == 2


def _callable(called) -> Callable:
    """Return what a node calls: for the name of a tensor's method, a function of the tensor."""
    if isinstance(called, str):
        return lambda tensor, *arguments, **options: getattr(tensor, called)(*arguments, **options)
    return called


def _ends(nodes: Iterable[fx.Node], logits: fx.Node) -> dict[fx.Node, tuple[fx.Node, ...]]:
    """Return, for each node, those of its inputs that no later one reads."""
    read, ends = {logits}, {}
    for node in reversed(list(nodes)):
        ends[node] = tuple(source for source in node.all_input_nodes if source not in read)
        read.update(node.all_input_nodes)
    return ends
