"""KernelSHAP against brute force over all coalitions, and captum."""

import captum.attr as captum
import numpy as np
import pytest
import torch

from coalitions_helpers import exact_values
from methods_helpers import as_model, convolutional_model, explain, linear_model, photos
from saliometer.errors import UserError
from saliometer.methods import load
from saliometer.methods.engines.coalitions import (
    draw_independent,
    draw_paired,
)
from saliometer.methods.engines.segments import squares
from saliometer.methods.intgrad import baseline
from saliometer.metrics.engines.upsampling import upsample


class GivenCoalitions(captum.KernelShap):
    """captum's KernelSHAP, asking about given coalitions."""

    def __init__(self, network, coalitions):
        super().__init__(network)
        self.coalitions = iter(torch.as_tensor(coalitions.members).long()[:, None])
        self.weights = iter([1e6, 1e6, *coalitions.weights])

    def kernel_shap_perturb_generator(self, original_inp, **kwargs):
        yield from self.coalitions

    def kernel_shap_similarity_kernel(self, *given, **kwargs):
        return torch.tensor([next(self.weights)])


@pytest.mark.parametrize("probe", [{"sampling": "independent", "squares": 4}, {"squares": 3}])
def test_equality_with_captum_on_the_same_coalitions(probe):
    model, per_side = convolutional_model(torch.nn.Tanh), probe["squares"]
    inputs, targets = model.preprocess(photos(2, 12, 12)), [3, 1]
    draw = draw_independent if "sampling" in probe else draw_paired
    for row, target in enumerate(targets):
        drawn = draw(per_side**2, 60, 7 + row)
        theirs = GivenCoalitions(model.network, drawn).attribute(
            inputs[row : row + 1],
            baselines=0.5,
            target=target,
            feature_mask=torch.as_tensor(squares(12, 12, per_side))[None, None],
            n_samples=60,
        )
        given = {"samples": 60, "fill": "mid_grey", **probe}
        found = explain("shap", model, inputs[row : row + 1], [target], seeds=[7 + row], **given)
        enlarged = upsample(found.maps.numpy(), 12, 12, "nearest")[0]
        np.testing.assert_allclose(enlarged, theirs[0, 0], atol=2e-3 * np.abs(enlarged).max())


@pytest.mark.parametrize("micro_batch", [1, 7, None])
def test_a_linear_model_is_explained_by_its_weights(micro_batch):
    model = linear_model(10, 15, mean=(0.4, 0.5, 0.3), sd=(0.2, 0.3, 0.25))
    inputs, targets = model.preprocess(photos(3, 10, 15)), [2, 0, 3]
    weights = model.network[1].weight.view(-1, 3, 10, 15)[targets]
    for fill in ("mean_colour", "black"):
        parts = (weights * (inputs - baseline(model, fill))).sum(1)
        expected = parts.view(3, 5, 2, 5, 3).sum(dim=(2, 4))
        found = explain("shap", model, inputs, targets, micro_batch=micro_batch, fill=fill, samples=75)
        torch.testing.assert_close(found.maps, expected, atol=1e-4, rtol=1e-4)
        assert found.residuals.abs().max() < 1e-5


def test_the_squares_of_a_small_mosaic_by_brute_force():
    model = convolutional_model(torch.nn.Softplus)
    inputs = model.preprocess(photos(1, 8, 8))

    def game(members):
        visible = torch.as_tensor(np.asarray(members)).view(-1, 1, 2, 2)
        visible = visible.repeat_interleave(4, dim=2).repeat_interleave(4, dim=3)
        return model.network(inputs * visible)[:, 4].double().numpy()

    found = explain("shap", model, inputs, [4], squares=2, samples=50)
    np.testing.assert_allclose(found.maps.flatten(), exact_values(game, 4), atol=1e-5)


def test_efficiency_holds_whatever_the_coalitions():
    model = convolutional_model(torch.nn.Tanh)
    inputs, targets = model.preprocess(photos(4)), torch.tensor([0, 1, 2, 3])
    gap = model.network(inputs)[torch.arange(4), targets] - model.network(inputs * 0)[0, targets]
    for sampling in ("paired", "independent"):
        found = explain("shap", model, inputs, targets, squares=4, samples=48, sampling=sampling)
        torch.testing.assert_close(found.maps.sum(dim=(1, 2)), gap, atol=1e-5, rtol=1e-5)
        assert found.residuals.abs().max() < 1e-5


@pytest.mark.parametrize("tiles", [2, 3, 4, 6, 7, 8])
def test_no_edge_of_the_default_squares_lies_where_tiles_meet(tiles):
    per_side, size = load("shap", convolutional_model()).settings.squares, 40 * tiles
    labels = squares(size, size, per_side)
    edges = np.arange(40, size, 40)
    assert np.array_equal(labels[edges - 1], labels[edges])
    assert np.array_equal(labels[:, edges - 1], labels[:, edges])


def test_squares_lie_where_scoring_draws_them():
    for height, width, per_side in ((448, 448, 5), (13, 30, 4), (3, 9, 5)):
        numbers = np.arange(per_side**2).reshape(1, per_side, per_side)
        assert np.array_equal(
            squares(height, width, per_side), upsample(numbers, height, width, "nearest")[0]
        )


def test_the_preset_is_the_study():
    method = load("shap", convolutional_model(), preset="published")
    assert method.settings.model_dump() == {
        "squares": 4,
        "samples": 100,
        "sampling": "independent",
        "fill": "mid_grey",
    }
    labels = squares(448, 448, 4)
    assert np.array_equal(np.unique(labels, return_counts=True)[1], [112 * 112] * 16)


def test_classes_of_one_mosaic_share_all_passes():
    model, sizes = convolutional_model(torch.nn.Tanh), []
    mosaics = photos(2)[[0, 0, 0, 1]]
    alone = load("shap", model, squares=3, samples=30)
    expected = [alone.attribute(mosaics[[row]], [row], ["a" if row < 3 else "b"])[0] for row in range(4)]
    handle = model.network.register_forward_pre_hook(lambda module, given: sizes.append(len(given[0])))
    found = load("shap", model, micro_batch=1, squares=3, samples=30).attribute(
        mosaics, [0, 1, 2, 3], list("aaab")
    )
    handle.remove()
    assert sum(sizes) == 2 * 30
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"samples": 60}, "samples: 60 are too few to tell 25 squares apart; give at least 75"),
        ({"squares": 1}, "squares: .*greater than or equal to 2"),
    ],
)
def test_settings_that_can_explain_nothing_are_refused(given, words):
    with pytest.raises(UserError, match=words):
        load("shap", as_model(torch.nn.Identity()), **given)
