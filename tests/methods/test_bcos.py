"""B-cos contributions: a dense second implementation, and the package's own."""

import numpy as np
import pytest
import torch
from bcos.modules import BcosConv2d, LogitLayer
from torch import nn

from methods_helpers import bcos_model, convolutional_model, explain, photos
from saliometer import models
from saliometer.errors import UserError
from saliometer.methods import load, registry
from saliometer.methods.engines.dynamic_linear import contributions, explanation_mode


def dense_convolution(weight, stride, padding, size):
    """Return a convolution's matrix (outputs, inputs) and which inputs each output sees, by loops."""
    channels_out, channels_in, kernel, _ = weight.shape
    side = (size + 2 * padding - kernel) // stride + 1
    matrix = np.zeros((channels_out, side, side, channels_in, size, size))
    seen = np.zeros_like(matrix)
    for row, column in np.ndindex(side, side):
        for i, j in np.ndindex(kernel, kernel):
            y, x = row * stride - padding + i, column * stride - padding + j
            if 0 <= y < size and 0 <= x < size:
                matrix[:, row, column, :, y, x] = weight[:, :, i, j]
                seen[:, row, column, :, y, x] = 1
    shape = (channels_out * side * side, channels_in * size * size)
    return matrix.reshape(shape), seen.reshape(shape), side


def dense_weights(network, pixels):
    """Return W (classes, inputs) with logits = W x + bias, layer by layer in float64 NumPy."""
    values, whole, size = pixels.ravel(), np.eye(pixels.size), pixels.shape[-1]
    for layer in network:
        if isinstance(layer, BcosConv2d):
            weight = layer.linear.weight.double().numpy()
            weight = weight / np.sqrt((weight**2).sum(axis=(1, 2, 3), keepdims=True))
            matrix, seen, size = dense_convolution(weight, layer.stride, layer.padding, size)
            outputs = matrix @ values
            matrix = (np.abs(outputs) / np.sqrt(seen @ values**2 + 1e-6))[:, None] * matrix
        elif isinstance(layer, nn.BatchNorm2d):
            factors = layer.weight.double().numpy() / np.sqrt(layer.running_var.double().numpy() + layer.eps)
            matrix = np.diag(np.repeat(factors, size * size))
        elif isinstance(layer, nn.AdaptiveAvgPool2d):
            matrix = np.kron(np.eye(len(values) // size**2), np.full(size**2, 1 / size**2))
        elif isinstance(layer, LogitLayer):
            matrix = np.eye(len(values)) / layer.logit_temperature
        else:
            continue
        values, whole = matrix @ values, matrix @ whole
    return whole


def test_equality_with_a_dense_second_implementation():
    model = bcos_model()
    inputs, targets = model.preprocess(photos(3, 7, 7)), [0, 3, 2]
    maps, residuals = explain("bcos", model, inputs, targets)
    assert maps.shape == (3, 7, 7)
    assert residuals.abs().max() < 1e-5
    logits = model.logits(inputs)
    for row, target in enumerate(targets):
        pixels = inputs[row].double().numpy()
        weights = dense_weights(model.network, pixels)[target].reshape(pixels.shape)
        expected = (pixels * weights).sum(axis=0)
        assert expected.sum() == pytest.approx(logits[row, target].item() + 1.5, rel=1e-5)  # less the bias
        np.testing.assert_allclose(maps[row], expected, rtol=1e-4, atol=1e-6 * np.abs(expected).max())
    assert (maps < 0).any()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bcos_resnet50", pytest.param("bcos_vgg11_bnu", marks=pytest.mark.slow)])
@pytest.mark.filterwarnings("ignore:Input tensor did not require grad")
def test_maps_of_the_real_networks_sum_to_their_logits(name):
    model = models.load(name, weights=None)
    mosaics, targets = photos(2, 64, 64), np.array([3, 998])
    found = load("bcos", model, micro_batch=1).explain(mosaics, targets, ["a", "b"])
    inputs = model.preprocess(mosaics)
    for row, target in enumerate(targets):
        explained = model.network.explain(inputs[row : row + 1].clone(), idx=target)
        theirs = explained["contribution_map"][0].detach().numpy()
        np.testing.assert_allclose(found.maps[row], theirs, rtol=1e-4, atol=1e-5 * np.abs(theirs).max())
    # Sums of signed parts: what counts is their error beside the parts, not beside what they leave.
    gaps = found.residuals * found.maps.sum(axis=(1, 2))
    assert (np.abs(gaps) < 1e-5 * np.abs(found.maps).sum(axis=(1, 2))).all()


def test_the_identity_is_exact():
    """In double precision, where depth adds no rounding that could be taken for a gap."""
    model = models.load("bcos_resnet18", weights=None)
    inputs, targets = model.preprocess(photos(2, 64, 64)).double(), [3, 998]
    model.network.double()
    products, unbiased = contributions(model, inputs, torch.as_tensor(targets))
    torch.testing.assert_close(products.sum(dim=(1, 2, 3)), unbiased, rtol=1e-9, atol=1e-15)
    logits = model.logits(inputs)[[0, 1], targets]
    torch.testing.assert_close(unbiased, logits + np.log(999), rtol=0, atol=1e-12)


def test_networks_are_left_as_they_were():
    model = bcos_model()
    inputs = model.preprocess(photos(2))
    before = model.logits(inputs)
    explain("bcos", model, inputs, [0, 1])
    with pytest.raises(UserError, match="no class 7"):
        explain("bcos", model, inputs, [0, 7])
    assert torch.equal(model.logits(inputs), before)
    assert not any(getattr(module, "detach", False) is True for module in model.network.modules())
    with explanation_mode(model):
        torch.testing.assert_close(model.logits(inputs), before + 1.5)


def test_the_study_shrinks_the_mosaic():
    model = bcos_model()
    mosaics = photos(2, 300, 448)
    method = load("bcos", model, preset="published")
    found = method.explain(mosaics, [0, 1], ["a", "b"])
    assert found.maps.shape == (2, 224, 335)
    assert np.abs(found.residuals).max() < 1e-3
    assert (method.signed, method.axiom, method.upsampling) == (True, "sum_to_logit", "nearest")
    # Blocks of equal pixels: halved, they are what they were, away from their borders.
    small = np.repeat(np.repeat(photos(1, 28, 28), 8, axis=1), 8, axis=2)
    inputs = model.preprocess(np.repeat(np.repeat(small, 2, axis=1), 2, axis=2))
    halved = registry.describe("bcos").resized(model, inputs, 224)
    whole = model.preprocess(small)
    torch.testing.assert_close(halved[:, :, 4::8, 4::8], whole[:, :, 4::8, 4::8])
    torch.testing.assert_close(halved[:, :3] + halved[:, 3:], torch.ones(1, 3, 224, 224))


@pytest.mark.slow
def test_a_size_that_the_network_does_not_take_is_refused():
    model = models.load("bcos_densenet121", weights=None)
    with pytest.raises(UserError, match=r"on model bcos_densenet121: .* does not take 28x28 pixels"):
        load("bcos", model, input_size=28).attribute(photos(1, 64, 64), [0], ["a"])


def test_other_networks_are_refused():
    with pytest.raises(UserError, match="model tiny: the method bcos explains B-cos networks"):
        load("bcos", convolutional_model()).attribute(photos(1), [0], ["a"])
    plain = models.load("resnet18", weights=None)
    with pytest.raises(UserError, match=r"method bcos can't explain model resnet18: .* alone"):
        load("bcos", plain)
