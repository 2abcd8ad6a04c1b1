"""Networks whose weights are all drawn anew: the sanity check of Adebayo et al. (2018), all layers at once.

A map that does not change with them does not tell what the network has learned. How each parameter is drawn:

- of linear layers and convolutions after He et al. (2015), which keeps the variance of what passes through
  ReLUs however deep the network. Their own ``reset_parameters`` divides it by six at each layer: without
  normalisation, as in VGG-16, the answers would differ between images by little more than rounding;
- of normalisation layers as the identity, and of all others that have a ``reset_parameters`` by it;
- of modules without one (class tokens, positions, layer scales, tables of relative positions) from the normal
  distribution with the mean and standard deviation of the trained ones, whose magnitudes differ by orders.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from saliometer.models.batch_norm import estimate_statistics
from saliometer.models.model import Model

if TYPE_CHECKING:
    import torch

# Not the micro-batch, on which the statistics of batch norms, and so the network, would depend.
IMAGES_PER_PASS = 5
RESETS = ("reset_parameters", "_reset_parameters")  # the latter is multi-head attention's


def randomized(model: Model, seed: int, calibration: np.ndarray) -> Model:
    """Return a model like another, with weights drawn from the seed alone; the other is left as it is.

    Parameters: ``calibration``, uint8 (n, H, W, 3), images that the statistics of batch norms are taken from,
    some in each pass. The draw is the same on all devices.
    """
    import torch

    network, layer = deepcopy((model.network, model.target_layer))
    # In one layout and on one device: both would change which number is drawn for which weight.
    network.cpu().to(memory_format=torch.contiguous_format)
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.default_generator.manual_seed(seed)
        for module in network.modules():
            _draw(module)
    network.to(model.device)
    for drawn, trained in zip(network.parameters(), model.network.parameters(), strict=True):
        drawn.data = torch.empty_like(trained).copy_(drawn)
    new = replace(model, network=network, target_layer=layer)
    estimate_statistics(network, _passes(new, calibration))
    return new


def _passes(model: Model, images: np.ndarray) -> Iterator[torch.Tensor]:
    for start in range(0, len(images), IMAGES_PER_PASS):
        yield model.preprocess(images[start : start + IMAGES_PER_PASS])


def _draw(module: torch.nn.Module) -> None:
    """Draw the parameters that are a module's own, not those of modules within."""
    import torch
    from torch import nn
    from torch.nn.modules.batchnorm import _BatchNorm
    from torch.nn.modules.conv import _ConvNd

    reset = next((getattr(module, name) for name in RESETS if hasattr(module, name)), None)
    if isinstance(module, _BatchNorm):  # whose own function fails where the weight or the bias was taken away
        _fill(module, weight=1.0, bias=0.0)
    elif isinstance(module, nn.Linear | _ConvNd):
        nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        _fill(module, bias=0.0)
    elif reset:
        reset()
    else:
        for parameter in module.parameters(recurse=False):
            mean, sd = parameter.mean(), parameter.std(correction=0)
            parameter.copy_(mean + sd * torch.randn(parameter.shape))


def _fill(module: torch.nn.Module, **values: float) -> None:
    """Fill the parameters that are there."""
    for name, value in values.items():
        parameter = getattr(module, name)
        if parameter is not None:
            parameter.fill_(value)
