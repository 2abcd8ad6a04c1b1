"""The check command removes what is shown to be its own alone: no person's file, no other run's."""

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from check_helpers import files_in, run_check
from made_up_run import CONFIG, tell_origins, write_one_shard, write_run
from saliometer.config.study import load_config
from saliometer.figures import style


@pytest.fixture
def run_folder(tmp_path):
    return write_run(tmp_path)


def test_orphans_belong_to_no_config(run_folder):
    config = run_folder.parents[1] / "config.yaml"
    more = run_folder.parents[1] / "more.yaml"
    with_more = CONFIG | {"mosaics": CONFIG["mosaics"] | {"rounds": 3}}
    more.write_text(yaml.safe_dump(with_more))
    write_one_shard(run_folder, 2)
    tell_origins(run_folder, load_config(with_more), lambda product: "/2." in product.path)
    expected = {path for path in files_in(run_folder) if path.name.startswith("2.")}
    left = run_folder / "maps/photos/original/net/cam/0/.0.zarr.zip.part"
    left.write_bytes(b"half")
    log = run_folder / "logs/maps/photos/original/net/gone/0/0.log"
    log.parent.mkdir(parents=True)
    log.write_text(
        f"4 maps of gone on cpu -> {log.relative_to(run_folder / 'logs').with_suffix('.zarr.zip')}"
    )
    (run_folder / "report.zip").write_bytes(b"a person's own")
    before = files_in(run_folder)
    assert run_check(run_folder)[0] == 0
    code, lines = run_check(run_folder, "--orphans", "--configfile", str(config), str(more))
    assert code == 0
    assert [line.split(" (")[0] for line in lines[:-1]] == [f"orphan: {path}" for path in sorted([left, log])]
    assert files_in(run_folder) == before
    code, lines = run_check(run_folder, "--orphans", "--remove", "--configfile", str(config))
    assert code == 0
    assert files_in(run_folder) == before - expected - {left, log}


def test_what_no_config_would_make_so_is_an_orphan(run_folder):
    """Of two configs of one run, each accounts for what it made."""
    places = [run_folder.parents[1] / name for name in ("config.yaml", "other.yaml")]
    other = CONFIG | {"methods": {"gradient": None, "cam": {"method": "smoothgrad"}}}
    places[1].write_text(yaml.safe_dump(other))
    code, lines = run_check(run_folder, "--orphans", "--configfile", *map(str, places))
    assert (code, len(lines)) == (0, 1)
    code, lines = run_check(run_folder, "--orphans", "--configfile", str(places[1]))
    assert code == 0
    maps = run_folder / "maps/photos/original/net/cam/0/0.zarr.zip"
    scores = run_folder / "scores/photos/original/net/cam/0/classification/0.parquet"
    reasons = {line.split(" (")[0]: line.split("): ", 1)[1] for line in lines[:-1]}
    assert reasons[f"orphan: {maps}"] == (
        "made with other settings or code (settings.method.method was gradcam and is now smoothgrad)"
    )
    assert reasons[f"orphan: {scores}"] == f"made from {maps}, which is not the config's"
    assert not [said for said in reasons if "gradient" in said or "mosaics" in said or "predictions/" in said]
    assert {"tables", "figures", "report"} == {
        said.removeprefix(f"orphan: {run_folder}/").split("/")[0] for said in reasons
    } - {"maps", "axioms", "scores"}
    tell_origins(run_folder, load_config(other))
    assert run_check(run_folder, "--orphans", "--configfile", str(places[1]))[0] == 0
    assert len(run_check(run_folder, "--orphans", "--configfile", str(places[1]))[1]) == 1


def foreign_files(results):
    """Write a person's files into the folders of a run; returns their paths."""
    maps = results / "maps/photos/original/net"
    figures = results / "figures/scores/photos/original/net"
    texts = ["maps/notes.txt", "maps/.mine.zip.part", "tables/own.csv", "report/notes.html", "logs/notes.txt"]
    texts += ["images/photos.csv", "benchmarks/maps/photos/own.tsv", "figures/own.svg"]
    places = [results / name for name in texts]
    for path in places:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
    for path in (maps / "gone/0/0.zarr.zip", maps / "own.zip"):
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("zarr.json", "{}")
        places.append(path)
    pd.DataFrame({"mine": [1]}).to_parquet(results / "tables/own.parquet")
    pd.DataFrame({"mine": [1]}).to_parquet(results / "images/other.parquet")
    style.save(style.message_figure(["mine"]), figures / "own")
    places += [results / "tables/own.parquet", results / "images/other.parquet"]
    places += [figures / "own.png", figures / "own.svg"]
    link = maps / "cam/0/7.zarr.zip"  # to what the program made, and yet not by it
    link.symlink_to(maps / "cam/0/0.zarr.zip")
    return [*places, link]


def test_what_the_program_can_not_have_made_always_stays(run_folder):
    config = str(run_folder.parents[1] / "config.yaml")
    foreign = {*foreign_files(run_folder)}
    before = files_in(run_folder)
    said = ": nothing shows that this program made it, so it is never removed"
    for options in ((), ("--remove",)):
        code, lines = run_check(run_folder, "--orphans", "--configfile", config, *options)
        assert code == 0
        assert (
            lines[-1].partition(": ")[2] == f"0 damaged, 0 foreign, 0 orphans, {len(foreign)} unknown (0 B)"
        )
        assert {Path(line.split(": ")[1].rpartition(" (")[0]) for line in lines[:-1]} == foreign
        assert all(line.startswith("unknown: ") and line.endswith(said) for line in lines[:-1])
        assert files_in(run_folder) == before


FIGURE_FOLDER = "figures/scores/photos/original/net"


def own_figure(results, name="whiteboard.png"):
    path = results / FIGURE_FOLDER / name
    style.save(style.message_figure(["mine"]), path.with_suffix(""))
    path.with_suffix(".svg" if path.suffix == ".png" else ".png").unlink()
    return path


def own_sketch(results):
    return own_figure(results, "sketch.svg")


def own_bytes(results, name="photo-of-whiteboard.png"):
    path = results / FIGURE_FOLDER / name
    path.write_bytes(b"\xff\xd8\xff\xe0JFIF")
    return path


def copy_of_a_figure(results):
    figure = next((results / FIGURE_FOLDER).glob("*.png"))
    return Path(shutil.copy(figure, figure.with_stem(f"{figure.stem}-for-paper")))


def own_log(results):
    path = results / "logs/images/mine.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("my remarks")
    return path


def own_text_in_the_place_of_a_map(results):
    path = results / "maps/photos/original/net/mine/0/0.zarr.zip"
    path.parent.mkdir(parents=True)
    path.write_text("my remarks")
    return path


def own_arrays_in_the_place_of_a_map(results):
    path = results / "maps/a/original/b/c/0/0.zarr.zip"
    path.parent.mkdir(parents=True)
    with path.open("wb") as handle:
        np.savez(handle, mine=np.zeros(3))
    return path


OWN_FILES = [
    own_figure,
    own_sketch,
    own_bytes,
    copy_of_a_figure,
    own_log,
    own_text_in_the_place_of_a_map,
    own_arrays_in_the_place_of_a_map,
]


@pytest.mark.parametrize("make", OWN_FILES, ids=lambda make: make.__name__)
def test_nothing_is_removed_that_is_not_shown_to_be_ours(run_folder, make):
    config = ("--configfile", str(run_folder.parents[1] / "config.yaml"))
    own = make(run_folder)
    before = files_in(run_folder)
    for options in ((), ("--remove",), ("--orphans", *config), ("--orphans", "--remove", *config)):
        code, lines = run_check(run_folder, *options)
        named = [line for line in lines if str(own) in line]
        in_a_place = own.suffix == ".zip" and "--orphans" not in options
        assert code == (1 if in_a_place else 0)
        assert [line.split(": ")[0] for line in named] == (
            ["foreign"] if in_a_place else ["unknown"] if "--orphans" in options else []
        )
        assert "0 damaged" in lines[-1]
        assert files_in(run_folder) == before


def test_the_config_of_another_run_removes_nothing(run_folder):
    other = run_folder.parents[1] / "other.yaml"
    other.write_text(yaml.safe_dump(CONFIG | {"run": "other"}))
    before = files_in(run_folder)
    code, lines = run_check(run_folder, "--orphans", "--remove", "--configfile", str(other))
    assert code == 1
    assert lines == [line for line in lines if line.startswith("error: ") and "its run is other" in line]
    assert files_in(run_folder) == before
