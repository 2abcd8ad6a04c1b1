"""Small networks whose explanations can be worked out by hand, wrapped as Models."""

import numpy as np
import torch
from bcos.modules import BcosConv2d, LogitLayer, norms
from torch import nn

from saliometer.methods import registry
from saliometer.models.model import Model, freeze

QUICK = {
    "smoothgrad": {"samples": 3},
    "intgrad": {"steps": 4},
    "random": {"resolution": 5},
    "gradientshap": {"samples": 3},
    "occlusion": {"windows": 3},
    "rise": {"masks": 20, "cells": 3},
    "lime": {"samples": 40},
    "shap": {"squares": 2},
}


class Logits(nn.Module):
    """Two logits of three inputs a, b, c: relu(2a - b) + 3c and relu(b - 2a) - c."""

    def forward(self, inputs):
        a, b, c = inputs[:, :, 0, 0].T
        return torch.stack([(2 * a - b).relu() + 3 * c, (b - 2 * a).relu() - c], dim=1)


class Classifier(nn.Module):
    """A trunk, activations of its last layer, their mean over positions and a linear head."""

    def __init__(self, trunk, channels, classes=5):
        super().__init__()
        self.trunk, self.head = trunk, nn.Linear(channels, classes)

    def forward(self, inputs):
        return self.head(self.trunk(inputs).mean(dim=(2, 3)))


def as_model(network, target_layer=None, mean=(0.0, 0.0, 0.0), sd=(1.0, 1.0, 1.0)):
    return Model("tiny", freeze(network), mean, sd, torch.device("cpu"), target_layer)


def linear_model(height, width, classes=4, **preprocessing):
    torch.manual_seed(1)
    return as_model(nn.Sequential(nn.Flatten(), nn.Linear(3 * height * width, classes)), **preprocessing)


def convolutional_model(activation=nn.ReLU, channels=6, **preprocessing):
    """A CNN of two convolutions, mean pooling and a linear head; CAMs explain the trunk's output."""
    torch.manual_seed(2)
    trunk = nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1),
        activation(),
        nn.Conv2d(4, channels, 3, stride=2, padding=1),
        activation(),
    )
    network = Classifier(trunk, channels)
    return as_model(network, trunk, **preprocessing)


def bcos_model(classes=5):
    """A B-cos network that sees colours and their complements, with a temperature of 2 and a bias of -1.5."""
    torch.manual_seed(4)
    norm = norms.NoBias(norms.BatchNormUncentered2d)(8)
    norm.running_var.uniform_(0.01, 0.1)
    norm.weight.data.uniform_(0.5, 2)
    trunk = [BcosConv2d(6, 8, 3, stride=2, padding=1), norm]
    head = [BcosConv2d(8, classes), nn.AdaptiveAvgPool2d(1), nn.Flatten(), LogitLayer(2.0, -1.5)]
    network = freeze(nn.Sequential(*trunk, *head))
    mean = (0.4, 0.5, 0.3)
    return Model("tiny", network, mean, (1.0,) * 3, torch.device("cpu"), network[1], complements=True)


def perceptron_model():
    """A CNN whose head is not linear, so that gradients differ between positions."""
    torch.manual_seed(3)
    trunk = nn.Sequential(nn.Conv2d(3, 6, 3, stride=2, padding=1), nn.ReLU())
    head = nn.Sequential(nn.Flatten(), nn.Linear(6 * 16, 8), nn.Softplus(), nn.Linear(8, 5))
    return as_model(nn.Sequential(trunk, head), trunk)


def photos(count, height=8, width=8, seed=0):
    """Draw random mosaics, uint8 (count, height, width, 3)."""
    return np.random.default_rng(seed).integers(0, 256, (count, height, width, 3), dtype=np.uint8)


def explain(name, model, inputs, targets, seeds=None, micro_batch=None, **settings):
    """Call a method's pure function on normalised inputs."""
    module = registry.describe(name)
    seeds = list(range(len(inputs))) if seeds is None else seeds
    checked = module.Settings(**settings)
    return module.attribute(model, inputs, torch.as_tensor(targets), seeds, checked, micro_batch=micro_batch)


def maps_of(method, mosaics, targets, ids):
    """Call a loaded method, with stripes for segments where it needs any: small photos are one segment."""
    shape = np.shape(mosaics)[:3]
    stripes = np.broadcast_to(np.arange(shape[2], dtype=np.int32), shape)
    return method.explain(mosaics, targets, ids, stripes if method.needs_segments else None).maps


def hooks_of(network):
    """Return every hook that is registered on any module of a network."""
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return [hook for module in network.modules() for kind in kinds for hook in getattr(module, kind).values()]
