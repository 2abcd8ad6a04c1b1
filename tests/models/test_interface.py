"""A Model's preprocessing, bounds, sizes and explained layer; the device; a job's block."""

import hashlib

import numpy as np
import pytest
import torch
import torchvision.transforms.functional as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from saliometer import models
from saliometer.errors import UserError
from saliometer.models import device

SMALL = "squeezenet1_1"


@pytest.fixture(scope="module")
def model():
    return models.load(SMALL, weights=None, mean=[0.1, 0.5, 0.9], sd=[0.2, 0.25, 2.0])


@settings(max_examples=30, deadline=None)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 3), *2 * [st.integers(17, 20)], st.just(3))))
def test_preprocessing_is_that_of_torchvision(model, images):
    inputs = model.preprocess(images)
    expected = [
        reference.normalize(reference.to_tensor(image), list(model.mean), list(model.sd)) for image in images
    ]
    assert inputs.is_contiguous()
    torch.testing.assert_close(inputs, torch.stack(expected), rtol=1e-6, atol=1e-6)
    lower, upper = model.input_bounds()
    assert lower.shape == upper.shape == (3, 1, 1)
    assert (inputs >= lower).all()
    assert (inputs <= upper).all()


def test_bounds_are_black_and_white(model):
    shades = np.zeros((2, 17, 17, 3), np.uint8)
    shades[1] = 255
    black, white = model.preprocess(shades)
    lower, upper = model.input_bounds()
    assert torch.equal(black, lower.expand_as(black))
    assert torch.equal(white, upper.expand_as(white))
    torch.testing.assert_close(upper.ravel(), torch.tensor([4.5, 2.0, 0.05]))


def test_preprocessing_takes_any_layout_and_leaves_it(model):
    images = np.random.default_rng(1).integers(0, 256, (2, 40, 36, 3), dtype=np.uint8)
    images.setflags(write=False)
    flipped = images[:, ::-1, ::2]
    assert torch.equal(model.preprocess(flipped), model.preprocess(images).flip(2)[..., ::2])


@pytest.mark.parametrize(
    ("images", "words"),
    [
        (np.zeros((1, 32, 32, 3)), "float64"),
        (np.zeros((32, 32, 3), np.uint8), r"\(32, 32, 3\)"),
        (np.zeros((1, 3, 32, 32), np.uint8), r"give uint8 \(N, H, W, 3\)"),
        (np.zeros((1, 32, 16, 3), np.uint8), "takes at least 17x17 pixels, not 32x16"),
    ],
)
def test_wrong_images_are_refused(model, images, words):
    with pytest.raises(UserError, match=f"model {SMALL}: .*{words}"):
        model.preprocess(images)


def test_transformer_takes_one_size():
    with torch.device("meta"):
        built = models.torchvision.build("vit_b_32", None, download=False)
    sizes = {"smallest_input": built.smallest_input, "fixed_input": True}
    model = models.Model("vit_b_32", built.network, built.mean, built.sd, torch.device("cpu"), None, **sizes)
    with pytest.raises(UserError, match="takes exactly 224x224"):
        model.preprocess(np.zeros((1, 448, 448, 3), np.uint8))


def test_networks_take_mosaics(model):
    assert model.logits(model.preprocess(np.zeros((1, 448, 448, 3), np.uint8))).shape == (1, 1000)


def test_target_layer_by_name():
    model = models.load(SMALL, weights=None, target_layer="features.6")
    assert model.target_layer is model.network.features[6]
    with pytest.raises(UserError, match=r"target_layer 'feature\.6' is not there; nearest: features\.6"):
        models.load(SMALL, weights=None, target_layer="feature.6")


@pytest.mark.parametrize("wrong", [{"mean": [0.5]}, {"sd": [1, 1, 0]}, {"sd": [1, 1, 1, 1]}])
def test_wrong_statistics_are_refused(wrong):
    with pytest.raises(UserError, match=f"^{next(iter(wrong))} .*three numbers"):
        models.load(SMALL, weights=None, **wrong)


def test_weights_of_a_job_must_be_those_that_were_planned(tmp_path):
    weights = tmp_path / "weights.pth"
    torch.save(models.load(SMALL, weights=None).network.state_dict(), weights)
    block = {"name": SMALL, "weights": str(weights)}
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    assert models.load_block({**block, "weights_sha256": digest}).name == SMALL
    with pytest.raises(UserError, match=r"weights\.pth: .*changed since the run was planned"):
        models.load_block({**block, "weights_sha256": "0" * 64})


def test_block_of_a_job():
    block = {"name": "mine", "architecture": SMALL, "weights": None, "mean": [0.5, 0.5, 0.5], "sd": None}
    model = models.load_block(block)
    assert (model.name, model.mean, model.sd) == ("mine", (0.5, 0.5, 0.5), (0.229, 0.224, 0.225))
    named = models.load_block({"name": SMALL, "weights": None})
    assert torch.equal(named.network.features[0].weight, model.network.features[0].weight)
    with pytest.raises(UserError, match=r"^models\.mine: weight: .*settings: architecture, weights"):
        models.load_block(block | {"weight": "none"})
    with pytest.raises(UserError, match="'mine' is unknown"):
        models.load_block({"name": "mine", "weights": None})


@pytest.mark.parametrize("present", [True, False])
def test_device(monkeypatch, present):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: present)
    assert device.choose_device("cpu", granted_gpus=1).type == "cpu"
    if present:
        assert device.choose_device("auto").type == device.choose_device("cuda", 1).type == "cuda"
        return
    assert device.choose_device("auto").type == "cpu"
    with pytest.raises(UserError, match=r"granted 1 GPU\(s\) but torch finds no CUDA"):
        device.choose_device("auto", granted_gpus=1)
    with pytest.raises(UserError, match="device cuda: torch finds no CUDA"):
        device.choose_device("cuda")
    with pytest.raises(UserError, match="device 'gpu' is unknown; choose one of auto, cpu, cuda"):
        device.choose_device("gpu")


@pytest.fixture
def kept_settings():
    """Give torch's global settings back as they were."""
    threads, tf32 = torch.get_num_threads(), torch.backends.cuda.matmul.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = True
    with torch.backends.cudnn.flags(allow_tf32=True, benchmark=True, deterministic=False):
        yield
    torch.backends.cuda.matmul.allow_tf32 = tf32
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(False)


@pytest.mark.usefixtures("kept_settings")
def test_a_job_on_a_cpu_takes_one_thread():
    torch.set_num_threads(2)
    chosen = device.prepare_device("cpu")
    assert device.describe_device(chosen) == "cpu"
    assert torch.get_num_threads() == 1


@pytest.mark.slow
@pytest.mark.usefixtures("kept_settings")
def test_a_job_on_a_gpu_computes_repeatably(monkeypatch):
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    device.prepare_device("auto", granted_gpus=1)
    assert not torch.backends.cuda.matmul.allow_tf32
    assert not torch.backends.cudnn.allow_tf32
    assert torch.backends.cudnn.deterministic
    assert not torch.backends.cudnn.benchmark
    assert torch.are_deterministic_algorithms_enabled()
    assert device.os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"


def test_gpus_per_job_follow_the_setting_and_the_machine(tmp_path, monkeypatch):
    card = tmp_path / "nvidia0"
    monkeypatch.setattr(device, "FIRST_CARD", card)
    assert [device.gpus_per_job(name) for name in ("auto", "cpu", "cuda")] == [0, 0, 1]
    card.touch()
    assert [device.gpus_per_job(name) for name in ("auto", "cpu", "cuda")] == [1, 0, 1]
