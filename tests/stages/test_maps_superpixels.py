"""The maps stage gives each question the superpixels of its mosaic, and keeps what each method promises."""

from pathlib import Path

import numpy as np
import pytest

from maps_helpers import ASKED_MOSAICS, ASKED_TARGETS, job_of, mosaic_shard, run_stage
from saliometer import shards
from saliometer.errors import UserError
from saliometer.tables import read_parquet

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path):
    shards.write(tmp_path / "mosaics.zarr.zip", *mosaic_shard(64, 96))
    return tmp_path


SUPERPIXELS = str(Path(__file__).parents[1] / "helpers" / "superpixels_method.py")


def test_the_table_tells_of_each_map_what_its_method_promises(monkeypatch, folder):
    """Beside the maps lies a table of their residuals, which stays when maps are deleted."""
    shard = shards.read(run_stage(monkeypatch, folder, job_of("edges")))
    table = read_parquet(folder / "axioms.parquet")
    keys = ["dataset", "form", "model", "method", "replicate", "mosaic", "class", "target"]
    assert list(table) == [*keys, "axiom", "residual", "zero_share"]
    assert table[keys[:5]].drop_duplicates().values.tolist() == [
        ["photos", "original", "lite", "my edges", "0"]
    ]
    assert table["mosaic"].tolist() == ["a/1", "a/1", "b/2", "b/2", "c/3", "c/3"]
    assert table["class"].tolist() == [0, 0, 1, 1, 2, 2]
    assert table["target"].tolist() == ASKED_TARGETS.tolist()
    assert set(table["axiom"]) == {""}
    assert table["residual"].isna().all()
    zeros = (shard.arrays["maps"] == 0).mean(axis=(1, 2))
    assert (table["zero_share"] <= zeros + 1e-6).all(), "rounding to float16 makes zeros, and takes none"


def write_segments(folder, **changes):
    labels = np.broadcast_to(np.arange(96) // 32, (3, 64, 96)).astype(np.int32) + np.arange(3)[:, None, None]
    attributes = {"kind": "segments", "dataset": "photos", "form": "original", "ids": ["a/1", "b/2", "c/3"]}
    shards.write(folder / "segments.zarr.zip", {"segments": labels}, attributes | changes)
    return labels


def test_each_question_gets_the_superpixels_of_its_mosaic(monkeypatch, folder):
    labels = write_segments(folder)
    own = ("--method-file", SUPERPIXELS, "--segments", str(folder / "segments.zarr.zip"))
    found = shards.read(run_stage(monkeypatch, folder, job_of("file", factor=2.0), *own))
    restored = found.arrays["maps"].astype(float) * found.arrays["scales"][:, None, None]
    np.testing.assert_allclose(restored, 2 * labels[ASKED_MOSAICS], rtol=1e-3)
    assert found.attributes["axiom"] == "completeness"
    table = read_parquet(folder / "axioms.parquet")
    sums = 2 * labels[ASKED_MOSAICS].sum(axis=(1, 2))
    demanded = np.where(ASKED_TARGETS == 0, np.nan, ASKED_TARGETS)
    np.testing.assert_allclose(table["residual"], (sums - demanded) / demanded, rtol=1e-6)
    np.testing.assert_array_equal(table["residual"], found.arrays["residuals"])
    np.testing.assert_allclose(table["zero_share"], [1 / 3, 1 / 3, 0, 0, 0, 0], rtol=1e-6)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "maps"}, "kind is 'maps' where 'segments'"),
        ({"dataset": "others"}, "dataset is 'others'"),
        ({"ids": ["a/1", "c/3", "b/2"]}, "ids is "),
    ],
)
def test_superpixels_of_other_mosaics_are_refused(monkeypatch, folder, changes, words):
    write_segments(folder, **changes)
    own = ("--method-file", SUPERPIXELS, "--segments", str(folder / "segments.zarr.zip"))
    with pytest.raises(UserError, match=rf"segments\.zarr\.zip: .*{words}"):
        run_stage(monkeypatch, folder, job_of("file"), *own)


def test_superpixels_that_are_not_given_are_asked_for(monkeypatch, folder):
    with pytest.raises(
        UserError, match="needs the superpixels of its mosaics; give their shard as --segments"
    ):
        run_stage(monkeypatch, folder, job_of("file"), "--method-file", SUPERPIXELS, "--segments")
