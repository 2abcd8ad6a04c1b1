"""The stage's command: the table it writes and what it says."""

import json

import numpy as np
import pandas as pd
import pytest

from images_helpers import save_picture
from saliometer import shards
from saliometer.errors import UserError
from saliometer.images.index import build_index, index_digest
from saliometer.images.sources import parse
from saliometer.stages import images as stage
from saliometer.tables import parquet_metadata, read_parquet


@pytest.fixture
def folder(tmp_path):
    save_picture(tmp_path / "photos" / "817" / "a.png")
    save_picture(tmp_path / "photos" / "tabby" / "z.jpg")
    return tmp_path / "photos"


def settings_of(folder, **keys):
    return parse({"source": "folder", "path": str(folder), **keys})


def job_of() -> str:
    return json.dumps({"settings": {"dataset": "pets", "listing": "0"}, "code": {}, "versions": {}})


def sources_of(folder, **keys) -> str:
    return json.dumps({"pets": {"source": "folder", "path": str(folder), **keys}})


def test_stage_writes_the_index_with_its_job_and_the_skipped(folder, tmp_path, capsys):
    (folder / "817" / "empty.jpg").write_bytes(b"")
    output = tmp_path / "results" / "images" / "pets.parquet"
    job, sources = job_of(), sources_of(folder, on_bad_image="skip")
    earlier = str(tmp_path / "none")
    stage.main(["--job", job, "--sources", sources, "--output", str(output), "--mosaics", earlier])
    index, skipped = build_index(settings_of(folder, on_bad_image="skip"))
    pd.testing.assert_frame_equal(read_parquet(output), index)
    metadata = parquet_metadata(output)
    assert metadata["job"] == json.loads(job)
    assert metadata["index"] == index_digest(index)
    assert metadata["skipped"] == skipped.to_dict("records")
    errors = capsys.readouterr().err
    for path, reason in skipped.itertuples(index=False):
        assert f"datasets.pets: skipped {path}: {reason}" in errors
    assert "drawn anew" not in errors


def test_stage_writes_the_same_bytes_again_and_nothing_on_an_error(folder, tmp_path):
    arguments = ["--job", job_of(), "--sources", sources_of(folder), "--output"]
    stage.main([*arguments, str(tmp_path / "out" / "pets.parquet")])
    first = (tmp_path / "out" / "pets.parquet").read_bytes()
    stage.main([*arguments, str(tmp_path / "out" / "pets.parquet")])
    assert (tmp_path / "out" / "pets.parquet").read_bytes() == first
    (folder / "tabby" / "z.jpg").write_bytes(b"")
    with pytest.raises(UserError, match=r"datasets\.pets: .*tabby/z\.jpg"):
        stage.main([*arguments, str(tmp_path / "out" / "other.parquet")])
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["pets.parquet"]


def write_mosaics(path, **attributes):
    path.parent.mkdir(parents=True, exist_ok=True)
    shards.write(path, {"mosaics": np.zeros(1, dtype=np.uint8)}, {"kind": "mosaics", **attributes})


def test_stage_says_that_mosaics_of_other_images_are_drawn_anew(folder, tmp_path, capsys):
    mosaics = tmp_path / "mosaics" / "pets"
    arguments = [
        "--job",
        job_of(),
        "--sources",
        sources_of(folder),
        "--output",
        str(tmp_path / "pets.parquet"),
        "--mosaics",
        str(mosaics),
    ]
    digest = index_digest(build_index(settings_of(folder))[0])
    write_mosaics(mosaics / "original" / "0.zarr.zip", index=digest)
    stage.main(arguments)
    assert "drawn anew" not in capsys.readouterr().err
    for number in (1, 2):
        write_mosaics(mosaics / "original" / f"{number}.zarr.zip", index="a" * 64)
    write_mosaics(mosaics / "parallel" / "0.zarr.zip")
    stage.main(arguments)
    said = [line for line in capsys.readouterr().err.splitlines() if "drawn anew" in line]
    assert said == [
        f"datasets.pets: images or classes changed (was {'a' * 12}, is {digest[:12]}); "
        "its mosaics are drawn anew"
    ]
    (mosaics / "original" / "3.zarr.zip").write_bytes(b"spoilt")
    stage.main(arguments)
    assert "not compared with the images: " in capsys.readouterr().err
