"""Every method on a CUDA card against the CPU, in float32 without TF32: ``pytest -m gpu``."""

import numpy as np
import pytest
import torch
from benchmarks.sample_mosaics import sample_mosaics

from saliometer import methods, models
from saliometer.batching import within_memory
from saliometer.errors import UserError
from saliometer.methods import registry
from saliometer.models.device import use_deterministic_arithmetic
from saliometer.mosaics.segments import segment_all

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA card is at hand"),
]

SIZE = 96
IDS = ["a", "a", "b"]
FEW = {
    "smoothgrad": {"samples": 3},
    "intgrad": {"steps": 4},
    "gradientshap": {"samples": 3},
    "lime": {"samples": 60},
    "shap": {"squares": 3, "samples": 40},
    "rise": {"masks": 30},
    "occlusion": {"windows": 4},
}
# Of a map's root mean square. Sums in another order tip a ReLU here and there, whose pixels then differ by
# much: so for gradients the mean difference counts, and it is not held to float32's own rounding.
TOLERANCE = 1e-2


@pytest.fixture(scope="module", autouse=True)
def arithmetic():
    """Full float32 and no racing kernels, and afterwards what was before."""
    before = (
        torch.backends.cuda.matmul.allow_tf32,
        torch.backends.cudnn.allow_tf32,
        torch.backends.cudnn.deterministic,
    )
    use_deterministic_arithmetic()
    yield
    torch.use_deterministic_algorithms(False)
    torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = before[:2]
    torch.backends.cudnn.deterministic = before[2]


@pytest.fixture(scope="module")
def network_of():
    """Load a network on a device; B-cos for the method that explains nothing else."""

    def load(method, device):
        if method == "bcos":
            return models.load("bcos_resnet18", weights=None, device=device)
        return models.load("efficientnet_lite0", device=device)

    return load


@pytest.fixture(scope="module")
def questions():
    mosaics, targets = sample_mosaics(2, SIZE)
    return mosaics[[0, 0, 1]], np.array([targets[0], 281, targets[1]])


def explain(method, model, questions, micro_batch=None):
    mosaics, targets = questions
    loaded = methods.load(method, model, micro_batch=micro_batch, **FEW.get(method, {}))
    segments = segment_all(mosaics, IDS) if loaded.needs_segments else None
    return loaded.explain(mosaics, targets, IDS, segments)


@pytest.mark.parametrize("method", sorted(registry.METHODS))
def test_maps_are_those_of_the_cpu(method, network_of, questions):
    on_cpu, on_card = (
        explain(method, network_of(method, device), questions, micro_batch=2) for device in ("cpu", "cuda")
    )
    assert on_card.maps.shape == on_cpu.maps.shape
    scale = np.sqrt((on_cpu.maps.astype(float) ** 2).mean(axis=(1, 2)))
    assert (scale > 0).all()
    differences = np.abs(on_card.maps - on_cpu.maps).mean(axis=(1, 2))
    assert (differences < TOLERANCE * scale).all(), differences / scale
    assert np.array_equal(np.isnan(on_card.residuals), np.isnan(on_cpu.residuals))


@pytest.mark.parametrize("method", sorted(set(registry.METHODS) - {"random", "edges"}))
def test_the_same_work_gives_the_same_bytes(method, network_of, questions):
    model = network_of(method, "cuda")
    first, second = (explain(method, model, questions) for _ in range(2))
    np.testing.assert_array_equal(first.maps, second.maps)


@pytest.mark.parametrize("micro_batch", [1, 3])
@pytest.mark.parametrize("method", ["gradcam", "intgrad", "lime", "lrp"])
def test_the_micro_batch_changes_rounding_alone(method, micro_batch, network_of, questions):
    model = network_of(method, "cuda")
    whole, cut = explain(method, model, questions, 64), explain(method, model, questions, micro_batch)
    scale = np.sqrt((whole.maps.astype(float) ** 2).mean(axis=(1, 2)))
    assert (np.abs(cut.maps - whole.maps).mean(axis=(1, 2)) < TOLERANCE * scale).all()


def test_logits_are_those_of_the_cpu(network_of, questions):
    logits = []
    for device in ("cpu", "cuda"):
        model = network_of("gradient", device)
        with torch.no_grad():
            logits.append(model.logits(model.preprocess(questions[0])).cpu())
    torch.testing.assert_close(*logits, rtol=1e-3, atol=1e-3)


def test_a_micro_batch_that_does_not_fit_is_halved(capsys):
    """Real memory of a real card: a quarter of it for each image."""
    quarter = torch.cuda.get_device_properties(0).total_memory // 4
    torch.cuda.empty_cache()
    tried = []

    def compute(size):
        tried.append(size)
        return torch.empty(size * quarter, dtype=torch.uint8, device="cuda").numel()

    taken, size = within_memory(compute, 16, "test")
    torch.cuda.empty_cache()
    assert tried == [16 // 2**turn for turn in range(len(tried))]
    assert (taken, tried[-1]) == (size * quarter, size)
    assert size <= 2, "four quarters can't be had: the context takes some of the card"
    assert "out of memory; going on with 8 image(s)" in capsys.readouterr().err


def test_a_method_goes_on_with_fewer_images_in_a_pass(network_of, questions):
    """All but some megabytes of the card are taken away from torch."""
    model = network_of("occlusion", "cuda")
    first = [array[:1] for array in questions]
    expected = methods.load("occlusion", model, windows=64).explain(*first, IDS[:1])
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    allowed = torch.cuda.memory_allocated() + 200 * 2**20
    torch.cuda.set_per_process_memory_fraction(min(1.0, allowed / total))
    try:
        method = methods.load("occlusion", model, micro_batch=4096, windows=64)
        found = method.explain(*first, IDS[:1])
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
        torch.cuda.empty_cache()
    assert method.micro_batch < 4096
    scale = np.abs(expected.maps).max()
    np.testing.assert_allclose(found.maps, expected.maps, rtol=0, atol=TOLERANCE * scale)


def test_no_room_for_one_image_is_one_line():
    total = torch.cuda.get_device_properties(0).total_memory

    def compute(size):
        return torch.empty(2 * total * size, dtype=torch.uint8, device="cuda")

    with pytest.raises(UserError, match="out of memory with one image"):
        within_memory(compute, 2, "test")
