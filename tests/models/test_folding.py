"""Batch norms folded into convolutions: the same logits and layers, and no folding where it is not exact."""

import pytest
import torch
from torch import nn

from methods_helpers import as_model, photos
from saliometer import models
from saliometer.models import device
from saliometer.models.folding import folded
from saliometer.models.model import freeze


class Network(nn.Module):
    """Three convolutions with batch norms, of which the second convolution is also read by the sum."""

    def __init__(self):
        super().__init__()
        self.first, self.norm1 = nn.Conv2d(3, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)
        self.second, self.norm2 = nn.Conv2d(4, 4, 3, padding=1), nn.BatchNorm2d(4)
        self.third, self.norm3 = nn.Conv2d(4, 6, 1), nn.BatchNorm2d(6)
        self.head = nn.Linear(6, 5)

    def forward(self, inputs):
        x = self.norm1(self.first(inputs)).relu()
        y = self.second(x)
        x = (self.norm2(y) + y).relu()
        return self.head(self.norm3(self.third(x)).mean(dim=(2, 3)))


class Undecided(Network):
    def forward(self, inputs):
        return super().forward(inputs) if inputs.sum() > 0 else super().forward(2 * inputs)


def network_of(kind=Network):
    torch.manual_seed(5)
    network = kind()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
            nn.init.normal_(module.weight)
            nn.init.normal_(module.bias)
    return freeze(network)


INPUTS = torch.randn(3, 3, 8, 8, generator=torch.Generator().manual_seed(1))


def test_logits_are_the_same_and_only_what_is_read_by_its_norm_alone_is_folded():
    network = network_of()
    found = folded(network).network
    torch.testing.assert_close(found(INPUTS), network(INPUTS), rtol=1e-5, atol=1e-5)
    kinds = [type(getattr(found, f"norm{number}")) for number in (1, 2, 3)]
    assert kinds == [nn.Identity, nn.BatchNorm2d, nn.Identity]
    assert not any(parameter.requires_grad for parameter in found.parameters())
    assert type(network.norm1) is nn.BatchNorm2d, "the network itself is left as it is"
    assert found.head.weight is network.head.weight


@pytest.mark.parametrize("name", ["first", "norm1", "second"])
def test_the_target_layer_has_the_same_output(name):
    network = network_of()
    layer = network.get_submodule(name)
    copied, same = folded(network, layer)
    seen = []
    for module in (layer, same):
        handle = module.register_forward_hook(lambda module, arguments, output: seen.append(output))
        (network if module is layer else copied)(INPUTS)
        handle.remove()
    torch.testing.assert_close(*seen, rtol=1e-5, atol=1e-5)


def test_folded_once_and_anew_when_weights_change():
    network = network_of()
    first = folded(network).network
    assert folded(network).network is first
    network.first.weight.mul_(2)
    again = folded(network).network
    assert again is not first
    torch.testing.assert_close(again(INPUTS), network(INPUTS), rtol=1e-5, atol=1e-5)


def test_what_hooks_see_and_what_cannot_be_traced_is_left_alone():
    network = network_of(Undecided)
    assert folded(network).network is network
    network = network_of()
    handle = network.third.register_forward_hook(lambda *given: None)
    assert folded(network).network is network
    handle.remove()
    assert folded(network).network is not network
    network.norm3.train()
    assert type(folded(network).network.norm3) is nn.BatchNorm2d


def test_a_model_passes_images_through_the_folded_network():
    model = as_model(network_of())
    inputs = model.preprocess(photos(2))
    assert model.passing().network is not model.network
    torch.testing.assert_close(model.logits(inputs), model.network(inputs), rtol=1e-5, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "left"), [("efficientnet_lite0", 0), ("resnet18", 0), ("densenet121", 62)])
def test_real_networks_are_folded(name, left):
    """DenseNet's batch norms come before their convolutions: only those between a layer's two are folded."""
    model = models.load(name, weights=None)
    network = model.passing().network
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    assert len(norms) == left
    inputs = model.preprocess(photos(1, 64, 64))
    expected = model.network(inputs)
    assert (network(inputs) - expected).abs().max() < 1e-4 * expected.abs().max()


def test_weights_lie_as_they_are_fastest_on_a_cpu():
    model = models.load("resnet18", weights=None)
    for network in (model.network, model.passing().network):
        assert network.layer1[0].conv1.weight.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("library", [object(), None])
def test_memory_is_kept_only_where_the_library_can(library, monkeypatch):
    def opened(name):
        if library is None:
            raise OSError
        return library

    device.keep_freed_memory()
    monkeypatch.setattr(device.ctypes, "CDLL", opened)
    device.keep_freed_memory()
