"""Small inputs for torchvision's networks."""

from copy import deepcopy

import torch

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def noise(size=64, count=2):
    return torch.rand(count, 3, size, size, generator=torch.Generator().manual_seed(1))


def logits_of(network, size=64):
    """Return logits in the memory format of a CPU, whose rounding is another than torch's default one's."""
    with torch.no_grad():
        return deepcopy(network).to(memory_format=torch.channels_last)(noise(size))
