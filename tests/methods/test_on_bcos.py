"""What other methods make of B-cos networks, whose six channels are three colours and their complements."""

import numpy as np
import pytest
import torch

from methods_helpers import bcos_model, convolutional_model, explain, maps_of, photos
from saliometer.methods import load


def as_network_of_colours(model):
    """Return the network behind its own encoding: a function of the three colours in [0, 1]."""
    return lambda colours: model.network(torch.cat([colours, 1 - colours], dim=1))


def gradient_by_colour(model, colours, target):
    leaf = colours.clone().requires_grad_()
    return torch.autograd.grad(as_network_of_colours(model)(leaf)[:, target].sum(), leaf)[0]


def test_gradients_are_those_by_the_colours():
    """A pixel can't change without its complement: of six channels, three are free."""
    model = bcos_model()
    inputs = model.preprocess(photos(2))
    colours = inputs[:, :3]
    by_colour = gradient_by_colour(model, colours, 1)
    torch.testing.assert_close(explain("gradient", model, inputs, [1, 1]), by_colour.abs().amax(1))
    generator, deviation = torch.Generator().manual_seed(0), 0.1 * (colours[0].max() - colours[0].min())
    noisy = [colours[:1] + deviation * torch.randn(1, 3, 8, 8, generator=generator) for _ in range(3)]
    expected = sum(gradient_by_colour(model, one, 1) for one in noisy).div(3).abs().amax(1)
    found = explain("smoothgrad", model, inputs[:1], [1], samples=3, noise_level=0.1)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("baseline", ["black", "white", "mid_grey", "mean_colour"])
def test_integrated_gradients_start_at_an_image(baseline):
    model = bcos_model()
    inputs, targets = model.preprocess(photos(2)), [1, 2]
    found = explain("intgrad", model, inputs, targets, steps=200, baseline=baseline)
    maps = found.maps
    shade = {"black": (0, 0, 0), "white": (1, 1, 1), "mid_grey": (0.5,) * 3, "mean_colour": model.mean}
    start = torch.tensor(shade[baseline]).float().view(1, 3, 1, 1).expand(2, 3, 8, 8)
    rows = torch.arange(2)
    logits = as_network_of_colours(model)
    gaps = logits(inputs[:, :3])[rows, targets] - logits(start)[rows, targets]
    torch.testing.assert_close(maps.sum(dim=(1, 2)), gaps, rtol=0.02, atol=2e-4)


def test_edges_do_not_depend_on_what_the_network_sees():
    mosaics = photos(2)
    edges = [
        load("edges", model).attribute(mosaics, [0, 1], ["a", "b"])
        for model in (bcos_model(), convolutional_model())
    ]
    np.testing.assert_allclose(*edges, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("rise", {"masks": 6}),
        ("occlusion", {"windows": 2}),
        ("shap", {"squares": 2}),
        ("lime", {"samples": 6}),
    ],
)
def test_what_is_hidden_is_still_an_image(name, settings):
    model, seen = bcos_model(), []
    model.network.register_forward_pre_hook(lambda module, arguments: seen.append(arguments[0]))
    maps_of(load(name, model, **settings), photos(1), [0], ["a"])
    together = torch.cat(seen)
    torch.testing.assert_close(together[:, :3] + together[:, 3:], torch.ones(len(together), 3, 8, 8))


def test_class_activation_maps():
    model = bcos_model()
    maps = load("gradcam", model).attribute(photos(2), [0, 1], ["a", "b"])
    assert maps.shape == (2, 4, 4)
    assert maps.max() > 0
