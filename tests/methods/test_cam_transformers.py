"""Class activation maps on the token grids of transformers, against grad-cam; layers laid out otherwise."""

import numpy as np
import pytest
import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import nn

from methods_helpers import hooks_of, photos
from saliometer import models
from saliometer.errors import UserError
from saliometer.methods import load
from saliometer.methods.engines.layouts import channels_first, has_layout
from saliometer.models.model import Model, freeze


def grid_of_tokens(tokens):
    """As the tutorial of grad-cam for ViT."""
    side = int((tokens.shape[1] - 1) ** 0.5)
    return tokens[:, 1:, :].reshape(len(tokens), side, side, tokens.shape[2]).transpose(2, 3).transpose(1, 2)


def grid_of_windows(output):
    """As the tutorial of grad-cam for Swin."""
    return output.transpose(2, 3).transpose(1, 2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "size", "grid", "side", "reshape"),
    [
        ("swin_t", 112, 4, 768, grid_of_windows),
        pytest.param("vit_b_16", 224, 14, 768, grid_of_tokens, marks=pytest.mark.slow),
    ],
)
def test_equality_with_grad_cam(name, size, grid, side, reshape):
    model = models.load(name, weights=None)
    mosaics, targets = photos(2, size, size), [3, 998]
    found = load("gradcam", model).attribute(mosaics, targets, ["a", "b"])
    assert found.shape == (2, grid, grid)
    assert found.max(axis=(1, 2)).min() > 0
    inputs = model.preprocess(mosaics).requires_grad_()
    with GradCAM(model.network, [model.target_layer], reshape_transform=reshape) as theirs:
        logits = theirs.activations_and_grads(inputs)
        sum(logits[row, target] for row, target in enumerate(targets)).backward()
        layers = theirs.activations_and_grads
        activations, gradients = layers.activations[0].numpy(), layers.gradients[0].numpy()
        asked = [ClassifierOutputTarget(target) for target in targets]
        cam = theirs.get_cam_image(inputs, model.target_layer, asked, activations, gradients)
    assert activations.shape == (2, side, grid, grid)
    expected = np.maximum(cam, 0)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5 * expected.max())
    assert not hooks_of(model.network)


class Attention(nn.Module):
    """A small vision transformer: a class token and a grid, two layers of attention, a head of the token."""

    def __init__(self, width=8, classes=5):
        super().__init__()
        self.patches = nn.Conv2d(3, width, 4, stride=4)
        self.token = nn.Parameter(torch.randn(1, 1, width))
        self.norms = nn.ModuleList([nn.LayerNorm(width) for _ in range(2)])
        self.attentions = nn.ModuleList([nn.MultiheadAttention(width, 2, batch_first=True) for _ in range(2)])
        self.last, self.head = nn.LayerNorm(width), nn.Linear(width, classes)

    def forward(self, inputs):
        grid = self.patches(inputs).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.token.expand(len(grid), -1, -1), grid], dim=1)
        for norm, attention in zip(self.norms, self.attentions, strict=True):
            seen = norm(tokens)
            tokens = tokens + attention(seen, seen, seen, need_weights=False)[0]
        return self.head(self.last(tokens)[:, 0])


def transformer(choose, layout="tokens"):
    torch.manual_seed(6)
    network = freeze(Attention())
    black = (0.0, 0.0, 0.0)
    return Model("tiny", network, black, (1.0, 1.0, 1.0), torch.device("cpu"), choose(network), layout=layout)


@pytest.mark.parametrize("name", ["gradcam", "gradcam++"])
@pytest.mark.parametrize("micro_batch", [1, 2, None])
def test_tokens_are_explained_alike_in_any_batch(name, micro_batch):
    model = transformer(lambda network: network.norms[1])
    rows, targets = [0, 0, 1, 2], [3, 1, 0, 3]
    mosaics = photos(3, 16, 16)[rows]
    alone = [
        load(name, model).attribute(mosaics[row : row + 1], targets[row : row + 1], ["a"])[0]
        for row in range(4)
    ]
    together = load(name, model, micro_batch=micro_batch).attribute(mosaics, targets, list("aabc"))
    assert together.shape == (4, 4, 4)
    assert together.max() > 0
    np.testing.assert_allclose(together, alone, rtol=1e-5, atol=1e-6 * together.max())


@pytest.mark.parametrize(
    ("choose", "layout", "words"),
    [
        (lambda network: network.last, "tokens", "depend on the class token alone"),
        (lambda network: network.head, "tokens", r"gives \(1, 5\) .* need \(n, 1 \+ h \* w, c\)"),
        (lambda network: network.patches, "tokens", r"gives \(1, 8, 4, 4\) for 16x16 pixels"),
        (lambda network: network.attentions[1], "tokens", "gives tuple"),
        (lambda network: network.norms[1], "nchw", r"gives \(1, 17, 8\) .* need \(n, c, h, w\)"),
    ],
)
def test_layers_of_another_layout_are_refused(choose, layout, words):
    with pytest.raises(UserError, match=f"model tiny: .*{words}"):
        load("gradcam", transformer(choose, layout)).attribute(photos(1, 16, 16), [0], ["a"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "layer", "words"),
    [
        ("swin_t", "permute", r"gives \(1, 768, 3, 3\) for 96x96 pixels, .* need \(n, h, w, c\)"),
        ("convnext_tiny", "features.7.2.block.2", r"gives \(1, 3, 3, 768\) .* need \(n, c, h, w\)"),
    ],
)
def test_channels_are_not_taken_for_rows(name, layer, words):
    model = models.load(name, weights=None, target_layer=layer)
    with pytest.raises(UserError, match=f"model {name}: .*{words}"):
        load("gradcam", model).attribute(photos(1, 96, 96), [0], ["a"])


def test_layouts():
    grid = torch.arange(2 * 3 * 4 * 4.0).view(2, 3, 4, 4)
    rows_first = grid.permute(0, 2, 3, 1)
    tokens = torch.cat([torch.full((2, 1, 3), -1.0), rows_first.flatten(1, 2)], dim=1)
    for output, layout in [(grid, "nchw"), (rows_first, "nhwc"), (tokens, "tokens")]:
        assert torch.equal(channels_first(output, layout), grid)
        assert has_layout(output, layout, 64, 64)
    assert not has_layout(tokens[:, 1:], "tokens", 64, 64)  # a grid of 15 is no square
    assert has_layout(torch.zeros(1, 8, 1, 18), "nchw", 63, 630)  # AlexNet's, whose borders shorten the less
    assert not has_layout(torch.zeros(1, 7, 7, 768), "nchw", 224, 224)
