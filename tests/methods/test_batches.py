"""How rows are cut into batches and passes changes no map, and what fits no pass is refused."""

import numpy as np
import pytest
import torch

from every_method import COARSE, CONTROLS, NAMES, SIGNED, model_for
from methods_helpers import QUICK, bcos_model, convolutional_model, hooks_of, maps_of, photos
from saliometer import models
from saliometer.errors import UserError
from saliometer.methods import load, registry

ON_A_COPY = {"lrp"}  # of the network, which a hook on the network does not see


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_batches_order_and_company_change_nothing(name):
    model = model_for(name, torch.nn.Tanh)
    rows = np.array([0, 0, 1, 1, 2, 3, 3, 0])
    mosaics, targets = photos(4)[rows], np.array([0, 1, 1, 4, 2, 3, 0, 2])
    ids = [f"mosaic {row}" for row in rows]
    whole = maps_of(load(name, model, **QUICK.get(name, {})), mosaics, targets, ids)
    side = COARSE.get(name, 8)
    assert whole.shape == (8, side, side)
    assert whole.dtype == np.float32
    assert (whole < 0).any() == (name in SIGNED)
    tolerance = 1e-5 * np.abs(whole).max()
    for micro_batch in (1, 2, 3, 50):
        method = load(name, model, micro_batch=micro_batch, **QUICK.get(name, {}))
        np.testing.assert_allclose(maps_of(method, mosaics, targets, ids), whole, rtol=0, atol=tolerance)
        order = np.array([5, 2, 7, 0])
        some = maps_of(method, mosaics[order], targets[order], [ids[row] for row in order])
        np.testing.assert_allclose(some, whole[order], rtol=0, atol=tolerance)
    again = maps_of(load(name, model, **QUICK.get(name, {})), mosaics, targets, ids)
    assert np.array_equal(again, whole)
    assert not hooks_of(model.network)


@pytest.mark.parametrize("name", sorted(set(NAMES) - CONTROLS - ON_A_COPY))
def test_no_pass_is_larger_than_the_micro_batch(name):
    model, sizes = model_for(name), []
    model.network.register_forward_pre_hook(lambda module, arguments: sizes.append(len(arguments[0])))
    settings = QUICK.get(name, {})
    maps_of(load(name, model, micro_batch=4, **settings), photos(6), [0] * 6, list("abcdef"))
    assert 3 <= max(sizes) <= 4
    once_more = {"intgrad": 6 + 1}.get(name, 0)  # forward, the mosaics and the baseline, for the residuals
    passes = 6 * registry.spec_of(name).inputs_per_map(registry.settings_class(name)(**settings))
    assert sum(sizes) == passes + once_more


@pytest.mark.parametrize("name", sorted(set(NAMES) - CONTROLS - ON_A_COPY))
def test_a_device_that_runs_out_of_memory_changes_no_map(name, capfd):
    """On a device with memory for two images, passes of sixteen become passes of two, once and for all."""
    settings, whole = QUICK.get(name, {}), model_for(name)
    expected = maps_of(load(name, whole, **settings), photos(9), [0] * 9, list("abcdefghi"))

    def refuse(module, arguments):
        if len(arguments[0]) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")

    small = model_for(name)
    small.network.register_forward_pre_hook(refuse)
    method = load(name, small, micro_batch=16, **settings)
    for _ in range(2):
        maps = maps_of(method, photos(9), [0] * 9, list("abcdefghi"))
        np.testing.assert_allclose(maps, expected, rtol=1e-5, atol=1e-6 * np.abs(expected).max())
    assert method.micro_batch == 2
    assert capfd.readouterr().err.count("out of memory") == 3


# Noise sees no network, points on the way to white are not white, and lrp refuses what it has no rule for.
@pytest.mark.parametrize("name", sorted(set(NAMES) - {"random", "gradientshap", "lrp"}))
def test_maps_that_are_not_finite_are_refused(name):
    class Broken(torch.nn.Module):
        def forward(self, inputs):
            return inputs / (
                inputs[:, :3].mean(dim=(1, 2, 3), keepdim=True) < 0.9
            )  # white is divided by zero

    # Edges do not see the network but for its preprocessing.
    sd = (float("nan") if name == "edges" else 1.0, 1.0, 1.0)
    model = bcos_model() if name == "bcos" else convolutional_model(sd=sd)
    getattr(model.network, "trunk", model.network).insert(0, Broken())
    mosaics = photos(3)
    mosaics[1] = 255
    method = load(name, model, block="block", **QUICK.get(name, {}))
    with pytest.raises(
        UserError, match=r"method block on model tiny: the map of mosaic \S+ for class \d is not finite"
    ):
        maps_of(method, mosaics, [0, 3, 1], ["7/a", "7/b", "7/c"])


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["gradient", "guidedbackprop", "smoothgrad", "intgrad", "gradientshap", "lrp"]
)
def test_on_the_real_network_neither_batch_nor_company_tip_a_relu(name):
    """Maps of EfficientNet-Lite0 within 1e-5 of their largest value, in passes of two and more."""
    torch.set_num_threads(1)
    model = models.load("efficientnet_lite0")
    few = {"smoothgrad": {"samples": 3}, "gradientshap": {"samples": 3}, "intgrad": {"steps": 3}}.get(
        name, {}
    )
    mosaics = np.repeat(np.repeat(photos(5, 12, 12), 8, axis=1), 8, axis=2)
    targets, ids = [3, 500, 998, 3, 7], list("abcde")
    whole = load(name, model, micro_batch=8, **few).attribute(mosaics, targets, ids)
    for micro_batch in (2, 3):
        method = load(name, model, micro_batch=micro_batch, **few)
        for rows in ([0, 1, 2, 3, 4], [4, 1], [2]):
            found = method.attribute(mosaics[rows], np.array(targets)[rows], [ids[row] for row in rows])
            gaps = np.abs(found - whole[rows]).max(axis=(1, 2)) / np.abs(whole[rows]).max(axis=(1, 2))
            assert gaps.max() < 1e-5, (micro_batch, rows)


@pytest.mark.parametrize(
    ("name", "settings", "rows"),
    [("gradient", {}, 32), ("edges", {}, 32), ("intgrad", {"steps": 10}, 4), ("intgrad", {"steps": 1000}, 1)],
)
def test_a_batch_holds_some_full_micro_batches(name, settings, rows):
    assert load(name, convolutional_model(), micro_batch=4, **settings).rows_per_batch(8, 8) == rows


def test_rows_of_one_mosaic_are_never_torn_apart():
    method = load("intgrad", convolutional_model(), micro_batch=4, steps=16)
    assert method.rows_per_batch(8, 8) == 2
    cuts = method.batches(list("aaabccdeeef"), 8, 8)
    assert cuts == [slice(0, 3), slice(3, 6), slice(6, 10), slice(10, 11)]


def test_a_micro_batch_holds_one_image_at_least():
    with pytest.raises(UserError, match="micro_batch is 0"):
        load("gradient", convolutional_model(), micro_batch=0).attribute(photos(1), [0], ["a"])
