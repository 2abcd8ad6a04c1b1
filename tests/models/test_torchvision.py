"""torchvision's classifiers: weights at random, target layers, the network once it is frozen."""

import pytest
import torch
import torchvision.models as zoo
from torchvision.models.vision_transformer import VisionTransformer

from saliometer import models
from saliometer.models.model import freeze
from saliometer.models.weights import seeded_initialisation
from torchvision_helpers import IMAGENET, logits_of, noise

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def hub(monkeypatch, tmp_path):
    """An empty folder for torch.hub: no test may see what lies on this machine."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    return tmp_path / "home" / "hub" / "checkpoints"


def test_random_weights_depend_on_the_name_alone():
    torch.manual_seed(3)
    before = torch.get_rng_state()
    first = models.load("resnet18", weights=None)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(4)
    second, third = models.load("resnet18", weights="none"), models.load("resnet34", weights=None)
    state = second.network.state_dict()
    assert all(torch.equal(tensor, state[key]) for key, tensor in first.network.state_dict().items())
    assert not torch.equal(second.network.conv1.weight, third.network.conv1.weight)
    assert (first.mean, first.sd) == IMAGENET
    assert first.target_layer is first.network.layer4


def test_untrained_transformer_sees_its_input(monkeypatch):
    def tiny(name, weights):
        return VisionTransformer(64, 16, num_layers=12, num_heads=1, hidden_dim=16, mlp_dim=16)

    monkeypatch.setattr(zoo, "get_model", tiny)
    network = models.load("vit_b_16", weights=None).network
    assert logits_of(network).std(dim=0).max() > 0  # torchvision starts its head at zero
    assert torch.equal(logits_of(network), logits_of(models.load("vit_b_16", weights=None).network))


@pytest.mark.parametrize("name", ["resnet18", "densenet121", "mobilenet_v2", "googlenet"])
def test_gradient_at_the_target_layer_is_that_of_a_pooled_linear_head(name):
    """What CAMs see is what is pooled: nothing overwrites it, and its gradient is the same everywhere."""
    model = models.load(name, weights=None)
    held = []
    handle = model.target_layer.register_forward_hook(
        lambda module, inputs, output: held.append((output, output.detach().clone()))
    )
    logits = model.logits(noise(64).requires_grad_())
    handle.remove()
    ((activations, copy),) = held
    assert torch.equal(activations, copy)
    (gradients,) = torch.autograd.grad(logits[:, 7].sum(), activations)
    assert activations.shape[2] * activations.shape[3] == 4
    torch.testing.assert_close(gradients, gradients.mean(dim=(2, 3), keepdim=True).expand_as(gradients))
    torch.testing.assert_close(logits, logits_of(model.network))


@pytest.mark.parametrize("name", ["densenet121", "resnet18"])
def test_frozen_network_computes_the_same(name):
    with seeded_initialisation(name):
        network = zoo.get_model(name, weights=None).eval()
    model = models.load(name, weights=None)
    assert torch.equal(logits_of(model.network), logits_of(network))
    assert not model.network.training
    assert not any(parameter.requires_grad for parameter in model.network.parameters())
    assert not any(getattr(module, "inplace", False) for module in model.network.modules())
    assert any(getattr(module, "inplace", False) for module in network.modules())
    assert freeze(network) is network
