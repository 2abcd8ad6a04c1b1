"""Occlusion and RISE against captum, explicit loops and closed forms."""

import captum.attr as captum
import numpy as np
import pytest
import torch

from methods_helpers import as_model, convolutional_model, explain, linear_model, photos
from saliometer.methods import load
from saliometer.methods.occlusion import covered
from saliometer.methods.rise import draw, smooth


def test_windows_overlap_by_half_and_cover_every_pixel():
    windows = np.array(covered(26, 12))
    assert windows.shape == (12, 26)
    assert (windows.sum(axis=1) == 4).all()
    assert (windows[:-1] & windows[1:]).sum(axis=1).tolist() == [2] * 11
    assert np.array(covered(448, 12)).any(axis=0).all()
    edges = {int(pixel) for row in covered(448, 12) for pixel in np.flatnonzero(np.diff(row)) + 1}
    assert 224 not in edges, "no window ends where tiles meet"


@pytest.mark.parametrize("fill", ["black", "white", "mid_grey", "mean_colour"])
def test_occlusion_equals_captum(fill):
    model = convolutional_model(mean=(0.5, 0.4, 0.3), sd=(0.2, 0.3, 0.4))
    inputs = model.preprocess(photos(2, height=16, width=24))
    black, white = model.input_bounds()
    fills = {"black": black, "white": white, "mid_grey": (black + white) / 2, "mean_colour": 0 * black}
    found = explain("occlusion", model, inputs, [3, 1], windows=7, fill=fill)
    expected = captum.Occlusion(model.logits).attribute(
        inputs,
        sliding_window_shapes=(3, 4, 6),
        strides=(3, 2, 3),
        baselines=fills[fill].expand_as(inputs[0])[None],
        target=torch.tensor([3, 1]),
    )
    torch.testing.assert_close(found, expected[:, 0], rtol=1e-4, atol=1e-6)


def test_one_window_is_the_whole_mosaic():
    model = linear_model(6, 6)
    inputs = model.preprocess(photos(1, 6, 6))
    (found,) = explain("occlusion", model, inputs, [2], windows=1)
    change = model.logits(inputs)[0, 2] - model.logits(0 * inputs)[0, 2]
    torch.testing.assert_close(found, change.expand(6, 6))


def by_loops(model, image, target, settings, seed):
    """RISE mask by mask and pixel by pixel, in float64."""
    height, width = image.shape[1:]
    cells, shifts = draw(seed, settings)
    sizes = [-(-side // settings.cells) for side in (height, width)]
    masks = np.empty((settings.masks, height, width))
    for number, (grid, shift) in enumerate(zip(cells.double().numpy(), shifts, strict=True)):
        top, left = (int(share * size) for share, size in zip(shift, sizes, strict=True))
        for y in range(height):
            for x in range(width):
                place = [
                    np.clip(
                        (p + 0.5) * settings.cells / (size * (settings.cells + 1)) - 0.5,
                        0,
                        settings.cells - 1,
                    )
                    for p, size in zip((y + top, x + left), sizes, strict=True)
                ]
                (i, j), (u, v) = (np.floor(place).astype(int), np.modf(place)[0])
                after = [min(i + 1, settings.cells - 1), min(j + 1, settings.cells - 1)]
                masks[number, y, x] = (
                    (1 - u) * (1 - v) * grid[i, j]
                    + u * (1 - v) * grid[after[0], j]
                    + (1 - u) * v * grid[i, after[1]]
                    + u * v * grid[after[0], after[1]]
                )
    logits = np.array(
        [model.logits((image * torch.tensor(mask, dtype=torch.float32))[None])[0].numpy() for mask in masks]
    )
    if settings.centred:
        scores, spread = (
            logits[:, target] - logits[:, target].mean(),
            settings.visible * (1 - settings.visible),
        )
    else:
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        scores, spread = (odds / odds.sum(axis=1, keepdims=True))[:, target], settings.visible
    return np.tensordot(scores, masks, axes=1) / (settings.masks * spread)


@pytest.mark.parametrize("centred", [True, False])
def test_rise_equals_explicit_loops(centred):
    model = convolutional_model(mean=(0.5, 0.4, 0.3))
    inputs = model.preprocess(photos(2, 8, 10))
    settings = {"masks": 5, "cells": 3, "visible": 0.4, "centred": centred}
    found = explain("rise", model, inputs, [3, 1], seeds=[5, 6], **settings)
    checked = load("rise", model, **settings).settings
    for row, (target, seed) in enumerate([(3, 5), (1, 6)]):
        expected = by_loops(model, inputs[row], target, checked, seed)
        np.testing.assert_allclose(found[row], expected, rtol=1e-4, atol=1e-6)
    assert centred or (found >= 0).all()


def test_masks_are_soft_seeded_and_as_visible_as_asked():
    settings = load("rise", convolutional_model(), masks=400, cells=4, visible=0.3).settings
    masks = smooth(*draw(1, settings), (20, 20))
    assert masks.shape == (400, 20, 20)
    assert 0 <= masks.min() < masks.max() <= 1 + 1e-6
    assert masks.mean().item() == pytest.approx(0.3, abs=0.03)
    assert torch.equal(masks, smooth(*draw(1, settings), (20, 20)))
    assert not torch.equal(masks, smooth(*draw(2, settings), (20, 20)))


def test_rise_estimates_what_showing_a_pixel_adds():
    """On a linear network that sees one corner, relevance gathers there with the sign of its weight."""
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(3 * 16 * 16, 2, bias=False))
    weights = torch.zeros(2, 3, 16, 16)
    weights[0, :, :4, :4], weights[1, :, :4, :4] = 1, -1
    network[1].weight.data = weights.flatten(1)
    maps = load("rise", as_model(network), masks=2000, cells=4).attribute(
        np.full((2, 16, 16, 3), 255, np.uint8), [0, 1], ["a", "a"]
    )
    np.testing.assert_allclose(maps[0], -maps[1], atol=1e-5)
    assert maps[0, :4, :4].mean() > 5 * np.abs(maps[0, 8:, 8:]).mean()


@pytest.mark.parametrize(("name", "settings"), [("occlusion", {"windows": 3}), ("rise", {"masks": 6})])
def test_classes_of_one_mosaic_share_their_passes(name, settings):
    model, passed = convolutional_model(), []
    model.network.register_forward_pre_hook(lambda module, arguments: passed.append(len(arguments[0])))
    mosaics = photos(2)[[0, 0, 0, 1]]
    together = load(name, model, micro_batch=4, **settings).attribute(mosaics, [0, 1, 2, 1], list("aaab"))
    count = 10 if name == "occlusion" else 6
    assert sum(passed) == 2 * count
    assert 3 <= max(passed) <= 4
    for row, (target, item) in enumerate([(0, "a"), (1, "a"), (2, "a"), (1, "b")]):
        alone = load(name, model, **settings).attribute(mosaics[row : row + 1], [target], [item])
        np.testing.assert_allclose(together[row], alone[0], rtol=1e-4, atol=1e-6)
