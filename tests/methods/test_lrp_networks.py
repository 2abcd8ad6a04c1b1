"""LRP on whole networks: against zennit, conservation, real photographs, and what it refuses."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from zennit import rules, types
from zennit.attribution import Gradient
from zennit.canonizers import SequentialMergeBatchNorm
from zennit.composites import SpecialFirstLayerMapComposite, layer_map_base
from zennit.torchvision import ResNetCanonizer

from lrp_helpers import lrp, with_numbers
from methods_helpers import as_model, photos
from saliometer import models
from saliometer.errors import UserError
from saliometer.methods.lrp import SPEC, why_not
from saliometer.models.efficientnet_lite_layers import InvertedBottleneck
from saliometer.models.families import traits_of

PUBLISHED = SPEC.presets["published"]


def by_zennit(model, inputs, targets, convolution, canonizer):
    """Explain with z-box at the model's bounds, a rule for convolutions and epsilon at linear layers."""
    low, high = (bound[None] for bound in model.input_bounds())
    tiny = 1e-12  # ours needs no stabiliser
    rule_map = [*layer_map_base(tiny), (types.Convolution, convolution(stabilizer=tiny))]
    rule_map.append((nn.Linear, rules.Epsilon(epsilon=tiny)))
    box = [(types.Convolution, rules.ZBox(low, high, stabilizer=tiny))]
    rule = SpecialFirstLayerMapComposite(layer_map=rule_map, first_map=box, canonizers=[canonizer])
    with Gradient(model.network, rule) as attributor:
        logits = model.logits(inputs)
        starts = nn.functional.one_hot(torch.tensor(targets), logits.shape[1]) * logits
        return attributor(inputs, starts.detach())[1].sum(1)


def alpha1_beta0(stabilizer):
    return rules.AlphaBeta(alpha=1, beta=0, stabilizer=stabilizer)


def vgg_like():
    def block(inputs, outputs):
        return nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()

    trunk = (*block(3, 8), nn.MaxPool2d(2), *block(8, 12), *block(12, 12), nn.MaxPool2d(2))
    head = (
        nn.AdaptiveAvgPool2d(3),
        nn.Flatten(),
        nn.Linear(108, 16),
        nn.ReLU(),
        nn.Dropout(),
        nn.Linear(16, 5),
    )
    return nn.Sequential(*trunk, *head)


def lite_like():
    """A Lite0 without sums, which zennit does not see in a function, and with batch norms of small epsilon.

    zennit leaves the epsilon of a batch norm that it has merged, and so scales by its root once more.
    """
    stem = (nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU6())
    trunk = nn.Sequential(*stem, InvertedBottleneck(8, 12, 6, 3, 2), InvertedBottleneck(12, 16, 6, 5, 2))
    for module in trunk.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eps = 1e-8
    return nn.Sequential(trunk, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 5))


@pytest.mark.slow
@pytest.mark.parametrize("biases", [False, True])
@pytest.mark.parametrize("convolution", [rules.ZPlus, alpha1_beta0])
@pytest.mark.parametrize(
    ("network", "canonizer"),
    [
        (vgg_like, SequentialMergeBatchNorm),
        (lite_like, SequentialMergeBatchNorm),
        (lambda: models.load("resnet18", weights=None).network, ResNetCanonizer),
    ],
    ids=["vgg", "lite", "resnet18"],
)
def test_equality_with_zennit(network, canonizer, convolution, biases):
    model = as_model(with_numbers(network(), biases), mean=(0.4, 0.5, 0.6), sd=(0.3, 0.2, 0.25))
    inputs, targets = model.preprocess(photos(2, 32, 32)), [1, 4]
    found = lrp(model, inputs, targets)
    expected = by_zennit(model, inputs, targets, convolution, canonizer())
    gap = (found.maps - expected).abs().amax((1, 2)) / expected.abs().amax((1, 2))
    assert gap.max() < 1e-4
    if not biases:
        assert found.residuals.abs().max() < 1e-4


# Each has something of its own: sums, concatenations, sizes, ReLU as a function, pixels normalised once more,
# batch norms before ReLU and convolution, a convolution as head.
# An output that no ReLU follows and to which all inputs contribute negatively gives its relevance to nothing:
# that shows where depthwise layers, of nine inputs for each output, end without one (ShuffleNet).
PLAIN = {"alexnet": 1e-3, "densenet121": 1e-3, "efficientnet_lite0": 1e-3, "googlenet": 1e-3}
PLAIN |= {"mnasnet0_5": 1e-2, "mobilenet_v2": 1e-2, "regnet_x_400mf": 1e-3, "resnet50": 1e-3}
PLAIN |= {"shufflenet_v2_x1_0": 0.5, "squeezenet1_1": 1e-3}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "lost"), PLAIN.items())
def test_relevance_is_conserved_without_biases(name, lost):
    assert why_not(traits_of(name)) is None
    model = models.load(name, weights=None)
    with_numbers(model.network, biases=False)
    model = as_model(model.network)
    inputs = model.preprocess(photos(2, 96, 96))
    targets = model.logits(inputs).abs().argmax(1)
    found = lrp(model, inputs, targets)
    logits = model.logits(inputs)[[0, 1], targets]
    assert found.residuals.abs().max() < lost
    torch.testing.assert_close(found.maps.sum((1, 2)), logits, rtol=lost, atol=0)
    published = lrp(model, inputs, targets, **PUBLISHED)
    assert published.maps.isfinite().all()
    assert (published.maps.flatten(1).abs().amax(1) > 0).all()


@pytest.mark.parametrize(
    ("name", "words", "layer"),
    [
        ("efficientnet_b0", "squeeze-and-excitation, activations", "SiLU"),
        ("mobilenet_v3_small", "squeeze-and-excitation, activations", "Hardswish"),
        ("regnet_y_400mf", "squeeze-and-excitation", "Sigmoid"),
        ("convnext_tiny", "layer normalisation, activations", "the tensor features.0.1.weight"),
    ],
)
def test_networks_without_a_rule_are_refused_by_traits_and_by_trace(name, words, layer):
    assert words in why_not(traits_of(name))
    model = models.load(name, weights=None)
    with pytest.raises(UserError, match=rf"^method lrp on model {name}: .* no rule for .*{layer}"):
        lrp(model, model.preprocess(photos(1, 64, 64)), [0])


class Calling(nn.Module):
    """A convolution, a function of its output and of the pixels, and a head."""

    def __init__(self, function):
        super().__init__()
        self.trunk, self.function = nn.Conv2d(3, 3, 1), function
        self.head = nn.Linear(3, 2)

    def forward(self, inputs):
        return self.head(self.function(self.trunk(inputs), inputs).mean((2, 3)))


class Doubled(nn.Conv2d):
    def forward(self, inputs):
        return 2 * super().forward(inputs)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda x, pixels: x + 1, "no rule for the operation add"),
        (lambda x, pixels: x * x.mean((2, 3), keepdim=True), "no rule for the operation mul"),
        (lambda x, pixels: x.sigmoid(), "no rule for the operation sigmoid"),
        (lambda x, pixels: x + pixels, "no rule for the operation add before its first"),
        (lambda x, pixels: x if x.max() > 0 else -x, "can't be traced"),
        (lambda x, pixels: x.T, "no rule for the function getattr|no rule for the operation getattr"),
        (nn.BatchNorm2d(3, track_running_stats=False), "without running statistics"),
        (nn.GroupNorm(3, 3), "no rule for GroupNorm"),
        (Doubled(3, 3, 1), "no rule for"),
    ],
)
def test_what_has_no_rule_is_named(function, words):
    called = (lambda x, pixels: function(x)) if isinstance(function, nn.Module) else function
    network = Calling(called)
    if isinstance(function, nn.Module):
        network.part = function
        network.function = lambda x, pixels: network.part(x)
    model = as_model(network)
    with pytest.raises(UserError, match=rf"^method lrp on model tiny: the network .*({words})"):
        lrp(model, model.preprocess(photos(1)), [0])


def test_a_network_that_computes_otherwise_than_its_trace_is_refused():
    model = as_model(vgg_like())
    model.network[0].register_forward_hook(lambda module, inputs, output: output * 2)
    with pytest.raises(UserError, match="does not compute the same when traced"):
        lrp(model, model.preprocess(photos(1, 16, 16)), [0])


def test_an_unknown_class_is_refused():
    model = as_model(vgg_like())
    with pytest.raises(UserError, match="no class 5"):
        lrp(model, model.preprocess(photos(1, 16, 16)), [5])


@pytest.mark.slow
@pytest.mark.parametrize("settings", [{}, PUBLISHED])
def test_relevance_finds_the_class_on_real_photographs(settings):
    """20 mosaics of 2x2 photographs, one of the target class: on average .77 (chance .25)."""
    model = models.load("efficientnet_lite0")
    folder = Path(find_spec("foolbox").submodule_search_locations[0]) / "data"  # foolbox itself need not load
    labelled = [(file, int(file.stem.split("_")[2])) for file in sorted(folder.glob("imagenet_*.jpg"))]
    tiles = [np.asarray(Image.open(file).convert("RGB").resize((112, 112))) for file, _ in labelled]
    shares = []
    for row in range(0, 20, 2):
        others = [(row + step) % 20 for step in (5, 9, 13)]
        quadrants = [tiles[at] for at in (row, *others)]
        mosaic = np.concatenate([np.concatenate(quadrants[at : at + 2], axis=1) for at in (0, 2)])
        inputs = model.preprocess(mosaic[None])
        relevance = lrp(model, inputs, [labelled[row][1]], **settings).maps[0].clamp(min=0)
        shares.append((relevance[:112, :112].sum() / relevance.sum()).item())
    assert np.mean(shares) > 0.6
    assert np.mean(np.array(shares) > 0.25) >= 0.9
