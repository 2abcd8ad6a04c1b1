"""B-cos networks: those of the package, six channels of pixels, weights by name, by path and at random."""

import hashlib
import shutil
import subprocess
import sys

import bcos.models.pretrained as package
import numpy as np
import pytest
import torch
from bcos.data.transforms import AddInverse
from pydantic import ValidationError

from saliometer import models
from saliometer.errors import UserError
from saliometer.models import Settings, bcos, families
from saliometer.models.model import freeze, submodule

pytestmark = pytest.mark.slow

NAMES = [name for row in bcos.ARCHITECTURES for name in row.names]
SMALL = "bcos_resnet18"


def photos(count=2, size=64):
    return np.random.default_rng(0).integers(0, 256, (count, size, size, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def model():
    return models.load(SMALL, weights=None)


@pytest.mark.parametrize(
    "name",
    NAMES,
)
def test_networks_are_those_of_the_package(name):
    with torch.device("meta"):
        theirs = getattr(package, name.removeprefix("bcos_"))()
        ours = bcos.build(name, None, download=False)
    shapes = {key: tensor.shape for key, tensor in ours.network.state_dict().items()}
    assert shapes == {key: tensor.shape for key, tensor in theirs.state_dict().items()}
    assert str(ours.network) == str(theirs)
    traits = families.traits_of(name)
    seen = []
    network = freeze(ours.network)
    layer = submodule(network, ours.target_layer, name)
    layer.register_forward_hook(lambda module, arguments, output: seen.append(output.shape))
    smallest = traits.smallest_input
    for size in (96, smallest):
        network(torch.empty(1, 6, size, size, device="meta"))
    assert [len(shape) for shape in seen] == [4, 4]
    assert 2 <= seen[0][2] <= 6
    if smallest > 1:
        with pytest.raises(RuntimeError, match="Output size is too small"):
            network(torch.empty(1, 6, smallest - 1, smallest - 1, device="meta"))


def test_every_name_of_weights_is_published():
    for name in NAMES:
        urls = bcos._urls(name)
        assert ("DEFAULT", *urls) == families.weights_names(name)
        assert all(url.startswith("https://github.com/B-cos/") for url in urls.values())


def test_logits_are_those_of_the_package(model):
    theirs = package.resnet18()
    theirs.load_state_dict(model.network.state_dict())
    images = photos()
    colours = torch.as_tensor(images).permute(0, 3, 1, 2) / 255
    with torch.no_grad():
        expected = theirs.eval()(AddInverse()(colours))
    torch.testing.assert_close(model.logits(model.preprocess(images)), expected)


def test_the_network_sees_colours_and_their_complements(model):
    images = photos()
    inputs = model.preprocess(images)
    assert inputs.shape == (2, 6, 64, 64)
    assert inputs.dtype == torch.float32
    assert inputs.is_contiguous()
    colours = torch.as_tensor(images).permute(0, 3, 1, 2) / 255
    torch.testing.assert_close(inputs, torch.cat([colours, 1 - colours], dim=1))
    black, white = model.input_bounds()
    assert black.flatten().tolist() == [0, 0, 0, 1, 1, 1]
    assert white.flatten().tolist() == [1, 1, 1, 0, 0, 0]
    grey = model.uniform_input((0.2, 0.4, 0.5)).flatten()
    torch.testing.assert_close(grey, torch.tensor([0.2, 0.4, 0.5, 0.8, 0.6, 0.5]))


def test_random_weights_carry_the_image_to_the_logits(model):
    torch.manual_seed(5)
    again = models.load(SMALL, weights="none").network.state_dict()
    assert all(torch.equal(tensor, again[key]) for key, tensor in model.network.state_dict().items())
    logits = model.logits(model.preprocess(photos()))
    assert logits.std(dim=1).min() > 0.01  # without variances that fit, 1e-8
    assert (logits[0] - logits[1]).abs().max() > 0.1
    assert all(norm.momentum == 0.1 for norm in model.network.modules() if hasattr(norm, "momentum"))
    assert not model.network.training


@pytest.mark.parametrize("key", ["mean", "sd"])
def test_statistics_do_not_apply(key):
    words = f"{SMALL} takes pixels of .*mean and sd do not apply; leave them out"
    with pytest.raises(UserError, match=words):
        models.load(SMALL, weights=None, **{key: (0.5, 0.5, 0.5)})
    with pytest.raises(ValidationError, match=words) as caught:
        Settings(architecture=SMALL, **{key: [0.5, 0.5, 0.5]})
    assert caught.value.errors()[0]["loc"] == (key,)


@pytest.fixture
def published(monkeypatch, model, tmp_path):
    """Let the package publish the random network at a file:// address, with its digest in the name."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    plain = tmp_path / "plain.pth"
    torch.save({key: tensor + 1 for key, tensor in model.network.state_dict().items()}, plain)
    source = tmp_path / "server" / f"resnet_18-{hashlib.sha256(plain.read_bytes()).hexdigest()[:10]}.pth"
    source.parent.mkdir()
    plain.rename(source)
    monkeypatch.setitem(package.URLS["bcos_final"], "resnet_18", source.as_uri())
    return source


def test_weights_are_fetched_only_when_that_is_allowed(published, model):
    words = rf"bcos_final are not at .*{published.name}; put file://.*download: true"
    with pytest.raises(UserError, match=words):
        models.load(SMALL)
    fetched = models.load(SMALL, download=True).network
    assert torch.equal(fetched.fc.linear.weight, model.network.fc.linear.weight + 1)
    published.unlink()
    for weights in ("DEFAULT", "bcos_final"):
        again = models.load(SMALL, weights=weights).network
        assert torch.equal(again.fc.linear.weight, fetched.fc.linear.weight)


def test_weights_by_path_are_checked_under_their_published_name(published, model, tmp_path):
    mine = tmp_path / "mine.pth"
    shutil.copy(published, mine)
    loaded = models.load(SMALL, weights=str(mine)).network
    assert torch.equal(loaded.fc.linear.weight, model.network.fc.linear.weight + 1)
    torch.save(model.network.state_dict(), published)
    with pytest.raises(UserError, match=rf"{published.name}: damaged or altered weights"):
        models.load(SMALL, weights=str(published))
    torch.save({"fc": torch.zeros(1)}, mine)
    with pytest.raises(UserError, match=r"mine\.pth: does not fit bcos_resnet18: missing conv1"):
        models.load(SMALL, weights=str(mine))
    with pytest.raises(UserError, match=r"'IMAGENET1K_V1': bcos_resnet18 has DEFAULT, bcos_final;"):
        models.load(SMALL, weights="IMAGENET1K_V1")


def test_building_reaches_for_no_network():
    """The package must bring nothing that opens a connection or is not installed with it."""
    program = (
        "import socket, sys\n"
        "def refuse(*arguments, **more): raise AssertionError('a connection')\n"
        "socket.socket.connect = refuse\n"
        "sys.modules.update(dict.fromkeys(['pytorch_lightning', 'redis', 'wandb', 'einops', 'matplotlib']))\n"
        "from saliometer.models import bcos\n"
        "bcos.build('bcos_resnet18', None, download=False)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
