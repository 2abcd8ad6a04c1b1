"""The methods on the real network, against captum, on photographs in the public domain."""

import captum.attr as captum
import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from methods_helpers import explain, hooks_of
from saliometer import models
from saliometer.methods import load

TABBY, ESPRESSO = 281, 967


@pytest.fixture(scope="module")
def model():
    torch.set_num_threads(1)
    return models.load("efficientnet_lite0")


@pytest.fixture(scope="module")
def mosaics():
    """One mosaic of a cat (left) and a cup of coffee (right), and its mirror image: (2, 112, 224, 3)."""
    cat, coffee = (
        np.asarray(Image.fromarray(photo).resize((112, 112), Image.Resampling.BILINEAR))
        for photo in (data.chelsea()[:, 80:380], data.coffee()[:, 100:500])
    )
    mosaic = np.concatenate([cat, coffee], axis=1)
    return np.stack([mosaic, mosaic[:, ::-1]])


@pytest.mark.parametrize("name", ["gradcam", "gradcam++"])
def test_class_activation_maps_find_the_class(model, mosaics, name):
    maps = load(name, model).attribute(mosaics[[0, 0, 1, 1]], [TABBY, ESPRESSO] * 2, ["a", "a", "b", "b"])
    assert maps.shape == (4, 4, 7)
    left, right = maps[:, :, :3].sum(axis=(1, 2)), maps[:, :, 4:].sum(axis=(1, 2))
    assert (left > right).tolist() == [True, False, False, True]


def test_equality_with_captum(model, mosaics):
    network, target_layer = model.passing()  # folding may tip a ReLU
    inputs, targets = model.preprocess(mosaics), torch.tensor([TABBY, ESPRESSO])
    product = captum.InputXGradient(network).attribute(inputs.clone().requires_grad_(), targets).sum(1)
    found = explain("inputxgradient", model, inputs, targets, micro_batch=1)
    assert (found - product).abs().max() < 1e-4 * product.abs().max()
    layer = captum.LayerGradCam(network, target_layer)
    cam = layer.attribute(inputs.clone().requires_grad_(), targets, relu_attributions=True)[:, 0].detach()
    torch.testing.assert_close(explain("gradcam", model, inputs, targets), cam, rtol=1e-4, atol=1e-5)
    integrated = captum.IntegratedGradients(network).attribute(
        inputs.clone(), (127.5 - 127) / 128, targets, n_steps=5, method="gausslegendre"
    )
    found = explain("intgrad", model, inputs, targets, steps=5, micro_batch=4).maps
    expected = integrated.sum(1).float()
    assert (found - expected).abs().mean() < 1e-4 * expected.abs().mean()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("gradient", {}),
        ("gradcam", {}),
        ("gradcam++", {}),
        ("smoothgrad", {"samples": 3}),
        ("intgrad", {"steps": 3}),
    ],
)
def test_masses_do_not_depend_on_the_batch(model, mosaics, name, settings):
    rows, targets, ids = [0, 0, 1], [TABBY, ESPRESSO, TABBY], ["a", "a", "b"]
    shares = []
    for micro_batch in (1, 2, 9):
        maps = load(name, model, micro_batch=micro_batch, **settings).attribute(mosaics[rows], targets, ids)
        halves = np.array_split(maps.astype(float), 2, axis=2)
        shares.append(np.array([np.abs(half).sum(axis=(1, 2)) for half in halves]) / np.abs(maps).sum())
    # Differences were below 1e-7, but another processor's rounding may tip a ReLU.
    np.testing.assert_allclose(shares[1], shares[0], atol=1e-4)
    np.testing.assert_allclose(shares[2], shares[0], atol=1e-4)
    assert not hooks_of(model.network)
    assert all(parameter.grad is None for parameter in model.network.parameters())
