"""GradientSHAP, guided backpropagation and LayerCAM against captum and closed forms."""

import captum.attr as captum
import numpy as np
import pytest
import torch
from torch import nn

from methods_helpers import Classifier, as_model, convolutional_model, explain, linear_model, photos
from saliometer.errors import UserError
from saliometer.methods.gradientshap import _draw


def test_gradient_shap_of_a_linear_network_is_weight_times_distance_from_the_mean_baseline():
    model = linear_model(4, 4, mean=(0.5, 0.4, 0.3), sd=(0.2, 0.3, 0.4))
    inputs = model.preprocess(photos(2, 4, 4))
    found = explain("gradientshap", model, inputs, [1, 3], seeds=[7, 8], samples=5)
    black, white = model.input_bounds()
    weights = model.network[1].weight.view(4, 3, 4, 4)
    for row, (target, seed) in enumerate([(1, 7), (3, 8)]):
        colour = _draw(seed, 5)[1].mean(dim=0)[:, None, None]
        expected = weights[target] * (inputs[row] - (black + colour * (white - black)))
        torch.testing.assert_close(found[row], expected.sum(dim=0), rtol=1e-4, atol=1e-5)


def test_gradient_shap_equals_an_explicit_mean():
    model = convolutional_model(nn.Tanh)
    inputs = model.preprocess(photos(1))
    (found,) = explain("gradientshap", model, inputs, [2], seeds=[3], samples=6, micro_batch=4)
    shares, colours = _draw(3, 6)
    assert torch.equal((shares * 6).floor(), torch.arange(6.0)), "one in each sixth of the way"
    black, white = model.input_bounds()
    total = 0
    for share, colour in zip(shares, colours, strict=True):
        start = black + colour[:, None, None] * (white - black)
        point = (start + share * (inputs[0] - start)).requires_grad_()
        (gradient,) = torch.autograd.grad(model.logits(point[None])[0, 2], point)
        total = total + (inputs[0] - start) * gradient
    torch.testing.assert_close(found, total.sum(dim=0) / 6, rtol=1e-4, atol=1e-7)


def test_gradient_shap_sums_to_the_difference_from_the_baselines():
    """Completeness in expectation, on a smooth network with many samples."""
    model = convolutional_model(nn.Tanh)
    inputs = model.preprocess(photos(1))
    found = explain("gradientshap", model, inputs, [2], seeds=[3], samples=1000).sum()
    colours = _draw(3, 1000)[1]
    black, white = model.input_bounds()
    starts = (black + colours[..., None, None] * (white - black)).expand(-1, -1, 8, 8)
    demanded = model.logits(inputs)[0, 2] - model.logits(starts)[:, 2].mean()
    assert found.item() == pytest.approx(demanded.item(), rel=0.02)


@pytest.mark.parametrize("activation", [nn.ReLU, nn.ReLU6])
def test_guided_backpropagation_equals_captum_and_a_rule_by_hand(activation):
    model = convolutional_model(activation)
    inputs = model.preprocess(photos(3))
    found = explain("guidedbackprop", model, inputs, [0, 3, 2], micro_batch=2)
    if activation is nn.ReLU:  # captum knows no other
        expected = captum.GuidedBackprop(model.network).attribute(inputs, target=torch.tensor([0, 3, 2]))
        torch.testing.assert_close(found, expected.abs().amax(dim=1))
    first, _, second, _ = model.network.trunk
    before = first(inputs)
    middle = before.clamp(0, 6 if activation is nn.ReLU6 else None)
    last = second(middle)
    top = 6 if activation is nn.ReLU6 else np.inf
    gradient = model.network.head.weight[[0, 3, 2]][:, :, None, None] / 16
    gradient = gradient.relu() * ((last > 0) & (last < top))
    gradient = nn.functional.conv_transpose2d(gradient, second.weight, stride=2, padding=1, output_padding=1)
    gradient = gradient.relu() * ((before > 0) & (before < top))
    gradient = nn.functional.conv_transpose2d(gradient, first.weight, padding=1)
    torch.testing.assert_close(found, gradient.abs().amax(dim=1))


class Functional(nn.Module):
    """A trunk whose activations are functions and written in place."""

    def __init__(self, trunk):
        super().__init__()
        self.first, self.second = trunk[0], trunk[2]

    def forward(self, inputs):
        return nn.functional.relu(self.second(nn.functional.relu(self.first(inputs), inplace=True)))


def test_guided_backpropagation_sees_functions_as_it_sees_modules():
    model = convolutional_model()
    inputs = model.preprocess(photos(2))
    network = Classifier(Functional(model.network.trunk), 6)
    network.head = model.network.head
    expected = explain("guidedbackprop", model, inputs, [0, 1])
    torch.testing.assert_close(explain("guidedbackprop", as_model(network), inputs, [0, 1]), expected)


@pytest.mark.parametrize(
    ("activation", "words"), [(nn.SiLU, "the network has Silu"), (nn.Identity, "has none")]
)
def test_guided_backpropagation_refuses_networks_without_relus(activation, words):
    model = convolutional_model(activation)
    with pytest.raises(UserError, match=f"model tiny: guided backpropagation needs ReLUs.*{words}"):
        explain("guidedbackprop", model, model.preprocess(photos(1)), [0])


def test_layer_cam_weights_each_position_by_its_own_gradient():
    model = convolutional_model(nn.Tanh)
    inputs, targets = model.preprocess(photos(3)), [0, 4, 2]
    activations = model.target_layer(inputs)
    gradients = model.network.head.weight[targets][:, :, None, None] / 16
    expected = (gradients.relu() * activations).sum(dim=1).relu()
    found = explain("layercam", model, inputs, targets)
    assert found.max() > 0
    torch.testing.assert_close(found, expected)
