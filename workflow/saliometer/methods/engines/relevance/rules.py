"""Rules of layer-wise relevance propagation, as steps forward whose gradients are relevances.

The gradient that flows back through these steps is relevance per unit of activation, R / a. A rule that
shares the relevance of an output among the inputs in proportion to parts a_j w_jk of a denominator d_k,
R_j = sum_k a_j w_jk R_k / d_k (Montavon et al. 2019, "Layer-wise relevance propagation: an overview",
equation 10.2 and table 10.1), is then the gradient of the parts alone, times output / d_k. Hence sums,
pooling, concatenation and ReLU need no rule: their plain gradients share in proportion, with no division
that could go wrong, and one pass forward and backward through the whole network is the whole propagation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch.nn import functional

# No denominator counts as less than a ten millionth of the output that it shares out: that would be rounding.
LARGEST_RATIO = 1e7

Step = Callable[..., torch.Tensor]


class Affine(NamedTuple):
    """A convolution, linear layer or batch norm ``function(inputs, weight, bias)`` with its frozen weights.

    ``activation`` follows it, if any. Relevance of an activation's output is that of its input, so that both
    are one step, in which ReLU has set to zero what a small denominator might blow up.
    """

    function: Callable[[torch.Tensor, torch.Tensor, torch.Tensor | None], torch.Tensor]
    weight: torch.Tensor
    bias: torch.Tensor | None
    activation: Callable[[torch.Tensor], torch.Tensor] | None = None

    def outputs(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return the layer's output after its activation, without a gradient."""
        with torch.no_grad():
            return self.activated(self.function(inputs, self.weight, self.bias))

    def activated(self, outputs: torch.Tensor) -> torch.Tensor:
        """Return what the activation, if any, makes of outputs."""
        return outputs if self.activation is None else self.activation(outputs)


@dataclass(frozen=True)
class ZPlus:
    """Share relevance in proportion to positive contributions: z+, that is alpha 1, beta 0.

    ``biases``: a positive bias is a contribution too, and keeps its share; else it is as if there were none.
    """

    biases: bool

    def step(self, layer: Affine, non_negative: bool) -> Step:
        """Return the layer's step; ``non_negative``: its inputs are, so that their positive part is all."""
        positive, negative = layer.weight.clamp(min=0), layer.weight.clamp(max=0)
        bias = layer.bias.clamp(min=0) if self.biases and layer.bias is not None else None

        def step(inputs):
            if non_negative:
                parts = layer.function(inputs, positive, bias)
            else:
                parts = layer.function(inputs.clamp(min=0), positive, bias)
                parts = parts + layer.function(inputs.clamp(max=0), negative, None)
            return _proportional(parts, layer.outputs(inputs), parts)

        return step


@dataclass(frozen=True)
class Epsilon:
    """Share relevance in proportion to contributions, of which ``epsilon`` damps those that cancel.

    ``epsilon`` is a multiple of the root mean square of the layer's outputs; it is added with the sign of
    each output if ``signed``, else as it is. ``biases``: as for ZPlus.
    """

    biases: bool
    epsilon: float
    signed: bool

    def step(self, layer: Affine, non_negative: bool) -> Step:
        """Return the layer's step, which is the same for all inputs."""
        bias, left_out = (layer.bias, None) if self.biases else (None, layer.bias)

        def step(inputs):
            parts = layer.function(inputs, layer.weight, bias)
            with torch.no_grad():
                each = tuple(range(1, parts.ndim))
                added = self.epsilon * parts.square().mean(dim=each, keepdim=True).sqrt()
                denominators = parts + (added * parts.sign() if self.signed else added)
                outputs = layer.activated(parts if left_out is None else parts + left_out)
            return _proportional(parts, outputs, denominators)

        return step


@dataclass(frozen=True)
class Box:
    """Share relevance among pixels that lie between two bounds: z-box (table 10.1).

    In proportion to (x - low) w+ + (x - high) w-, which is never negative, whatever the normalisation.
    """

    def step(self, layer: Affine, non_negative: bool) -> Step:
        """Return a step of inputs, their lower and their upper bounds, stacked along the batch."""
        positive, negative = layer.weight.clamp(min=0), layer.weight.clamp(max=0)

        def step(stacked):
            inputs, low, high = stacked.chunk(3)
            parts = layer.function(inputs - low, positive, None)
            parts = parts + layer.function(inputs - high, negative, None)
            return _proportional(parts, layer.outputs(inputs), parts)

        return step


@dataclass(frozen=True)
class Normalisation:
    """Of a batch norm y = w x + b: x gets the share |w x| / (|w x| + |b|), and b keeps the rest."""

    def step(self, layer: Affine, non_negative: bool) -> Step:
        """Return the step of a batch norm in evaluation mode."""
        size = layer.bias.abs()

        def step(inputs):
            parts = layer.function(inputs, layer.weight, None)
            with torch.no_grad():
                denominators = parts + layer.function(parts.sign(), size, None)
            return _proportional(parts, layer.outputs(inputs), denominators)

        return step


@dataclass(frozen=True)
class Activation:
    """Relevance of an activation's output is that of its input: of one that is no part of a layer."""

    function: Callable[[torch.Tensor], torch.Tensor]

    def step(self, layer, non_negative: bool) -> Step:
        """Return the activation, never in place. The gradient of ReLU passes relevance on as it is."""

        def step(inputs, *options, **named):
            if self.function is functional.relu:
                return functional.relu(inputs)
            with torch.no_grad():
                outputs = self.function(inputs)
            return _proportional(inputs, outputs, inputs)

        return step


@dataclass(frozen=True)
class Plain:
    """The plain gradient shares relevance in proportion: of what is linear without a bias, or a maximum."""

    def step(self, layer, non_negative: bool) -> Step:
        """Return what the network computes."""
        return layer


@dataclass(frozen=True)
class Sum:
    """The terms of a sum share its relevance in proportion to their values."""

    def step(self, layer, non_negative: bool) -> Step:
        """Return the sum, never in place."""
        return torch.add


def _proportional(parts: torch.Tensor, outputs: torch.Tensor, denominators: torch.Tensor) -> torch.Tensor:
    """Return the outputs, whose relevance goes to the parts by their shares in the denominators.

    An output whose denominator is 0 gives its relevance to nothing.
    """
    return _Proportional.apply(parts, outputs, denominators)


class _Proportional(torch.autograd.Function):
    @staticmethod
    def forward(ctx, parts, outputs, denominators):
        ratios = (outputs / denominators).nan_to_num_(0, 0, 0).clamp_(-LARGEST_RATIO, LARGEST_RATIO)
        ctx.save_for_backward(ratios)
        return outputs.view_as(outputs)

    @staticmethod
    def backward(ctx, gradients):
        (ratios,) = ctx.saved_tensors
        return gradients * ratios, None, None
