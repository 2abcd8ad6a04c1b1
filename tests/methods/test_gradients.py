"""Gradient, input x gradient, SmoothGrad and integrated gradients against closed forms and captum."""

import captum.attr as captum
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from methods_helpers import Logits, as_model, convolutional_model, explain, hooks_of, linear_model, photos
from saliometer.methods.intgrad import baseline

ABC = torch.tensor([[0.8, 0.4, 0.2], [0.1, 0.6, 0.5], [0.8, 0.4, 0.2]]).view(3, 3, 1, 1)
ASKED = [0, 1, 1]
GRADIENTS = [(2, -1, 3), (-2, 1, -1), (0, 0, -1)]  # by hand; rows 0 and 2 lie where 2a > b


def linear_weights(model, height, width):
    return model.network[1].weight.view(-1, 3, height, width)


@pytest.mark.parametrize("micro_batch", [1, 2, 3, None])
def test_hand_solved_network(micro_batch):
    model = as_model(Logits())
    largest = explain("gradient", model, ABC, ASKED, micro_batch=micro_batch)
    assert largest.flatten().tolist() == [3, 2, 1]
    products = explain("inputxgradient", model, ABC, ASKED, micro_batch=micro_batch)
    by_hand = [
        sum(x * g for x, g in zip(row, g_row, strict=True))
        for row, g_row in zip(ABC.flatten(1).tolist(), GRADIENTS, strict=True)
    ]
    assert products.flatten().tolist() == pytest.approx(by_hand, abs=1e-6)


@pytest.mark.parametrize("steps", [1, 2, 7])
@pytest.mark.parametrize("micro_batch", [1, 3, 5, None])
def test_integrated_gradients_of_a_hand_solved_network_on_one_linear_piece(steps, micro_batch):
    # From black, 2a - b keeps its sign along the path, so the integral is the gradient.
    maps, residuals = explain(
        "intgrad", as_model(Logits()), ABC, ASKED, steps=steps, baseline="black", micro_batch=micro_batch
    )
    assert residuals.tolist() == pytest.approx([0, 0, 0], abs=1e-5)
    assert maps.flatten().tolist() == pytest.approx([1.8, -0.1, -0.2], abs=1e-6)


def test_a_linear_model_is_explained_by_its_weights():
    model = linear_model(4, 6, mean=(0.4, 0.5, 0.3), sd=(0.2, 0.3, 0.25))
    inputs, targets = model.preprocess(photos(3, 4, 6)), [2, 0, 3]
    weights = linear_weights(model, 4, 6)[targets]
    torch.testing.assert_close(explain("gradient", model, inputs, targets), weights.abs().amax(1))
    torch.testing.assert_close(explain("inputxgradient", model, inputs, targets), (weights * inputs).sum(1))
    values = {
        "mean_colour": [0, 0, 0],
        "black": [-2, -5 / 3, -1.2],
        "white": [3, 5 / 3, 2.8],
        "mid_grey": [0.5, 0, 0.8],
    }
    for name, value in values.items():
        start = torch.tensor(value, dtype=torch.float32).view(3, 1, 1)
        torch.testing.assert_close(baseline(model, name), start, atol=1e-6, rtol=1e-6)
        found = explain("intgrad", model, inputs, targets, steps=3, baseline=name).maps
        torch.testing.assert_close(found, (weights * (inputs - start)).sum(1), atol=1e-5, rtol=1e-5)


@settings(max_examples=20, deadline=None)
@given(samples=st.integers(1, 6), noise_level=st.floats(0, 5), micro_batch=st.integers(1, 13))
def test_smoothgrad_of_a_linear_model_is_its_gradient_at_any_noise(samples, noise_level, micro_batch):
    model = linear_model(3, 3)
    inputs, targets = model.preprocess(photos(2, 3, 3)), [1, 3]
    found = explain(
        "smoothgrad",
        model,
        inputs,
        targets,
        micro_batch=micro_batch,
        samples=samples,
        noise_level=noise_level,
    )
    torch.testing.assert_close(found, linear_weights(model, 3, 3)[targets].abs().amax(1))


def test_smoothgrad_of_one_sample_without_noise_is_the_gradient():
    model = convolutional_model(nn.Tanh)
    inputs, targets = model.preprocess(photos(3)), [0, 4, 2]
    found = explain("smoothgrad", model, inputs, targets, samples=1, noise_level=0)
    assert torch.equal(found, explain("gradient", model, inputs, targets))


def test_smoothgrad_is_the_mean_of_signed_gradients_at_seeded_noisy_inputs():
    model, seeds, samples, level = convolutional_model(nn.Tanh), [11, 5, 11], 4, 0.3
    inputs, targets = model.preprocess(photos(3)), [0, 4, 2]
    for row, seed in enumerate(seeds):
        generator = torch.Generator().manual_seed(seed)
        deviation = level * (inputs[row].max() - inputs[row].min())
        total = 0
        for _ in range(samples):
            noise = torch.randn(inputs[row].shape, generator=generator)
            point = (inputs[row] + deviation * noise).requires_grad_()
            model.network(point[None])[0, targets[row]].backward()
            total = total + point.grad
        expected = (total / samples).abs().amax(0)
        found = explain("smoothgrad", model, inputs, targets, seeds, samples=samples, noise_level=level)[row]
        torch.testing.assert_close(found, expected, atol=1e-6, rtol=1e-5)


def test_smoothgrad_noise_is_relative_to_the_range_of_the_image():
    class HalfSquares(nn.Module):  # its gradient is its first channel, so noise shows as it is
        def forward(self, inputs):
            return inputs[:, :1].square().sum(dim=(2, 3)) / 2

    inputs = torch.zeros(2, 3, 60, 60)
    inputs[0, 1], inputs[1, 1] = 1, 4  # ranges 1 and 4, in a channel that the network ignores
    found = explain("smoothgrad", as_model(HalfSquares()), inputs, [0, 0], samples=4, noise_level=0.5)
    spread = 0.5 / np.sqrt(4) * np.sqrt(2 / np.pi)  # mean magnitude of the mean of four
    assert found.mean(dim=(1, 2)).tolist() == pytest.approx([spread, 4 * spread], rel=0.05)


@pytest.mark.parametrize("name", ["black", "mid_grey"])
def test_integrated_gradients_are_complete_on_a_smooth_network(name):
    model = convolutional_model(nn.Softplus)
    inputs, targets = model.preprocess(photos(4)), torch.tensor([0, 1, 2, 3])
    start = baseline(model, name).expand_as(inputs[0])[None]
    rows = torch.arange(4)
    gap = model.network(inputs)[rows, targets] - model.network(start)[0, targets]
    found = explain("intgrad", model, inputs, targets, steps=12, baseline=name)
    torch.testing.assert_close(found.maps.sum(dim=(1, 2)), gap, atol=1e-5, rtol=1e-4)
    assert found.residuals.abs().max() < 1e-3


def test_the_residual_of_integrated_gradients_is_what_they_miss():
    """One step on a network with kinks misses much: the residual, relative to the logits' difference."""
    model, rows, targets = convolutional_model(), [0, 0, 1], torch.tensor([0, 1, 1])
    inputs = model.preprocess(photos(2)[rows])
    grey = torch.full_like(inputs, 0.5)
    gap = (model.network(inputs) - model.network(grey)).gather(1, targets[:, None])[:, 0]
    for micro_batch in (1, 2, None):
        maps, residuals = explain("intgrad", model, inputs, targets, steps=1, micro_batch=micro_batch)
        expected = (maps.sum(dim=(1, 2)) - gap) / gap.abs()
        torch.testing.assert_close(residuals, expected, atol=1e-5, rtol=1e-4)
        assert residuals.abs().min() > 1e-3
    baseline_itself = explain("intgrad", model, grey[:1], targets[:1], steps=2)
    assert baseline_itself.residuals.isnan().all()
    assert not baseline_itself.maps.any()


def test_equality_with_captum():
    model = convolutional_model()
    inputs, targets = model.preprocess(photos(4, seed=3)), torch.tensor([0, 1, 4, 1])
    saliency = captum.Saliency(model.network).attribute(inputs.clone().requires_grad_(), targets).amax(1)
    torch.testing.assert_close(explain("gradient", model, inputs, targets), saliency)
    product = captum.InputXGradient(model.network).attribute(inputs.clone().requires_grad_(), targets).sum(1)
    torch.testing.assert_close(explain("inputxgradient", model, inputs, targets), product)
    integrated = captum.IntegratedGradients(model.network).attribute(
        inputs.clone(), 0.5, targets, n_steps=9, method="gausslegendre"
    )
    found = explain("intgrad", model, inputs, targets, steps=9).maps  # mid-grey is 0.5 without normalisation
    torch.testing.assert_close(found, integrated.sum(1).float(), atol=1e-6, rtol=1e-4)


@pytest.mark.parametrize("name", ["gradient", "inputxgradient", "smoothgrad", "intgrad"])
def test_nothing_is_left_behind(name):
    model = convolutional_model()
    inputs = model.preprocess(photos(2))
    before = inputs.clone()
    explain(name, model, inputs, [0, 1])
    assert not hooks_of(model.network)
    assert all(parameter.grad is None for parameter in model.network.parameters())
    assert torch.equal(inputs, before)
    assert not inputs.requires_grad
