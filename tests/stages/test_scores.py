"""The scores stage: shards in, one row per map out."""

import json

import numpy as np
import pytest

from saliometer import shards
from saliometer.errors import UserError
from saliometer.metrics import localization
from saliometer.metrics.classification import METRICS, classification_metrics, relevance_masses
from saliometer.metrics.engines.upsampling import upsample
from saliometer.metrics.registry import FAMILIES
from saliometer.products.origins import made_from, origin_metadata
from saliometer.products.seals import DamagedError
from saliometer.stages import scores
from saliometer.summary import SCORE_KEYS
from saliometer.tables import parquet_metadata, read_parquet
from small_shards import SIZE, make_maps, make_mosaics

JOB = {"settings": {"family": "classification", "metrics": {}}, "code": {}, "versions": {}}


def rotated(metrics):
    return [f"{name}_rotated_labels" for name, metric in metrics.items() if not metric.alias_of]


def run_stage(tmp_path, monkeypatch, maps, mosaics):
    for name, shard in (("maps", maps), ("mosaics", mosaics)):
        shards.write(tmp_path / f"{name}.zarr.zip", *shard)
    options = {"maps": "maps.zarr.zip", "mosaics": "mosaics.zarr.zip", "output": "scores.parquet"}
    arguments = [part for name, file in options.items() for part in (f"--{name}", str(tmp_path / file))]
    monkeypatch.setattr("sys.argv", ["scores", "--job", json.dumps(JOB), *arguments])
    scores.main()
    return tmp_path / "scores.parquet"


def test_the_table_holds_the_metrics_of_the_true_maps(tmp_path, monkeypatch):
    mosaics = make_mosaics()
    maps = make_maps(mosaics)
    path = run_stage(tmp_path, monkeypatch, maps, mosaics)
    frame = read_parquet(path)
    assert list(frame) == [*SCORE_KEYS, "tp", "fp", "tn", "fn", *METRICS, *rotated(METRICS)]
    inputs = made_from(maps=[maps.attributes], mosaics=[mosaics.attributes])
    assert parquet_metadata(path) == {"job": JOB, "made_from": inputs, "ran": {}, "device": "cpu"}
    assert frame["mosaic"].tolist() == [f"m{row:03d}" for row in range(5) for _ in range(4)]
    assert frame["target"].tolist() == mosaics.arrays["asked_targets"].tolist()
    assert (frame["class"] == np.repeat(mosaics.arrays["classes"], 4)).all()
    true = maps.arrays["maps"].astype(float) * maps.arrays["scales"][:, None, None].astype(float)
    is_target = mosaics.arrays["tile_classes"][frame.index // 4] == frame["target"].to_numpy()[:, None, None]
    masses = relevance_masses(upsample(true, *SIZE, "bilinear"), is_target)
    for name, mass in zip(("tp", "fp", "tn", "fn"), masses, strict=True):
        np.testing.assert_allclose(frame[name], mass, rtol=1e-5)
    for name, values in classification_metrics(*masses).items():
        np.testing.assert_allclose(frame[name], values, atol=1e-5)


def of_seed(shard, seed, **inputs):
    """Return a shard that says that a job with a seed made it, and from what."""
    job = {"settings": {"seed": seed, "dataset": "photos", "form": "original"}}
    return shard._replace(attributes=shard.attributes | origin_metadata(job, **inputs))


@pytest.mark.parametrize("wrong", ["other mosaics", "another seed"])
def test_maps_of_another_run_are_refused(tmp_path, monkeypatch, wrong):
    mosaics, others = (of_seed(make_mosaics(), seed) for seed in (1, 2))
    run_stage(tmp_path, monkeypatch, of_seed(make_maps(mosaics), 1, mosaics=[mosaics.attributes]), mosaics)
    (tmp_path / "scores.parquet").unlink()
    of = others if wrong == "other mosaics" else mosaics
    maps = of_seed(make_maps(mosaics), 1, mosaics=[of.attributes])
    if wrong == "another seed":
        monkeypatch.setitem(JOB["settings"], "seed", 2)
    with pytest.raises(DamagedError, match=rf"s\.zarr\.zip: damaged or foreign \(it was made .*{wrong}"):
        run_stage(tmp_path, monkeypatch, maps, mosaics)
    assert not (tmp_path / "scores.parquet").exists()


def test_a_map_blind_to_the_target_averages_to_chance_over_the_classes_of_a_mosaic(tmp_path, monkeypatch):
    mosaics = make_mosaics()
    maps = make_maps(mosaics, signed=False)
    maps.arrays["maps"] = maps.arrays["maps"][::4].repeat(4, axis=0)
    frame = read_parquet(run_stage(tmp_path, monkeypatch, maps, mosaics))
    np.testing.assert_allclose(frame.groupby("mosaic")["precision"].mean(), 0.25, rtol=0, atol=1e-12)


def test_what_needs_negative_relevance_is_undefined_for_a_positive_only_method():
    mosaics = make_mosaics()
    frame = scores.score_shard(make_maps(mosaics, signed=False), mosaics, "classification", {}, "maps")
    assert [name for name in METRICS if frame[name].notna().any()] == ["precision"]


def test_localization_scores_positive_only_methods_too_and_heeds_its_setting():
    mosaics = make_mosaics()
    maps = make_maps(mosaics, signed=False)
    frame, tolerant = (
        scores.score_shard(maps, mosaics, "localization", {"tolerance": tolerance}, "maps")
        for tolerance in (0, 64)
    )
    assert list(frame) == [*SCORE_KEYS, *localization.METRICS, *rotated(localization.METRICS)]
    assert frame[list(localization.METRICS)].notna().all(axis=None)
    assert set(frame["pointing_game"]) == {0, 1}
    assert (tolerant["pointing_game"] == 1).all()
    heeding = ["pointing_game", "pointing_game_rotated_labels"]
    assert tolerant.drop(columns=heeding).equals(frame.drop(columns=heeding))


@pytest.mark.parametrize("family", FAMILIES)
def test_the_size_of_a_batch_changes_no_bit(monkeypatch, family):
    mosaics = make_mosaics()
    maps = make_maps(mosaics)
    whole = scores.score_shard(maps, mosaics, family, {}, "maps")
    monkeypatch.setattr(scores, "BATCH_BYTES", 3 * 4 * SIZE[0] * SIZE[1])
    cut = scores.score_shard(maps, mosaics, family, {}, "maps")
    assert whole.equals(cut)


def test_an_all_zero_map_and_one_that_is_not_finite_are_undefined():
    mosaics = make_mosaics()
    maps = make_maps(mosaics)
    maps.arrays["maps"][0], maps.arrays["scales"][0] = 0, 0
    maps.arrays["maps"][1], maps.arrays["scales"][1] = np.nan, np.inf
    frame = scores.score_shard(maps, mosaics, "classification", {}, "maps")
    assert frame.loc[[0, 1], list(METRICS)].isna().all(axis=None)
    assert frame.loc[0, ["tp", "fp", "tn", "fn"]].tolist() == [0] * 4
    assert frame.loc[1, ["tp", "fp", "tn", "fn"]].isna().all()
    assert frame.loc[2:, list(METRICS)].notna().all(axis=None)


def test_negative_relevance_of_a_positive_only_method_is_an_error():
    mosaics = make_mosaics()
    maps = make_maps(mosaics)
    maps.attributes["signed"] = False
    with pytest.raises(UserError, match=r"here\.zip: gradient is declared positive-only"):
        scores.score_shard(maps, mosaics, "classification", {}, "here.zip")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda maps: maps.attributes.update(ids=["x"] * 5), "differ in ids"),
        (lambda maps: maps.attributes.update(form="rotated"), "differ in form"),
        (lambda maps: maps.attributes.update(kind="mosaics"), "kind is 'mosaics' where 'maps' is expected"),
        (lambda maps: maps.arrays.update(asked_targets=maps.arrays["asked_targets"] + 1), "asked_targets"),
        (lambda maps: maps.arrays.update(asked_mosaics=maps.arrays["asked_mosaics"][1:]), "asked_mosaics"),
        (lambda maps: maps.arrays.update(maps=maps.arrays["maps"][1:]), "number of maps"),
    ],
)
def test_shards_that_do_not_belong_together_are_refused(change, words):
    mosaics = make_mosaics()
    maps = make_maps(mosaics)
    scores.check_pair(maps, mosaics, "a.zip", "b.zip")
    change(maps)
    with pytest.raises(UserError, match=words) as error:
        scores.check_pair(maps, mosaics, "a.zip", "b.zip")
    assert "a.zip" in str(error.value)
