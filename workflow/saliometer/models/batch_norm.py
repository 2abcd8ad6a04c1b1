"""Statistics of batch normalisation layers, taken from images."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def estimate_statistics(network: torch.nn.Module, batches: Iterable[torch.Tensor]) -> None:
    """Set the mean and variance that every batch norm keeps to the mean over batches of what arrives there.

    Parameters: ``batches``, inputs of the network, each of one pass without gradients. In that pass every
    batch norm uses the statistics of its batch, as in training, while all other layers (dropout, stochastic
    depth) do as in evaluation. The network is changed, and is in evaluation mode afterwards.
    """
    import torch
    from torch.nn.modules.batchnorm import _BatchNorm

    layers = [module for module in network.modules() if isinstance(module, _BatchNorm)]
    momenta = [layer.momentum for layer in layers]
    network.eval()
    for layer in layers:
        layer.reset_running_stats()
        layer.train()
    with torch.no_grad():
        for number, inputs in enumerate(batches, start=1):
            for layer in layers:
                layer.momentum = 1 / number  # all batches count alike
            network(inputs)
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum
        layer.eval()
