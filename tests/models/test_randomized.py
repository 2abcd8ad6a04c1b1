"""Networks whose weights are drawn anew: nothing trained is left, and batch norms fit the new weights."""

import numpy as np
import pytest
import torch
from bcos.modules import norms
from torch import nn
from torchvision.models import VisionTransformer

from methods_helpers import Classifier, as_model, bcos_model, photos
from saliometer import models
from saliometer.models.batch_norm import estimate_statistics
from saliometer.models.randomized import IMAGES_PER_PASS, randomized
from saliometer.stages import redraws

SMALL = {
    "efficientnet_lite0": 32,
    "swin_t": 32,
    "swin_v2_t": 64,
    "convnext_tiny": 32,
    "densenet121": 32,
    "bcos_resnet18": 32,
}
FROM_IDENTITY = (nn.LayerNorm, nn.GroupNorm, nn.modules.batchnorm._BatchNorm)


def normalised_model():
    """Convolution, batch norm, dropout, convolution, batch norm and a head, with weights as of training."""
    torch.manual_seed(5)
    trunk = nn.Sequential(
        nn.Conv2d(3, 4, 3),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Conv2d(4, 6, 3),
        nn.BatchNorm2d(6),
    )
    network = Classifier(trunk, 6)
    for parameter in network.parameters():
        parameter.data.normal_()
    return as_model(network, trunk, mean=(0.4, 0.5, 0.3), sd=(0.2, 0.3, 0.25))


def state_of(model):
    return {name: tensor.clone() for name, tensor in model.network.state_dict().items()}


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("make", [normalised_model, bcos_model])
def test_a_redraw_comes_from_its_seed_alone_and_leaves_the_model_as_it_is(make):
    model, images = make(), photos(7, 12, 12)
    before, generator = state_of(model), torch.get_rng_state()
    one, again, other = (randomized(model, seed, images) for seed in (1, 1, 2))
    assert same(state_of(model), before)
    assert torch.equal(torch.get_rng_state(), generator)
    assert same(state_of(one), state_of(again))
    layers = {name for name, module in model.network.named_modules() if hasattr(module, "weight")}
    for name in layers:
        drawn, redrawn, trained = (net.network.get_submodule(name) for net in (one, other, model))
        assert not torch.equal(drawn.weight, trained.weight), name
        if not isinstance(drawn, FROM_IDENTITY):
            assert not torch.equal(drawn.weight, redrawn.weight), name
    assert any(module is one.target_layer for module in one.network.modules())
    assert not any(module is model.target_layer for module in one.network.modules())
    assert not one.network.training
    assert not any(parameter.requires_grad for parameter in one.network.parameters())
    assert (one.mean, one.sd, one.traits) == (model.mean, model.sd, model.traits)


def test_the_layout_of_the_weights_in_memory_changes_no_draw():
    plain, nhwc = normalised_model(), normalised_model()
    nhwc.network.to(memory_format=torch.channels_last)
    images = photos(5, 12, 12)
    one, other = (randomized(model, 3, images) for model in (plain, nhwc))
    assert other.network.trunk[4].weight.is_contiguous(memory_format=torch.channels_last)
    for name, tensor in state_of(one).items():
        torch.testing.assert_close(other.network.state_dict()[name], tensor)


def test_batch_norms_keep_the_statistics_of_what_arrives_at_them():
    model, images = normalised_model(), photos(2 * IMAGES_PER_PASS, 12, 12)
    drawn = randomized(model, 1, images)
    trunk, totals = drawn.network.trunk, [[], []]
    for passing in torch.split(model.preprocess(images), IMAGES_PER_PASS):
        first = trunk[0](passing)
        mean, variance = first.mean(dim=(0, 2, 3)), first.var(dim=(0, 2, 3))
        totals[0].append((mean, variance))
        biased = first.var(dim=(0, 2, 3), unbiased=False)
        scaled = (first - mean.view(-1, 1, 1)) / (biased.view(-1, 1, 1) + trunk[1].eps).sqrt()
        second = trunk[4](scaled.relu())  # no dropout
        totals[1].append((second.mean(dim=(0, 2, 3)), second.var(dim=(0, 2, 3))))
    for layer, batches in zip((trunk[1], trunk[5]), totals, strict=True):
        mean, variance = (sum(values) / 2 for values in zip(*batches, strict=True))
        torch.testing.assert_close(layer.running_mean, mean)
        torch.testing.assert_close(layer.running_var, variance)
        assert layer.momentum == 0.1
    assert torch.equal(trunk[1].weight, torch.ones(4))
    assert torch.equal(trunk[1].bias, torch.zeros(4))


def test_batch_norms_without_centring_keep_the_variance():
    network = nn.Sequential(norms.NoBias(norms.BatchNormUncentered2d)(3))
    inputs = torch.randn(2, 4, 3, 5, 5) * 3 + 1
    estimate_statistics(network, inputs)
    torch.testing.assert_close(network[0].running_var, inputs.var(dim=(1, 3, 4), unbiased=False).mean(dim=0))


def vision_transformer():
    """A vision transformer as torchvision builds it, with class token and positions, but small."""
    return as_model(VisionTransformer(32, 16, num_layers=1, num_heads=2, hidden_dim=16, mlp_dim=16))


@pytest.mark.slow
@pytest.mark.parametrize("architecture", ["vision_transformer", *SMALL])
def test_nothing_trained_is_left_in_any_kind_of_layer(architecture):
    model = models.load(architecture, weights=None) if architecture in SMALL else vision_transformer()
    torch.manual_seed(0)
    for parameter in model.network.parameters():
        parameter.data.normal_(1, 0.02)
    side = SMALL.get(architecture, 32)
    one, other = (randomized(model, seed, photos(5, side, side)) for seed in (1, 2))
    networks = (model.network.named_parameters(), one.network.parameters(), other.network.parameters())
    for (name, trained), drawn, redrawn in zip(*networks, strict=True):
        assert (drawn != trained).all(), name
        constant = drawn.min() == drawn.max()  # normalisation layers and some biases
        assert constant or (drawn != redrawn).float().mean() > 0.99, name
    logits = one.logits(one.preprocess(photos(2, side, side)))
    assert logits.isfinite().all()
    assert (logits[0] != logits[1]).any()


def test_a_deep_network_without_normalisation_still_tells_images_apart():
    layers = [layer for _ in range(24) for layer in (nn.Conv2d(8, 8, 3, padding=1), nn.ReLU())]
    trunk = nn.Sequential(nn.Conv2d(3, 8, 1), *layers)
    drawn = randomized(as_model(Classifier(trunk, 8), trunk), 1, photos(1))
    answers = drawn.logits(torch.randn(20, 3, 8, 8))
    assert answers.std(dim=0).max() > 0.01 * answers.std(dim=1).max()


def test_redraws_are_those_of_the_model_whatever_the_method_and_the_shard():
    model = normalised_model()
    one, again = (redraws.redrawn(model, "net", 42, "0", 16, 12) for _ in range(2))
    assert same(state_of(one), state_of(again))
    for axes in (("net", 42, "1"), ("net", 43, "0"), ("other", 42, "0")):
        other = redraws.redrawn(model, *axes, 16, 12)
        assert not torch.equal(one.network.head.weight, other.network.head.weight), axes


def test_calibration_is_on_real_photographs_of_the_mosaics_size():
    found = redraws.photographs(24, 36)
    assert found.shape == (20, 24, 36, 3)
    assert found.dtype == np.uint8
    assert len(np.unique(found.reshape(20, -1), axis=0)) == 20
