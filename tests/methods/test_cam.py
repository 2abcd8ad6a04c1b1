"""Grad-CAM and Grad-CAM++ against closed forms, explicit loops and captum."""

import captum.attr as captum
import numpy as np
import pytest
import torch
from torch import nn

from methods_helpers import (
    Classifier,
    as_model,
    convolutional_model,
    explain,
    hooks_of,
    perceptron_model,
    photos,
)
from saliometer.errors import UserError
from saliometer.methods import load
from saliometer.methods.gradcam_plus_plus import weighted_activations


def test_grad_cam_of_a_pooled_linear_head_is_the_class_activation_map():
    model = convolutional_model(nn.Tanh)
    inputs, targets = model.preprocess(photos(3)), [0, 4, 2]
    activations = model.target_layer(inputs)
    cam = torch.einsum("nk,nkhw->nhw", model.network.head.weight[targets], activations).relu() / 16
    found = explain("gradcam", model, inputs, targets)
    assert found.shape == (3, 4, 4)
    assert found.max() > 0
    torch.testing.assert_close(found, cam)


def by_loops(activations, gradients, epsilon=0.0):
    """Compute Grad-CAM++ position by position in float64, from derivatives of exp(logit) / exp(logit)."""
    channels, height, width = activations.shape
    positions = [(i, j) for i in range(height) for j in range(width)]
    total = np.zeros((height, width))
    for k in range(channels):
        weight = 0.0
        mass = sum(activations[k][p] for p in positions)
        for p in positions:
            first, second, third = (gradients[k][p] ** power for power in (1, 2, 3))
            denominator = 2 * second + mass * third + epsilon
            alpha = second / denominator if denominator else 0.0
            weight += alpha * max(first, 0.0)
        total += weight * activations[k]
    return np.maximum(total, 0)


@pytest.mark.parametrize("epsilon", [0.0, 1e-6, 0.1])
def test_grad_cam_plus_plus_equals_explicit_loops(epsilon):
    model = perceptron_model()
    inputs, targets = model.preprocess(photos(4)), [0, 4, 2, 1]
    found = explain("gradcam++", model, inputs, targets, epsilon=epsilon)
    assert found.max() > 0
    for row, target in enumerate(targets):
        activations = model.target_layer(inputs[row : row + 1]).requires_grad_()
        (gradients,) = torch.autograd.grad(model.network[1](activations)[0, target], activations)
        expected = by_loops(*(t.detach()[0].double().numpy() for t in (activations, gradients)), epsilon)
        np.testing.assert_allclose(found[row], expected, rtol=1e-4, atol=1e-7)


def test_grad_cam_plus_plus_survives_tiny_gradients_and_negative_activations():
    activations = torch.tensor([3.0, 1.0]).view(1, 1, 1, 2)
    ratio = [
        weighted_activations(activations, torch.full((1, 1, 1, 2), g))[0, 0, 0].item() / g
        for g in (1e-20, 1e-6)
    ]
    assert ratio == pytest.approx([3, 3], rel=1e-5)  # two positions, each g / 2, times 3
    # 2 + S g = 0 for the plain sum: a pole that no rectified layer can reach.
    pole = weighted_activations(torch.tensor([-3.0, 1.0]).view(1, 1, 1, 2), torch.ones(1, 1, 1, 2))
    assert pole.flatten().tolist() == pytest.approx([0, 2 / 3])


@pytest.mark.parametrize("epsilon", [0.0, 1e-6])
def test_channels_without_positive_gradient_have_no_weight(epsilon):
    gradients = torch.tensor([0.0, -1.0]).view(1, 2, 1, 1)
    assert weighted_activations(torch.ones(1, 2, 1, 1), gradients, epsilon).item() == 0


def test_equality_with_captum():
    model = perceptron_model()
    inputs, targets = model.preprocess(photos(4)), torch.tensor([0, 4, 2, 1])
    reference = captum.LayerGradCam(model.network, model.target_layer).attribute(
        inputs.clone().requires_grad_(), targets, relu_attributions=True
    )
    torch.testing.assert_close(explain("gradcam", model, inputs, targets), reference[:, 0].detach())


@pytest.mark.parametrize("name", ["gradcam", "gradcam++"])
@pytest.mark.parametrize("micro_batch", [1, 2, None])
def test_classes_of_one_mosaic_share_the_trunk(name, micro_batch):
    model = perceptron_model()
    inputs = model.preprocess(photos(3))
    mosaics, targets = [0, 0, 0, 1, 2, 2], [3, 1, 3, 0, 2, 4]
    alone = torch.cat(
        [explain(name, model, inputs[m : m + 1], [t]) for m, t in zip(mosaics, targets, strict=True)]
    )
    seen = []
    with_count = model.target_layer.register_forward_hook(
        lambda module, args, output: seen.append(len(output))
    )
    together = explain(name, model, inputs[mosaics], targets, micro_batch=micro_batch)
    with_count.remove()
    torch.testing.assert_close(together, alone)
    assert sum(seen) == 3
    assert max(seen) <= (micro_batch or 3)


@pytest.mark.parametrize("name", ["gradcam", "gradcam++"])
def test_nothing_is_left_behind(name):
    model = perceptron_model()
    explain(name, model, model.preprocess(photos(2)), [0, 1])
    assert not hooks_of(model.network)
    assert all(parameter.grad is None for parameter in model.network.parameters())


def test_a_layer_that_overwrites_its_input_may_follow_the_target_layer():
    class Overwriting(Classifier):
        def forward(self, inputs):
            return self.head(torch.relu_(self.trunk(inputs)).mean(dim=(2, 3)))

    model = convolutional_model()
    network = Overwriting(model.network.trunk[:3], 6)
    network.head = model.network.head
    inputs = model.preprocess(photos(3))
    found = explain("gradcam", as_model(network, network.trunk), inputs, [0, 1, 2])
    activations = network.trunk(inputs)
    gradients = network.head.weight[:3, :, None, None] * (activations > 0) / 16
    expected = (gradients.mean(dim=(2, 3), keepdim=True) * activations).sum(1).relu()
    assert found.max() > 0
    torch.testing.assert_close(found, expected)


class Twice(Classifier):
    def forward(self, inputs):
        return super().forward(inputs) + self.head(self.trunk(inputs).amax(dim=(2, 3)))


class AsDict(nn.Conv2d):
    def forward(self, inputs):
        return {"out": super().forward(inputs)}


class Aside(Classifier):
    def forward(self, inputs):
        self.trunk(inputs)
        return self.head(inputs.mean(dim=(2, 3)))


def layer_of(network, choose):
    return as_model(network, choose(network))


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (layer_of(Classifier(nn.Conv2d(3, 2, 1), 2), lambda n: None), "target_layer"),
        (layer_of(Classifier(nn.Conv2d(3, 2, 1), 2), lambda n: n.head), r"\(2, 5\)"),
        (layer_of(Classifier(AsDict(3, 2, 1), 2), lambda n: n.trunk), "gives dict for 8x8 pixels, where"),
        (layer_of(Twice(nn.Conv2d(3, 2, 1), 2), lambda n: n.trunk), "runs 2 times"),
        (layer_of(Aside(nn.Conv2d(3, 2, 1), 3), lambda n: n.trunk), "do not depend"),
        (layer_of(Classifier(nn.Conv2d(3, 2, 1), 2), lambda n: nn.Identity()), "runs 0 times"),
    ],
    ids=["no layer", "not spatial", "no tensor", "twice", "aside", "not of this network"],
)
def test_a_layer_that_cannot_be_explained_is_refused(model, words):
    with pytest.raises(UserError, match=f"model tiny.*{words}"):
        load("gradcam", model).attribute(photos(2), [0, 1], ["a", "b"])
    assert not hooks_of(model.network)
