"""The null controls: what they depend on, and what they do not."""

import numpy as np
import pytest
import torch
from skimage.color import rgb2gray
from skimage.filters import sobel

from methods_helpers import bcos_model, convolutional_model, explain, photos
from saliometer.methods import load


def test_edges_are_the_sobel_magnitude_of_the_grey_mosaic():
    model = convolutional_model(mean=(0.4, 0.5, 0.3), sd=(0.2, 0.3, 0.25))
    mosaics = photos(3, 20, 14)
    mosaics[0, :10] = 7  # a flat part
    found = load("edges", model).attribute(mosaics, [0, 1, 2], ["a", "b", "c"])
    # scikit-image differentiates per two pixels, takes the mean of the squares and rounds the greys' weights.
    expected = np.stack([sobel(rgb2gray(mosaic), mode="nearest") for mosaic in mosaics]) / np.sqrt(2)
    np.testing.assert_allclose(found, expected, atol=2e-4)
    assert found[0, :9].max() < 1e-6


def test_edges_of_a_step():
    mosaic = np.zeros((1, 6, 6, 3), np.uint8)
    mosaic[:, :, 3:] = 255
    found = load("edges", convolutional_model()).attribute(mosaic, [0], ["a"])
    np.testing.assert_allclose(found[0], np.tile([0, 0, 0.5, 0.5, 0, 0], (6, 1)), atol=1e-6)


@pytest.mark.parametrize("name", ["random", "edges"])
def test_controls_see_neither_the_class_nor_the_model(name):
    mosaics = np.repeat(photos(1), 4, axis=0)
    one = load(name, convolutional_model()).attribute(mosaics, [0, 1, 2, 3], ["a"] * 4)
    other = load(name, convolutional_model(torch.nn.Tanh)).attribute(mosaics[:1], [4], ["a"])
    assert all(np.array_equal(row, other[0]) for row in one)


def test_noise_comes_from_the_id_and_the_block_alone():
    model, mosaics = convolutional_model(), photos(3)

    def noise(ids, block="random"):
        method = load("random", model, block=block, resolution=6)
        return method.attribute(mosaics[: len(ids)], [0] * len(ids), ids)

    many = noise(["a", "b", "c"])
    assert np.array_equal(noise(["c", "a"]), many[[2, 0]])
    assert np.array_equal(noise(["a", "b", "c"]), many)
    assert len({row.tobytes() for row in many}) == 3
    assert not np.array_equal(noise(["a"], block="other"), many[:1])


@pytest.mark.parametrize("resolution", [1, 7, 200])
def test_noise_is_non_negative_and_uniform_at_its_resolution(resolution):
    found = explain("random", convolutional_model(), torch.zeros(2, 3, 8, 8), [0, 1], resolution=resolution)
    assert found.shape == (2, resolution, resolution)
    assert found.min() >= 0
    assert found.max() < 1
    if resolution == 200:
        assert found.mean().item() == pytest.approx(0.5, abs=0.01)
        assert found.std().item() == pytest.approx(np.sqrt(1 / 12), abs=0.01)
        neighbours = np.corrcoef(found[0, :, 1:].flatten(), found[0, :, :-1].flatten())[0, 1]
        assert abs(neighbours) < 0.03


@pytest.mark.parametrize("like", ["gradcam", "bcos", "shap", "gradient"])
def test_noise_has_as_many_cells_as_the_maps_of_the_method_that_it_resembles(like):
    model, mosaics = (bcos_model() if like == "bcos" else convolutional_model()), photos(2, 20, 14)
    quick = load(like, model).attribute(mosaics[:1], [0], ["a"])
    noise = load("random", model, like=like).attribute(mosaics, [0, 1], ["a", "b"])
    assert noise.shape == (2, *quick.shape[1:])
    assert 0 <= noise.min() < noise.max() < 1
    assert np.array_equal(noise[1:], load("random", model, like=like).attribute(mosaics[1:], [2], ["b"]))


def test_the_network_is_asked_once_for_each_size_of_mosaic():
    model, passes = convolutional_model(), []
    model.network.register_forward_hook(lambda *_: passes.append(1))
    for _ in range(2):
        for side in (20, 14):
            found = explain("random", model, torch.zeros(3, 3, side, side), [0, 1, 2], like="gradcam")
            assert found.shape == (3, side // 2, side // 2)
    assert len(passes) == 2
