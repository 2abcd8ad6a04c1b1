"""The maps stage: quantisation, seeds, what is stored, errors."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from maps_helpers import ASKED_MOSAICS, ASKED_TARGETS, MODEL, TILE_CLASSES, job_of, mosaic_shard, run_stage
from methods_helpers import QUICK, convolutional_model
from saliometer import methods, shards
from saliometer.errors import UserError
from saliometer.models import load_block
from saliometer.products.origins import made_from
from saliometer.seeds import seed_from
from saliometer.stages import maps, redraws
from saliometer.tables import read_parquet

pytestmark = pytest.mark.slow

FLOATS = st.floats(-(2.0**90), 2.0**90, width=32, allow_subnormal=False)


@given(arrays.arrays(np.float32, st.tuples(st.integers(1, 3), *2 * [st.integers(1, 4)]), elements=FLOATS))
def test_quantising_keeps_three_digits_of_the_largest_value(values):
    quantised, scales = maps.quantise(values)
    assert quantised.dtype == np.float16
    assert scales.dtype == np.float32
    assert np.array_equal(scales, np.abs(values).max(axis=(1, 2)))
    assert np.abs(quantised).max(initial=0) <= 1
    restored = quantised.astype(np.float64) * scales[:, None, None]
    bound = 2.0**-11 * np.abs(values) + 2.0**-24 * scales[:, None, None]
    assert (np.abs(restored - values) <= 1.01 * bound).all()


def test_a_map_of_zeros_has_scale_zero():
    quantised, scales = maps.quantise(np.stack([np.zeros((2, 2)), np.full((2, 2), -4)]).astype(np.float32))
    assert scales.tolist() == [0, 4]
    assert quantised.tolist() == [[[0, 0], [0, 0]], [[-1, -1], [-1, -1]]]


@pytest.mark.parametrize("name", ["random", "smoothgrad"])
def test_seeds_come_from_the_axes_and_the_mosaic_and_not_from_the_class(name):
    method = methods.load(name, convolutional_model(), block="noisy", **QUICK[name])
    found = maps.explain_shard(method, mosaic_shard(), ["42", "photos", "original"], "0")
    ids = [f"42/photos/original/{mosaic}/0" for mosaic in ("a/1", "a/1", "b/2", "b/2", "c/3", "c/3")]
    mosaics = mosaic_shard().arrays["mosaics"][ASKED_MOSAICS]
    values, scales = maps.quantise(method.attribute(mosaics, ASKED_TARGETS, ids))
    assert np.array_equal(found["maps"], values)
    assert np.array_equal(found["scales"], scales)
    if name == "random":
        assert np.array_equal(found["maps"][::2], found["maps"][1::2])
    for seed, replicate in (("43", "0"), ("42", "1")):
        other = maps.explain_shard(method, mosaic_shard(), [seed, "photos", "original"], replicate)
        assert not np.array_equal(other["maps"], found["maps"])
    assert seed_from(ids[0], "noisy") != seed_from(ids[2], "noisy")


def test_batches_of_a_shard_change_nothing(monkeypatch):
    method = methods.load("gradcam", convolutional_model())
    whole = maps.explain_shard(method, mosaic_shard(), ["1"], "0")
    monkeypatch.setattr(methods.Method, "rows_per_batch", lambda *arguments: 4)
    cut = maps.explain_shard(method, mosaic_shard(), ["1"], "0")
    assert whole["maps"].shape == cut["maps"].shape == (6, 4, 4)
    np.testing.assert_allclose(cut["scales"], whole["scales"], rtol=1e-6)
    np.testing.assert_allclose(cut["maps"].astype(float), whole["maps"].astype(float), atol=1e-3)


def masses(shard):
    """Return the share of each quadrant in the positive and in the negative relevance of every map."""
    values = shard.arrays["maps"].astype(float) * shard.arrays["scales"][:, None, None]
    signed = np.stack([values.clip(min=0), -values.clip(max=0)])
    halves = [np.array_split(half, 2, axis=3) for half in np.array_split(signed, 2, axis=2)]
    sums = np.array([quarter.sum(axis=(2, 3)) for half in zip(*halves, strict=True) for quarter in half])
    return sums / sums.sum(axis=(0, 1))


@pytest.fixture
def folder(tmp_path):
    shards.write(tmp_path / "mosaics.zarr.zip", *mosaic_shard(64, 96))
    return tmp_path


@pytest.mark.parametrize(
    ("method", "settings", "shape", "signed", "upsampling", "axiom"),
    [
        ("gradcam++", {"epsilon": 1e-6}, (2, 3), False, "bilinear", ""),
        ("intgrad", {"steps": 2}, (64, 96), True, "none", "completeness"),
    ],
)
def test_the_command_writes_a_whole_shard(
    monkeypatch, folder, method, settings, shape, signed, upsampling, axiom
):
    job = job_of(method, **settings)
    output = run_stage(monkeypatch, folder, job)
    found = shards.read(output)
    assert found.arrays["maps"].shape == (6, *shape)
    assert found.arrays["maps"].dtype == np.float16
    assert np.abs(found.arrays["maps"]).max(axis=(1, 2)).tolist() == [1] * 6
    assert (found.arrays["scales"] > 0).all()
    assert np.array_equal(found.arrays["asked_mosaics"], ASKED_MOSAICS)
    assert np.array_equal(found.arrays["asked_targets"], ASKED_TARGETS)
    assert found.attributes == {
        "kind": "maps",
        "dataset": "photos",
        "form": "original",
        "model": "lite",
        "method": f"my {method}",
        "replicate": "0",
        "ids": ["a/1", "b/2", "c/3"],
        "mosaic_size": [64, 96],
        "signed": signed,
        "upsampling": upsampling,
        "axiom": axiom,
        "device": "cpu",
        "job": json.loads(job),
        "made_from": made_from(mosaics=[mosaic_shard(64, 96).attributes]),
        "ran": {},
    }
    first = output.read_bytes()
    assert run_stage(monkeypatch, folder, job).read_bytes() == first
    recut = shards.read(run_stage(monkeypatch, folder, job, "--micro-batch", "1"))
    # Rounding can tip a ReLU; at so few pixels of mere noise that moved up to 8e-5 of the relevance.
    np.testing.assert_allclose(masses(recut), masses(found), atol=1e-3)


def test_a_block_is_loaded_with_its_name_its_settings_and_the_micro_batch(monkeypatch, folder):
    block = {"name": "noisy", "method": "smoothgrad", "samples": 3}
    method = maps.load_method_block(block, convolutional_model(), 5)
    assert (method.block, method.name, method.micro_batch) == ("noisy", "smoothgrad", 5)
    assert method.settings.model_dump() == {"samples": 3, "noise_level": 0.2, "min_max": False}
    with pytest.raises(UserError, match="micro_batch is 0"):
        run_stage(monkeypatch, folder, job_of("edges"), "--micro-batch", "0")


def test_a_shard_of_something_else_is_refused(monkeypatch, folder):
    shards.write(folder / "mosaics.zarr.zip", *mosaic_shard(dataset="others"))
    with pytest.raises(UserError, match=r"mosaics\.zarr\.zip: .*dataset is 'others' where 'photos'"):
        run_stage(monkeypatch, folder, job_of("edges"))


def test_a_block_with_random_weights_explains_the_redraw_of_its_replicate(monkeypatch, folder):
    jobs = [job_of("gradcam", number, randomized=True) for number in ("0", "1")]
    first, second = (shards.read(run_stage(monkeypatch, folder, job)) for job in jobs)
    assert (first.attributes["replicate"], second.attributes["replicate"]) == ("0", "1")
    assert read_parquet(folder / "axioms.parquet")["replicate"].unique().tolist() == ["1"]
    pixels = mosaic_shard(64, 96).arrays["mosaics"][ASKED_MOSAICS]
    for number, shard in (("0", first), ("1", second)):
        model = redraws.redrawn(load_block(MODEL), "lite", 7, number, 64, 96)
        expected = methods.load("gradcam", model).attribute(pixels, ASKED_TARGETS, ["any"] * 6)
        values = shard.arrays["maps"].astype(float) * shard.arrays["scales"][:, None, None]
        np.testing.assert_allclose(values, expected, atol=1e-3 * expected.max())
    assert not np.array_equal(first.arrays["maps"], second.arrays["maps"])


def test_a_disconnected_block_explains_the_target_tiles_alone(monkeypatch, folder):
    shard = shards.read(run_stage(monkeypatch, folder, job_of("gradient", disconnected=True)))
    assert shard.arrays["asked_targets"].tolist() == ASKED_TARGETS.tolist()
    values = shard.arrays["maps"].reshape(6, 2, 32, 2, 48)
    on_target = TILE_CLASSES[ASKED_MOSAICS] == ASKED_TARGETS[:, None, None]
    assert on_target.sum(axis=(1, 2)).tolist() == [1, 1, 1, 1, 1, 2]
    assert np.array_equal((values != 0).any(axis=(2, 4)), on_target)
    inner, pixels = load_block(MODEL), mosaic_shard(64, 96).arrays["mosaics"]
    alone = methods.load("gradient", inner).attribute(pixels[:1, :32, :48], [0], ["any"])[0]
    np.testing.assert_allclose(
        values[0, 0, :, 0] * shard.arrays["scales"][0].astype(float), alone, atol=1e-3 * alone.max()
    )
