"""Every image classifier of torchvision, by its name there."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from saliometer.models.families import traits_of, weights_path
from saliometer.models.model import Built
from saliometer.models.published import check_published, file_name, published_file
from saliometer.models.torchvision_architectures import TABLE
from saliometer.models.weights import (
    IMAGENET_MEAN,
    IMAGENET_SD,
    fit_state,
    read_state,
    seeded_initialisation,
)

if TYPE_CHECKING:
    import torch

ARCHITECTURES = TABLE

# The auxiliary heads serve training alone. The published weights want inputs normalised once more inside
# the network, so that a file of them gives by its path what it gives by its name.
WITH_AUXILIARY_HEADS = ("googlenet", "inception_v3")
WITHOUT_HEADS = {"aux_logits": False, "transform_input": True, "init_weights": True}
AUXILIARY_HEADS = ("aux1.", "aux2.", "AuxLogits.")


def build(architecture: str, weights: str | None, download: bool) -> Built:
    """Build a classifier with named weights, those of a file, or random initial ones (None).

    Named weights are looked for in the ``checkpoints`` folder of torch.hub and fetched only with
    ``download``. Preprocessing is that of the named weights, also where a path leads to their file under its
    published name, else ImageNet's mean and standard deviation.
    Raises UserError for a file that is missing, altered or does not fit.
    """
    import torchvision.models as zoo

    traits = traits_of(architecture)
    options = dict(WITHOUT_HEADS) if architecture in WITH_AUXILIARY_HEADS else {}
    size, mean, sd = traits.smallest_input, IMAGENET_MEAN, IMAGENET_SD
    path = weights_path(weights)
    named = _published(architecture, path, weights)
    if named is not None:
        path = path or published_file(named.url, named.name, architecture, download)
        check_published(path)
        transforms = named.transforms()
        mean, sd = tuple(transforms.mean), tuple(transforms.std)
        if architecture.startswith("vit"):
            size = options["image_size"] = named.meta["min_size"][0]
    with seeded_initialisation(architecture):
        network = zoo.get_model(architecture, weights=None, **options)
        if path is None and architecture.startswith("vit"):
            network.heads.head.reset_parameters()  # zeros there: an untrained network would ignore its input
    if path is not None:
        fit_state(network, _current_keys(read_state(path), network), path, architecture)
    if architecture.startswith("densenet"):
        network = _sequential_densenet(network)
    return Built(network, mean, sd, traits.target_layer, size)


def _published(architecture: str, path: Path | None, weights: str | None):
    """Return torchvision's entry of named weights, or of a file that bears the name of theirs; else None."""
    import torchvision.models as zoo

    published = zoo.get_model_weights(architecture)
    if path is None:
        return None if weights is None else published[weights]
    return next((named for named in published if path.is_file() and file_name(named.url) == path.name), None)


def _current_keys(state: Mapping[str, torch.Tensor], network: torch.nn.Module) -> Mapping[str, torch.Tensor]:
    """Leave out auxiliary heads and give DenseNet's layers the names of today (norm.1 is norm1).

    Versions of modules, by which some networks recognise older layouts, go with the result.
    """
    old_name = re.compile(r"(denselayer\d+\.(?:norm|conv))\.(?=[12]\.)")
    current = OrderedDict(
        (old_name.sub(r"\1", key), tensor)
        for key, tensor in state.items()
        if not key.startswith(AUXILIARY_HEADS)
    )
    current._metadata = getattr(state, "_metadata", network.state_dict()._metadata)
    return current


def _sequential_densenet(network: torch.nn.Module) -> torch.nn.Sequential:
    """Return a DenseNet whose ``features`` end with the activation that is pooled, as a module.

    torchvision applies it in place by a function, over what a hook on ``features`` holds.
    """
    from torch import nn

    network.features.add_module("relu5", nn.ReLU())
    return nn.Sequential(
        OrderedDict(
            features=network.features,
            pool=nn.AdaptiveAvgPool2d(1),
            flatten=nn.Flatten(),
            classifier=network.classifier,
        )
    )
