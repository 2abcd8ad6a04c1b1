"""The disconnected grid: each tile passes alone, and methods explain the target's tiles."""

import numpy as np
import pytest
import torch

from methods_helpers import QUICK, as_model, bcos_model, convolutional_model, explain, photos
from saliometer import methods, models
from saliometer.errors import UserError
from saliometer.methods import registry
from saliometer.models.disconnected import disconnected
from saliometer.models.model import Model

SIDE, CLASSES = 16, 5
GRIDS = np.array(
    [
        [[1, 0, 0], [0, 0, 0]],
        [[0, 0, 0], [0, 1, 0]],
        [[1, 0, 0], [0, 0, 1]],
        [[1, 0, 0], [0, 0, 0]],
    ],
    dtype=bool,
)
TARGETS = np.array([0, 3, 2, 4])


def make(model=None):
    """A grid of 2 x 3 tiles of 16 pixels asked four questions, one of which has two target tiles."""
    inner = model or convolutional_model(mean=(0.5,) * 3, sd=(0.2,) * 3)
    grid = disconnected(inner, GRIDS, 2 * SIDE, 3 * SIDE)
    inputs = grid.preprocess(photos(4, 2 * SIDE, 3 * SIDE))
    return inner, grid, inputs, grid.outputs_of(TARGETS, GRIDS)


def tile_of(inputs, number, row, column):
    return inputs[number : number + 1, :, SIDE * row : SIDE * (row + 1), SIDE * column : SIDE * (column + 1)]


def assembled(inner, inputs, name, **settings):
    """Each target tile explained by itself, in a map of zeros."""
    maps = torch.zeros(4, 2 * SIDE, 3 * SIDE)
    for number, row, column in np.argwhere(GRIDS).tolist():
        own = explain(name, inner, tile_of(inputs, number, row, column), [TARGETS[number]], **settings)
        own = getattr(own, "maps", own)[0]
        maps[number, SIDE * row : SIDE * (row + 1), SIDE * column : SIDE * (column + 1)] = own
    return maps


def test_the_answer_is_the_sum_of_the_logits_of_the_target_tiles():
    inner, grid, inputs, outputs = make()
    logits = grid.logits(inputs)
    assert logits.shape == (4, 3 * CLASSES), "three patterns among four questions"
    for number, target in enumerate(TARGETS):
        tiles = [tile_of(inputs, number, *place) for place in np.argwhere(GRIDS[number]).tolist()]
        expected = sum(inner.logits(tile)[0, target] for tile in tiles)
        torch.testing.assert_close(logits[number, outputs[number]], expected)
        shares = torch.softmax(sum(inner.logits(tile)[0] for tile in tiles), dim=0)
        torch.testing.assert_close(grid.probabilities(logits)[number, outputs[number]], shares[target])


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("gradient", {}),
        ("inputxgradient", {}),
        ("intgrad", {"steps": 4}),
        ("guidedbackprop", {}),
        ("lrp", {}),
        ("lrp", {"pixel_bounds": "mosaic"}),
    ],
)
def test_what_goes_back_through_the_network_is_each_tile_alone(name, settings):
    if settings.get("pixel_bounds") == "mosaic":
        settings = {"pixel_bounds": next(iter(set(bounds_of_lrp()) - {"model"}))}
    inner, grid, inputs, outputs = make()
    found = explain(name, grid, inputs, outputs, **settings)
    maps, expected = getattr(found, "maps", found), assembled(inner, inputs, name, **settings)
    torch.testing.assert_close(maps, expected, rtol=1e-4, atol=1e-6)
    assert (maps[expected == 0] == 0).all()
    assert maps.isfinite().all()
    if hasattr(found, "residuals") and name == "lrp":
        assert found.residuals.isfinite().all()


def bounds_of_lrp():
    return registry.settings_class("lrp").model_fields["pixel_bounds"].annotation.__args__


@pytest.mark.parametrize("name", ["smoothgrad", "gradientshap"])
def test_noise_elsewhere_gives_no_relevance_elsewhere(name):
    _, grid, inputs, outputs = make()
    maps = explain(name, grid, inputs, outputs, **QUICK[name])
    tiles = maps.view(4, 2, SIDE, 3, SIDE).abs().sum(dim=(2, 4))
    assert torch.equal(tiles > 0, torch.tensor(GRIDS))


def test_contributions_of_a_bcos_network_are_each_tile_alone():
    inner, grid, inputs, outputs = make(bcos_model())
    found = explain("bcos", grid, inputs, outputs)
    torch.testing.assert_close(found.maps, assembled(inner, inputs, "bcos"), rtol=1e-4, atol=1e-6)
    assert found.residuals.abs().max() < 1e-3
    assert registry.why_not_disconnected("bcos", registry.settings_class("bcos")(input_size=64))


def cam_by_hand(inner, inputs, weigh):
    """Trunk of each tile, put together; gradients of the target tiles' logits alone, as a dense loop."""
    maps = []
    for number, target in enumerate(TARGETS):
        activations, gradients = torch.zeros(6, 16, 24), torch.zeros(6, 16, 24)
        for row in range(2):
            for column in range(3):
                own = inner.target_layer(tile_of(inputs, number, row, column)).detach().requires_grad_()
                place = np.s_[:, 8 * row : 8 * (row + 1), 8 * column : 8 * (column + 1)]
                activations[place] = own.detach()[0]
                if GRIDS[number, row, column]:
                    logit = inner.network.head(own.mean(dim=(2, 3)))[0, target]
                    gradients[place] = torch.autograd.grad(logit, own)[0][0]
        maps.append(weigh(activations, gradients))
    return torch.stack(maps)


CAMS = {
    "gradcam": lambda a, g: (g.mean(dim=(1, 2), keepdim=True) * a).sum(dim=0).relu(),
    "layercam": lambda a, g: (g.relu() * a).sum(dim=0).relu(),
}


@pytest.mark.parametrize("name", CAMS)
def test_activation_maps_put_the_tiles_together_and_weigh_channels_over_the_whole_grid(name):
    inner, grid, inputs, outputs = make()
    found = explain(name, grid, inputs, outputs)
    assert found.shape == (4, 16, 24)
    torch.testing.assert_close(found, cam_by_hand(inner, inputs, CAMS[name]))
    elsewhere = found.view(4, 2, 8, 3, 8).sum(dim=(2, 4))[torch.tensor(~GRIDS)]
    assert (elsewhere > 0).any() == (name == "gradcam"), "whole channels light up wherever they are active"


@pytest.mark.parametrize("name", ["occlusion", "rise", "shap"])
def test_perturbing_elsewhere_changes_no_answer(name):
    _, grid, inputs, outputs = make()
    settings = QUICK[name]
    found = explain(name, grid, inputs, outputs, **settings)
    # Others in the tiles that are not the target's: nothing that the network says may change.
    mask = torch.tensor(np.kron(GRIDS, np.ones((1, SIDE, SIDE), bool)))[:, None]
    others = torch.where(mask, inputs, grid.preprocess(photos(4, 2 * SIDE, 3 * SIDE, seed=9)))
    again = explain(name, grid, others, outputs, **settings)
    maps, same = (getattr(one, "maps", one) for one in (found, again))
    torch.testing.assert_close(maps, same, rtol=1e-4, atol=1e-5)


def test_batches_and_classes_do_not_matter_and_the_model_is_left_alone():
    inner, grid, _, outputs = make()
    mosaics, before = photos(4, 2 * SIDE, 3 * SIDE), type(inner.network)
    one, three = (
        methods.load("gradcam", grid, micro_batch=m).attribute(mosaics, outputs, list("abcd")) for m in (1, 3)
    )
    np.testing.assert_allclose(one, three, atol=1e-6)
    assert type(inner.network) is before
    assert inner.grid == (1, 1)
    with pytest.raises(UserError, match="has 5 classes, so there is no class 7"):
        grid.outputs_of(np.array([7]), GRIDS[:1])


def test_tiles_that_are_too_small_or_uneven_are_refused():
    inner = convolutional_model()
    small = Model(**{**vars(inner), "smallest_input": 17})
    with pytest.raises(UserError, match="sees tiles apart from each other, and takes at least 17x17"):
        disconnected(small, GRIDS, 32, 48)
    with pytest.raises(UserError, match="can't be cut into 2x3 equal tiles"):
        disconnected(inner, GRIDS, 32, 47)


def test_a_network_that_folds_says_the_same():
    torch.manual_seed(5)
    trunk = torch.nn.Sequential(torch.nn.Conv2d(3, 6, 3, padding=1), torch.nn.BatchNorm2d(6), torch.nn.ReLU())
    trunk[1].running_mean.uniform_(-1, 1)
    head = torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(6, CLASSES))
    _, grid, inputs, outputs = make(as_model(torch.nn.Sequential(trunk, head), trunk))
    assert grid.passing().network is not grid.network, "batch norms are folded within the grid too"
    torch.testing.assert_close(grid.logits(inputs), grid.network(inputs), rtol=1e-4, atol=1e-5)
    assert explain("gradcam", grid, inputs, outputs).shape == (4, 2 * SIDE, 3 * SIDE)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gradcam", "gradient", "lrp", "lime"])
def test_a_real_network_sees_the_target_tiles_alone(name):
    model = models.load("efficientnet_lite0", weights="DEFAULT")
    patterns = np.eye(4, dtype=bool).reshape(4, 2, 2)[[0, 3]]
    grid = disconnected(model, patterns, 128, 128)
    mosaics = photos(2, 128, 128)
    settings = {"samples": 30} if name == "lime" else {}
    method = methods.load(name, grid, **settings)
    stripes = np.broadcast_to(np.arange(128, dtype=np.int32) // 32, (2, 128, 128))
    outputs = grid.outputs_of(np.array([281, 817]), patterns)
    found = method.explain(mosaics, outputs, ["a", "b"], stripes if method.needs_segments else None)
    tiles = np.abs(found.maps).reshape(2, 2, found.maps.shape[1] // 2, 2, -1).sum(axis=(2, 4))
    assert (tiles[patterns] > 0).any()
    if name in ("gradient", "lrp"):
        assert (tiles[patterns] > 0).all()
        assert (tiles[~patterns] == 0).all()
