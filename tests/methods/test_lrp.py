"""LRP against networks solved by hand, explicit matrices in float64 and input x gradient."""

import gc
import weakref

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from lrp_helpers import lrp, with_numbers
from methods_helpers import as_model, convolutional_model, explain, hooks_of, photos
from saliometer.methods.engines.relevance.maps import relevance_maps
from saliometer.methods.engines.relevance.rules import Epsilon
from saliometer.methods.lrp import SPEC

PUBLISHED = SPEC.presets["published"]


def solved_by_hand():
    """Return a network of three red pixels and two logits, and pixels."""
    first, second, last = nn.Conv2d(3, 2, (1, 3)), nn.Conv2d(2, 2, 1), nn.Linear(2, 2)
    nn.init.zeros_(first.weight)
    first.weight.data[:, 0, 0] = torch.tensor([[1.0, -1, 2], [2, 0, -2]])
    first.bias.data = torch.tensor([1.5, 0])
    second.weight.data[:, :, 0, 0] = torch.tensor([[1.0, -1], [3, 1]])
    second.bias.data = torch.tensor([1.0, -2])
    last.weight.data = torch.tensor([[2.0, 1], [1, -1]])
    last.bias.data = torch.tensor([-1.0, 0])
    pixels = torch.zeros(1, 3, 1, 3)
    pixels[0, 0, 0] = torch.tensor([0.5, 1, 0])
    return as_model(nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.Flatten(), last)), pixels


# The pixels (.5, 1, 0) give (1, 1), these (1, 2), and these the logits 2 + 2 - 1 = 3 and 1 - 2 = -1. So the
# linear layer's inputs have relevance (2, 2) or (1, -2). Positive parts of the middle layer are 1 of 2, where
# the bias has the other 1, and (3, 1) of 4; those of the first, in a box of 0 to 1, (.5, 0, 0) and (1, 0, 2).
@pytest.mark.parametrize(
    ("settings", "target", "middle"),
    [
        ({}, 0, [1 + 1.5, 0.5]),
        ({}, 1, [0.5 - 1.5, -0.5]),
        (PUBLISHED, 0, np.array([2 + 1.5, 0.5]) * 3 / (4 + 0.25 * 8.5**0.5)),
        (PUBLISHED, 1, np.array([1 - 1.5, -0.5]) * -1 / (-1 + 0.25 * 8.5**0.5)),
        ({"epsilon": 0.5}, 1, np.array([0.5 - 1.5, -0.5]) / (1 + 0.5 * 5**0.5)),
    ],
)
def test_a_network_solved_by_hand(settings, target, middle):
    model, pixels = solved_by_hand()
    found = lrp(model, pixels, [target], **settings)
    expected = [middle[0] + middle[1] / 3, 0, 2 * middle[1] / 3]
    np.testing.assert_allclose(found.maps[0, 0], expected, rtol=1e-5)
    logit = (3, -1)[target]
    np.testing.assert_allclose(found.residuals, [(sum(expected) - logit) / abs(logit)], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("settings", "low", "high"), [({}, -0.5, 1.5), ({"pixel_bounds": "image"}, -1, 2)])
def test_the_box_ends_where_the_settings_say(settings, low, high):
    layer = nn.Conv2d(3, 1, (1, 2))
    nn.init.zeros_(layer.weight)
    layer.weight.data[0, 0, 0] = torch.tensor([2.0, -1])
    red = torch.tensor([1.0, 0.25])
    pixels = torch.stack([red, torch.tensor([2.0, 0]), torch.tensor([0.0, -1])])[None, :, None]
    model = as_model(nn.Sequential(layer, nn.Flatten()), mean=(0.25, 0.5, 0.5), sd=(0.5, 0.1, 0.1))
    parts = torch.stack([(red[0] - low) * 2, (red[1] - high) * -1])
    found = lrp(model, pixels, [0], **settings)
    torch.testing.assert_close(found.maps[0, 0], model.logits(pixels)[0, 0] * parts / parts.sum())
    assert found.residuals.abs().item() < 1e-6


@pytest.mark.parametrize(("scale", "shift"), [(2, 1), (2, -1), (-2, -3), (1, 0)])
def test_a_batch_norm_keeps_the_share_of_its_bias(scale, shift):
    norm = nn.BatchNorm2d(1, eps=0, affine=False)
    norm.running_var.fill_(1 / scale**2)
    norm.running_mean.fill_(-shift / abs(scale))
    first = nn.Conv2d(3, 1, 1, bias=False)
    first.weight.data.fill_(np.sign(scale))
    model = as_model(nn.Sequential(first, norm, nn.Flatten()))
    pixels = torch.tensor([0, 0.5, 1]).view(1, 3, 1, 1)
    logit = 1.5 * scale + shift
    share = abs(1.5 * scale) / (abs(1.5 * scale) + abs(shift))
    assert lrp(model, pixels, [0], **PUBLISHED).maps.item() == pytest.approx(logit * share, rel=1e-5)
    assert lrp(model, pixels, [0]).maps.item() == pytest.approx(logit, rel=1e-5)


def test_without_biases_and_epsilon_it_is_input_times_gradient_and_sums_to_the_logit():
    model = convolutional_model()
    with_numbers(model.network, biases=False)
    inputs, targets = model.preprocess(photos(3)), torch.tensor([0, 4, 2])
    rules = (((nn.Conv2d, nn.Linear), Epsilon(biases=True, epsilon=0.0, signed=True)),)
    # The box that ends at 0 on both sides is the rule of plain contributions.
    nothing = torch.zeros(3, 1, 1)
    found = relevance_maps(model, inputs, targets, rules, True, lambda shown: (nothing, nothing))
    expected = explain("inputxgradient", model, inputs, targets)
    torch.testing.assert_close(found.maps, expected, rtol=1e-4, atol=1e-6)
    assert found.residuals.abs().max() < 1e-5


class Blocks(nn.Module):
    """All that has a rule of its own: sums as functions, batch norms with and without a layer before."""

    def __init__(self):
        super().__init__()
        self.first, self.norm1 = nn.Conv2d(3, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)
        self.second, self.norm2 = nn.Conv2d(4, 4, 3, stride=2, padding=1), nn.BatchNorm2d(4)
        self.third, self.relu6, self.norm3 = nn.Conv2d(4, 4, 1), nn.ReLU6(), nn.BatchNorm2d(4)
        self.head = nn.Linear(4, 3)

    def forward(self, x):
        x = functional.relu(self.norm1(self.first(x)))
        x = self.norm2(self.second(x))
        out = self.third(x)
        out += x
        return self.head(functional.relu(self.norm3(self.relu6(out))).mean([2, 3]).flatten(1))


def matrix_of(layer, shape):
    """Return the matrix (outputs, inputs) and the bias (outputs,) of a layer for inputs of a shape."""
    basis = torch.eye(int(np.prod(shape)), dtype=torch.float64).view(-1, *shape)
    bias = layer(torch.zeros(1, *shape, dtype=torch.float64)).flatten()
    return (layer(basis).flatten(1) - bias).T, bias


def shared(parts, relevance, denominators):
    """Send the relevance of outputs k to inputs j by parts (k, j) of denominators (k,)."""
    return (parts * torch.where(denominators == 0, 0, relevance / denominators)[:, None]).sum(0)


def by_matrices(network, x, target, published):
    """Explain one image layer by layer, with relevances (not per unit) and every contribution written out."""
    n, r = network, nn.functional.relu
    fold = [n.first, nn.Sequential(n.first, n.norm1)][not published]
    m1, b1 = matrix_of(fold, (3, 6, 6))
    y1 = m1 @ x.flatten() + b1
    a1 = n.norm1(y1.view(1, 4, 6, 6)).flatten() if published else y1
    m2, b2 = matrix_of(n.second if published else nn.Sequential(n.second, n.norm2), (4, 6, 6))
    y2 = m2 @ r(a1) + b2
    a2 = n.norm2(y2.view(1, 4, 3, 3)).flatten() if published else y2
    m3, b3 = matrix_of(n.third, (4, 3, 3))
    y3 = m3 @ a2 + b3
    a3 = n.relu6(y3 + a2)
    y4 = n.norm3(a3.view(1, 4, 3, 3)).flatten()
    a5 = r(y4).view(4, 9).mean(1)
    parts = n.head.weight * a5
    total = parts.sum(1) + (0 if published else n.head.bias)
    eps = (
        0.25 * total.square().mean().sqrt()
        if published
        else 1e-6 * total.square().mean().sqrt() * total.sign()
    )
    relevance = torch.zeros(3, dtype=torch.float64)
    relevance[target] = (parts.sum(1) + n.head.bias)[target]
    start = relevance.sum()
    relevance = shared(parts, relevance, total + eps)
    pooled = r(y4).view(4, 9)
    relevance = (pooled / pooled.sum(1, keepdim=True) * relevance[:, None]).nan_to_num().flatten()

    def through_norm(norm, shape, inputs, relevance):
        scale, shift = matrix_of(norm, shape)
        share = (scale.diag() * inputs).abs() / ((scale.diag() * inputs).abs() + shift.abs())
        return relevance * share

    def z_plus(matrix, bias, inputs, relevance):
        parts = (matrix * inputs).clamp(min=0)
        return shared(parts, relevance, parts.sum(1) + (0 if published else bias.clamp(min=0)))

    relevance = through_norm(n.norm3, (4, 3, 3), a3, relevance)
    of_third, of_second = (term / (y3 + a2) * relevance for term in (y3, a2))
    relevance = of_second + z_plus(m3, b3, a2, of_third)
    if published:
        relevance = through_norm(n.norm2, (4, 3, 3), y2, relevance)
    relevance = z_plus(m2, b2, r(a1), relevance)
    if published:
        relevance = through_norm(n.norm1, (4, 6, 6), y1, relevance)
    low, high = (x.min(), x.max()) if published else (0, 1)
    parts = (x.flatten() - low) * m1.clamp(min=0) + (x.flatten() - high) * m1.clamp(max=0)
    return shared(parts, relevance, parts.sum(1)).view(3, 6, 6).sum(0), start


@pytest.mark.slow
@pytest.mark.parametrize("published", [False, True])
@pytest.mark.parametrize("seed", [0, 1, 3])
def test_equality_with_explicit_matrices(published, seed):
    network = with_numbers(Blocks(), seed=seed)
    model = as_model(network)
    inputs, targets = model.preprocess(photos(4, 6, 6, seed)), [0, 1, 2, 1]
    found = lrp(model, inputs, targets, **(PUBLISHED if published else {}))
    network.double()
    for row, target in enumerate(targets):
        expected, start = by_matrices(network, inputs[row].double(), target, published)
        scale = expected.abs().max().item()
        assert scale > 1e-3
        np.testing.assert_allclose(found.maps[row], expected, rtol=1e-3, atol=1e-4 * scale)
        residual = (expected.sum() - start) / start.abs()
        np.testing.assert_allclose(found.residuals[row], residual, rtol=1e-3, atol=1e-3)


def test_a_constant_added_to_all_logits_turns_the_published_map_around_and_not_the_default():
    model = as_model(with_numbers(Blocks()))
    inputs = model.preprocess(photos(4, 6, 6))
    target = 1
    model.network.head.bias.data += 9
    before = [lrp(model, inputs, [target] * 4, **settings).maps for settings in ({}, PUBLISHED)]
    assert (model.logits(inputs)[:, target] > 0).all()
    model.network.head.bias.data -= 18
    assert (model.logits(inputs)[:, target] < 0).all()
    after = [lrp(model, inputs, [target] * 4, **settings).maps for settings in ({}, PUBLISHED)]
    torch.testing.assert_close(after[0], before[0], rtol=1e-4, atol=1e-5)
    alike = nn.functional.cosine_similarity(after[1].flatten(1), before[1].flatten(1))
    np.testing.assert_allclose(alike, -1, rtol=1e-4)


@pytest.mark.parametrize("settings", [{}, PUBLISHED])
def test_batches_and_shared_mosaics_change_nothing(settings):
    model = as_model(with_numbers(Blocks()))
    inputs = model.preprocess(photos(3, 6, 6))
    rows, targets = [0, 0, 0, 1, 2, 2], [2, 1, 2, 0, 2, 0]
    alone = [lrp(model, inputs[row : row + 1], [t], **settings) for row, t in zip(rows, targets, strict=True)]
    for micro_batch in (1, 2, None):
        together = lrp(model, inputs[rows], targets, micro_batch, **settings)
        for field in ("maps", "residuals"):
            expected = torch.cat([getattr(each, field) for each in alone])
            torch.testing.assert_close(getattr(together, field), expected, rtol=1e-5, atol=1e-6)


def test_nothing_is_left_behind_and_redrawn_weights_are_seen():
    model = as_model(with_numbers(Blocks()))
    inputs = model.preprocess(photos(2, 6, 6))
    before = lrp(model, inputs, [0, 1]).maps
    assert not hooks_of(model.network)
    assert all(parameter.grad is None for parameter in model.network.parameters())
    with_numbers(model.network, seed=1)
    fresh = as_model(with_numbers(Blocks(), seed=1))
    again = lrp(model, inputs, [0, 1]).maps
    assert not torch.allclose(again, before)
    assert torch.equal(again, lrp(fresh, inputs, [0, 1]).maps)
    network = weakref.ref(fresh.network)
    del fresh
    gc.collect()
    assert network() is None
