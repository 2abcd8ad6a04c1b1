"""Engine: contributions to the logits of B-cos networks, which are linear once their weights are fixed.

Their layers multiply a linear map by factors that depend on the input too. In explanation mode the graph
holds these factors as constants, so that the gradient is W(x) of logit(x) = W(x) x + bias.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from saliometer.batching import slices
from saliometer.errors import UserError
from saliometer.methods.engines.gradients import tainted, target_logits


def contributions(
    model, inputs: torch.Tensor, targets: torch.Tensor, micro_batch: int | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return x * W(x), (n, channels, H, W), and each row's target logit without the constant bias, (n,).

    Raises UserError for a network without B-cos layers.
    """
    parts = []
    with explanation_mode(model):
        for rows in slices(len(inputs), micro_batch):
            leaf = inputs[rows].detach().requires_grad_()
            with torch.enable_grad():
                logits = target_logits(model, model.logits(leaf), targets[rows])
            (weights,) = torch.autograd.grad(logits.sum(), leaf)
            parts.append((tainted(inputs[rows] * weights, logits), logits.detach()))
    maps, logits = zip(*parts, strict=True)
    return torch.cat(maps), torch.cat(logits)


@contextmanager
def explanation_mode(model) -> Iterator[None]:
    """While open, dynamic weights have no gradient, and logits lack the constant that is added to all.

    The bias is left out rather than subtracted, which would round a small logit away.
    """
    modules = list(model.network.modules())
    dynamic = [module for module in modules if hasattr(module, "set_explanation_mode")]
    if not dynamic:
        raise UserError(
            f"model {model.name}: the method bcos explains B-cos networks, and this one has no B-cos layers; "
            "leave one of the two out"
        )
    biases = [(module, module.logit_bias) for module in modules if hasattr(module, "logit_bias")]
    try:
        for module in dynamic:
            module.set_explanation_mode(True)
        for module, _ in biases:
            module.logit_bias = None
        yield
    finally:
        for module in dynamic:
            module.set_explanation_mode(False)
        for module, bias in biases:
            module.logit_bias = bias
