"""Engine: gradients that pass backward through a ReLU only where they are positive.

The rule is put on the nodes of the graph, which modules, functions and in-place forms of a ReLU share.
"""

from functools import partial

import torch

from saliometer.batching import slices
from saliometer.errors import UserError
from saliometer.methods.engines.gradients import gradient_pass

RELU = ("ReluBackward", "HardtanhBackward")  # a ReLU6 is a hardtanh
OTHER_ACTIVATIONS = ("Gelu", "Silu", "Hardswish", "Elu", "Sigmoid", "Tanh", "LeakyRelu", "Mish", "Softplus")


def guided_gradients(
    model, inputs: torch.Tensor, targets: torch.Tensor, micro_batch: int | None = None
) -> torch.Tensor:
    """Return the guided gradient of each row's target logit with respect to its input, (n, channels, H, W).

    Raises UserError for a network without a ReLU, or with activations of another kind.
    """
    return torch.cat(
        [
            gradient_pass(model, inputs[rows], targets[rows], micro_batch, partial(_guide, model))
            for rows in slices(len(inputs), micro_batch)
        ]
    )


def _guide(model, output: torch.Tensor) -> None:
    """Put the rule on every ReLU in the graph of an output."""
    for node in _relus(model, output):
        node.register_prehook(lambda gradients: tuple(g if g is None else g.relu() for g in gradients))


def _relus(model, output: torch.Tensor) -> list:
    """Return the nodes of all ReLUs in the graph of an output."""
    waiting, seen, relus = [output.grad_fn], set(), []
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        waiting += [following for following, _ in node.next_functions]
        name = node.name()
        if name.startswith(RELU):
            relus.append(node)
        elif name.startswith(OTHER_ACTIVATIONS):
            raise UserError(
                f"model {model.name}: guided backpropagation needs ReLUs alone, and the network has "
                f"{name.removesuffix('0').removesuffix('Backward')}; leave one of the two out"
            )
    if not relus:
        raise UserError(
            f"model {model.name}: guided backpropagation needs ReLUs, and the network has none; leave one of "
            "the two out"
        )
    return relus
