"""The stage writes exactly the files that the list declares, the same bytes every time."""

import json
import shutil
import sys

import pytest

import synthetic_shards
import synthetic_tables as synthetic
from saliometer.findings.figure_files import GROUPS, figure_files
from saliometer.products import manifests
from saliometer.products.origins import origin_metadata
from saliometer.products.seals import DamagedError
from saliometer.stages import figures as stage
from saliometer.tables import read_parquet, write_parquet, write_table

NAMES = ["gradcam", "inputxgradient", "random"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The folder of a made-up run, its study and its shards."""
    folder = tmp_path_factory.mktemp("run")
    study, tables = synthetic.study(NAMES), synthetic.tables(NAMES)
    for name, frame in tables.items():
        write_table(frame, folder / "tables" / name)
    synthetic_shards.write_shards(folder, study, tables)
    return folder, study


def draw(monkeypatch, run, group, output):
    folder, study = run
    shards = ["--results", str(folder)] if group == "panels" else []
    arguments = [
        "--job",
        json.dumps({"settings": study}),
        "--group",
        group,
        "--tables",
        str(folder / "tables"),
    ]
    monkeypatch.setattr(sys, "argv", ["figures", *arguments, "--output-directory", str(output), *shards])
    stage.main()


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_stage_writes_exactly_the_declared_files(monkeypatch, run, tmp_path, group):
    draw(monkeypatch, run, group, tmp_path)
    written = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    stems = [file["stem"] for file in figure_files(group, run[1])]
    drawn = {f"{stem}.{suffix}" for stem in stems for suffix in ("png", "svg")}
    assert written == drawn | {f"{group}/manifest.json"}
    manifest = manifests.read(tmp_path / group / "manifest.json")
    assert {f"{group}/{name}" for name in manifest.files} == drawn
    assert len(manifests.standing(tmp_path / group, manifest.files).as_made) == len(drawn)
    assert manifest.attributes["job"] == {"settings": run[1]}


def test_tables_of_two_runs_are_refused(monkeypatch, run, tmp_path):
    """The tables are read beside each other: each says which shards it was made from."""
    folder = tmp_path / "mixed"
    shutil.copytree(run[0] / "tables", folder / "tables")
    for name, seed in (("scores", 1), ("summary", 2)):
        path = folder / "tables" / f"{name}.parquet"
        inputs = {"scores": [{"job": {"settings": {"seed": seed}}}]}
        write_parquet(read_parquet(path), path, origin_metadata({"settings": run[1]}, **inputs))
    with pytest.raises(DamagedError, match=r"summary\.parquet: .*made from other scores"):
        draw(monkeypatch, (folder, run[1]), "scores", tmp_path / "figures")
    with pytest.raises(DamagedError, match=r"scores\.parquet: .*made with another seed"):
        draw(monkeypatch, (folder, run[1] | {"seed": 2}), "scores", tmp_path / "figures")
    assert not (tmp_path / "figures").exists()


@pytest.mark.slow
def test_panels_are_the_same_bytes_every_time(monkeypatch, run, tmp_path):
    for name in ("one", "two"):
        draw(monkeypatch, run, "panels", tmp_path / name)
    for file in (tmp_path / "one").rglob("*.*"):
        assert file.read_bytes() == (tmp_path / "two" / file.relative_to(tmp_path / "one")).read_bytes()
