"""Weights of torchvision's networks: named, published, in a file, and those that are wrong."""

import hashlib
import shutil
from types import SimpleNamespace

import pytest
import torch
import torchvision.models as zoo
from safetensors.torch import save_file
from torchvision.models.vision_transformer import VisionTransformer

from saliometer import models
from saliometer.errors import UserError
from saliometer.models import torchvision
from torchvision_helpers import IMAGENET, logits_of, noise

pytestmark = pytest.mark.slow

SMALL = "shufflenet_v2_x0_5"


@pytest.fixture(scope="module")
def trained():
    """A small network whose weights no seed gives."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(20)
        return zoo.get_model(SMALL, weights=None).eval()


@pytest.fixture(autouse=True)
def hub(monkeypatch, tmp_path):
    """An empty folder for torch.hub: no test may see what lies on this machine."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    return tmp_path / "home" / "hub" / "checkpoints"


def test_a_path_gives_the_same_network(trained, tmp_path):
    torch.save(trained.state_dict(), tmp_path / "mine.pth")
    save_file(trained.state_dict(), tmp_path / "mine.safetensors")
    for name in ("mine.pth", "mine.safetensors"):
        model = models.load(SMALL, weights=str(tmp_path / name))
        assert torch.equal(logits_of(model.network), logits_of(trained))
        assert (model.mean, model.sd) == IMAGENET


def test_missing_named_weights_say_where_they_belong(hub):
    with pytest.raises(UserError) as caught:
        models.load("resnet18")
    message = str(caught.value)
    assert str(hub / "resnet18-f37072fd.pth") in message
    assert "put https://download.pytorch.org/models/resnet18-f37072fd.pth there" in message
    assert "`download: true`" in message
    assert "\n" not in message
    assert not hub.exists()


def test_altered_named_weights_are_refused(hub, trained):
    hub.mkdir(parents=True)
    torch.save(trained.state_dict(), hub / "resnet18-f37072fd.pth")
    for weights in ("DEFAULT", "IMAGENET1K_V1", str(hub / "resnet18-f37072fd.pth")):
        with pytest.raises(UserError, match=r"f37072fd\.pth: damaged or altered weights .*f37072fd is exp"):
            models.load("resnet18", weights=weights)


@pytest.fixture
def published(monkeypatch, trained, tmp_path):
    """Let torchvision publish the trained network at a file:// address, with its digest in the name."""
    plain = tmp_path / "plain.pth"
    torch.save(trained.state_dict(), plain)
    digest = hashlib.sha256(plain.read_bytes()).hexdigest()[:8]
    source = tmp_path / "server" / f"small-{digest}.pth"
    source.parent.mkdir()
    plain.rename(source)
    named = SimpleNamespace(
        name="IMAGENET1K_V1",
        url=source.as_uri(),
        meta={"min_size": (64, 64)},
        transforms=lambda: SimpleNamespace(mean=[0.1, 0.2, 0.3], std=[0.4, 0.5, 0.6]),
    )

    class Published(dict):
        """As an enumeration: items by name, iteration over values."""

        def __iter__(self):
            return iter([named])

    monkeypatch.setattr(zoo, "get_model_weights", lambda name: Published(DEFAULT=named))
    return source


def test_download_only_when_allowed(published, hub, trained):
    with pytest.raises(UserError, match="download: true"):
        models.load(SMALL)
    model = models.load(SMALL, download=True)
    assert torch.equal(logits_of(model.network), logits_of(trained))
    assert [path.name for path in hub.iterdir()] == [published.name]
    published.unlink()
    assert models.load(SMALL).mean == (0.1, 0.2, 0.3)
    assert models.load(SMALL, mean=(0.5, 0.5, 0.5)).mean == (0.5, 0.5, 0.5)
    assert models.load(SMALL, mean=(0.5, 0.5, 0.5)).sd == (0.4, 0.5, 0.6)


def test_failed_download_leaves_nothing(published, hub):
    published.write_bytes(b"something else")
    with pytest.raises(UserError, match=r"could not be fetched from file://.*invalid hash value"):
        models.load(SMALL, download=True)
    published.unlink()
    with pytest.raises(UserError, match="could not be fetched from"):
        models.load(SMALL, download=True)
    assert list(hub.iterdir()) == []


def test_published_file_elsewhere_is_known_by_its_name(published, tmp_path):
    copied = tmp_path / published.name
    shutil.copy(published, copied)
    assert models.load(SMALL, weights=str(copied)).sd == (0.4, 0.5, 0.6)
    copied.rename(tmp_path / "mine.pth")
    assert models.load(SMALL, weights=str(tmp_path / "mine.pth")).sd == IMAGENET[1]
    copied.write_bytes(published.read_bytes()[:-1])
    with pytest.raises(UserError, match="damaged or altered"):
        models.load(SMALL, weights=str(copied))


def test_transformer_has_the_size_of_its_weights(monkeypatch, published, hub):
    def tiny(name, weights, image_size=224):
        return VisionTransformer(image_size, 16, num_layers=12, num_heads=1, hidden_dim=16, mlp_dim=16)

    monkeypatch.setattr(zoo, "get_model", tiny)
    torch.save(tiny("", None, 64).state_dict(), published)
    monkeypatch.setattr(torchvision, "check_published", lambda path: None)
    hub.mkdir(parents=True)
    shutil.copy(published, hub)
    model = models.load("vit_b_16")
    assert model.takes(64, 64)
    assert not model.takes(64, 128)
    assert model.target_layer is model.network.encoder.layers.encoder_layer_11.ln_1
    assert model.logits(noise()).shape == (2, 1000)


def broken_files(folder, trained):
    """Write files that hold no fitting state dict; yield each with the words that must name its fault."""
    state = trained.state_dict()
    bare = {key: tensor for key, tensor in state.items() if not key.startswith("fc.")}
    head = {"fc.weight": torch.zeros(10, 1024), "fc.bias": torch.zeros(10)}
    cases = {
        "keys.pth": (bare | {"head.weight": torch.zeros(1)}, "missing fc.weight, fc.bias; unexpected head"),
        "shape.pth": (state | head, r"size mismatch for fc.weight: .*\[10, 1024\]"),
        "prefix.pth": ({f"module.{key}": state[key] for key in state}, r"missing .* and \d+ more; unexp"),
        "wrapped.pth": ({"epoch": 3, "state_dict": state}, "a dict with keys epoch, state_dict, not a state"),
        "list.pth": ([1, 2], "holds a list, not a state dict"),
        "whole.pth": (torch.nn.Linear(1, 1), "not a file of weights alone"),
    }
    for name, (content, words) in cases.items():
        torch.save(content, folder / name)
        yield name, words
    whole = (folder / "shape.pth").read_bytes()
    for name, content in {
        "cut.pth": whole[: len(whole) // 2],
        "empty.pth": b"",
        "text.pth": b"hello",
        "cut.safetensors": b"hello",
    }.items():
        (folder / name).write_bytes(content)
        yield name, "not a"
    yield "absent.pth", "no such file or directory; check the path in `weights`"


def test_wrong_files_are_one_clear_line(trained, tmp_path):
    for name, words in broken_files(tmp_path, trained):
        with pytest.raises(UserError, match=rf"{name}: .*{words}") as caught:
            models.load(SMALL, weights=str(tmp_path / name))
        assert "\n" not in str(caught.value)


def test_counts_of_batches_may_be_missing(trained, tmp_path):
    state = {key: tensor for key, tensor in trained.state_dict().items() if "num_batches" not in key}
    save_file(state, tmp_path / "old.safetensors")
    model = models.load(SMALL, weights=str(tmp_path / "old.safetensors"))
    assert torch.equal(logits_of(model.network), logits_of(trained))


@pytest.mark.parametrize(("name", "size"), [("densenet121", 64), ("mnasnet0_5", 64), ("googlenet", 64)])
def test_layouts_of_published_files(name, size, tmp_path):
    """DenseNet's old names, MNASNet without its version, and auxiliary heads all load by path."""
    extra = {"aux_logits": True, "transform_input": True, "init_weights": True} if name == "googlenet" else {}
    network = zoo.get_model(name, weights=None, **extra).eval()
    state = network.state_dict()
    for number in (1, 2):
        for layer in ("norm", "conv"):
            state = {key.replace(f".{layer}{number}.", f".{layer}.{number}."): state[key] for key in state}
    if name == "densenet121":
        assert "features.denseblock1.denselayer1.norm.1.weight" in state
    else:
        state = network.state_dict()
    save_file({key: tensor.clone() for key, tensor in state.items()}, tmp_path / "old.safetensors")
    model = models.load(name, weights=str(tmp_path / "old.safetensors"))
    torch.testing.assert_close(logits_of(model.network, size), logits_of(network, size))
