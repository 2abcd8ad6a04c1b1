"""B-cos networks (Böhle et al. 2024, arXiv 2306.10898): those of the package ``bcos``, by their names there.

They see six channels, the colours and their complements, and each is a linear map of its input whose weights
depend on that input: the method ``bcos`` reads them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from saliometer.models.architectures import Architectures
from saliometer.models.batch_norm import estimate_statistics
from saliometer.models.families import traits_of, weights_path
from saliometer.models.model import Built
from saliometer.models.published import check_published, file_name, published_file
from saliometer.models.weights import IMAGENET_MEAN, fit_state, read_state, seeded_initialisation

if TYPE_CHECKING:
    import torch

PACKAGES = ("bcos",)
# As the package calls the recipes of its training.
FINAL = ("bcos_final",)
FINAL_LONG = ("bcos_final", "bcos_final_long")
BCOS = {"layers": ("bcos",), "complements": True}
ARCHITECTURES = (
    Architectures(("bcos_densenet121",), "features", 29, weights=FINAL_LONG, **BCOS),
    Architectures(
        ("bcos_densenet161", "bcos_densenet169", "bcos_densenet201"), "features", 29, weights=FINAL, **BCOS
    ),
    Architectures(("bcos_resnet18", "bcos_resnet34", "bcos_resnet101"), "layer4", weights=FINAL, **BCOS),
    Architectures(("bcos_resnet50", "bcos_resnet152"), "layer4", weights=FINAL_LONG, **BCOS),
    Architectures(("bcos_resnext50_32x4d",), "layer4", weights=FINAL, **BCOS),
    Architectures(("bcos_vgg11_bnu",), "features", 32, weights=FINAL, **BCOS),
)
NOT_DIVIDED = (1.0, 1.0, 1.0)


def build(architecture: str, weights: str | None, download: bool) -> Built:
    """Build a network with the authors' weights, those of a file, or random initial ones (None).

    Published weights are looked for in the ``checkpoints`` folder of torch.hub and fetched only with
    ``download``; they are checked by the SHA-256 in their name, also where a path leads to it. ``mean`` is
    the mean colour of the images that they were trained on; nothing subtracts it.
    Raises UserError for a file that is missing, altered or does not fit.
    """
    path = weights_path(weights)
    urls = _urls(architecture)
    if path is None and weights is not None:
        named = next(iter(urls)) if weights == "DEFAULT" else weights
        path = published_file(urls[named], named, architecture, download)
    with seeded_initialisation(architecture):
        network = _network(architecture)
        if path is None:
            _settle(network)
    if path is not None:
        if path.is_file() and path.name in map(file_name, urls.values()):
            check_published(path)
        fit_state(network, read_state(path), path, architecture)
    traits = traits_of(architecture)
    return Built(network, IMAGENET_MEAN, NOT_DIVIDED, traits.target_layer, traits.smallest_input)


def _urls(architecture: str) -> dict[str, str]:
    """Return where the authors publish the weights of an architecture, by name, the default first."""
    from bcos.models.pretrained import URLS

    experiment = re.sub(r"^bcos_([a-z]+)", r"\1_", architecture)  # bcos_resnet50 is resnet_50 there
    return {name: URLS[name][experiment] for name in traits_of(architecture).weights}


def _network(architecture: str) -> torch.nn.Module:
    """Build a network as the published weights want it: B = 2, batch norm without centring and bias."""
    from bcos.models import densenet, resnet, vgg
    from bcos.modules import BcosConv2d, norms

    name = architecture.removeprefix("bcos_")
    zoo = next(module for module in (densenet, resnet, vgg) if name in module.__all__)
    norm = norms.NoBias(norms.BatchNormUncentered2d)
    return getattr(zoo, name)(conv_layer=BcosConv2d, norm_layer=norm)


def _settle(network: torch.nn.Module) -> None:
    """Give every batch norm of an untrained network the variances that noise has there.

    B-cos layers of random directions shrink what passes through them: without this nothing arrives.
    """
    import torch

    colours = torch.rand(4, 3, 64, 64)
    estimate_statistics(network, [torch.cat([colours, 1 - colours], dim=1)])
