"""The check command: finds what is damaged or belongs to no config, and removes that alone."""

import contextlib
import io
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest
import yaml

from made_up_run import AXES, CONFIG, tell_origins, write_one_shard, write_run
from saliometer import shards
from saliometer.audit.verification import damage_of, products_in
from saliometer.config.study import load_config
from saliometer.figures import style
from saliometer.products.paths import PATTERNS, place_of
from saliometer.stages import check
from saliometer.stages.command import run
from saliometer.tables import write_parquet
from summary_helpers import make_mosaics, make_scores


@pytest.fixture
def run_folder(tmp_path):
    return write_run(tmp_path)


def run_check(results, *options):
    """Run the command in this process; returns its exit code and its lines."""
    written = io.StringIO()
    with (
        mock.patch("sys.argv", ["check", str(results), *options]),
        contextlib.redirect_stdout(written),
        pytest.raises(SystemExit) as left,
    ):
        run(check.main)
    if isinstance(left.value.code, str):  # what sys.exit prints on stderr before it leaves with 1
        return 1, [*written.getvalue().splitlines(), left.value.code]
    return left.value.code, written.getvalue().splitlines()


def test_the_command_line(run_folder):
    command = [sys.executable, "-m", "saliometer.stages.check", str(run_folder)]
    (run_folder / "report" / "index.html").write_text("<html>")
    finished = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (finished.returncode, finished.stderr) == (1, "")
    assert "index.html (6 B): it is not the file that manifest.json names" in finished.stdout


NO_MANIFEST = "no manifest.json tells its digest"


def expect_whole_but_for_manifests(results):
    """Expect nothing to be wrong but figures and pages whose manifest is gone: the next run makes both."""
    *lines, _ = run_check(results)[1]
    assert all(line.endswith(NO_MANIFEST) for line in lines)
    run_check(results, "--remove")
    assert run_check(results)[0] == 0


def files_in(results):
    return {path for path in results.rglob("*") if path.is_file()}


def test_a_sound_run_has_nothing_to_list(run_folder):
    options = ("--orphans", "--remove", "--configfile", str(run_folder.parents[1] / "config.yaml"))
    before = files_in(run_folder)
    code, lines = run_check(run_folder, *options)
    assert (code, len(lines)) == (0, 1), lines
    assert lines[0].startswith(
        f"{len(before) - 1} files checked: 0 damaged, 0 foreign, 0 orphans"
    )  # all but the log
    assert files_in(run_folder) == before


def test_what_is_damaged_is_listed_and_goes_on_request_alone(run_folder):
    before = files_in(run_folder)
    spoilt = {path for path in before if place_of(path) or path.suffix in (".csv", ".svg")}
    spoilt = set(sorted(spoilt)[::3]) | set(run_folder.rglob("*.png"))
    for path in spoilt:
        path.write_bytes(path.read_bytes()[:-30])
    code, lines = run_check(run_folder)
    assert code == 1
    assert files_in(run_folder) == before
    assert len(lines) == len(spoilt) + 1
    for path in spoilt:
        size = path.stat().st_size
        start = f"damaged: {path} ({check._size(size)}): "
        assert any(line.startswith(start) and len(line) > len(start) for line in lines), path
    assert f"{len(spoilt)} damaged" in lines[-1]
    code, _ = run_check(run_folder, "--remove")
    assert code == 0
    assert files_in(run_folder) == before - spoilt
    expect_whole_but_for_manifests(run_folder)


@pytest.mark.parametrize("stage", ["mosaics", "segments", "maps", "predictions", "axioms", "scores"])
def test_swapped_products_are_found(run_folder, stage):
    first, second = sorted((run_folder / stage).rglob("*.*"))[:2]
    contents = first.read_bytes(), second.read_bytes()
    second.write_bytes(contents[0])
    first.write_bytes(contents[1])
    found = {path: damage_of(path) for path in products_in(run_folder)}
    assert {path for path, reason in found.items() if reason} == {first, second}
    assert f"written as {second.relative_to(run_folder)}" in found[first]


def of_another_run(folder, **changes):
    """Write the run again as another config makes it, under the same names; return its results folder."""
    results = write_run(folder / "another")
    tell_origins(results, load_config(CONFIG | changes))
    return results


SEED = "it was made with another seed"
OTHERS = {
    "predictions/photos/original/net/0.parquet": "mosaics",
    "segments/photos/original/0.zarr.zip": "mosaics",
    "maps/photos/original/net/cam/0/0.zarr.zip": "mosaics",
    "axioms/photos/original/net/cam/0/0.parquet": "mosaics",
    "scores/photos/original/net/cam/0/classification/0.parquet": "maps",
    "tables/scores.parquet": "axioms",
    "tables/cost.parquet": SEED,
    "tables/tiles.parquet": SEED,
    "tables/reliability.parquet": SEED,
    "figures/scores/manifest.json": SEED,
    "report/manifest.json": SEED,
}


@pytest.fixture(scope="module")
def another_run(tmp_path_factory):
    return of_another_run(tmp_path_factory.mktemp("another"), seed=2)


@pytest.mark.parametrize("path", OTHERS)
def test_what_another_run_made_is_found_and_goes_on_request(run_folder, another_run, path):
    shutil.copy(another_run / path, run_folder / path)
    before = files_in(run_folder)
    code, lines = run_check(run_folder)
    assert (code, len(lines)) == (1, 2), lines
    assert lines[0].startswith(f"foreign: {run_folder / path} (")
    reason = OTHERS[path]
    said = reason if reason == SEED else f"it was made from other {reason} than those of this run"
    assert lines[0].endswith(f"): {said}")
    assert "0 damaged, 1 foreign" in lines[1]
    assert run_check(run_folder, "--remove")[0] == 0
    assert files_in(run_folder) == before - {run_folder / path}
    expect_whole_but_for_manifests(run_folder)


def test_a_table_of_the_same_shards_with_other_settings_is_found(run_folder, tmp_path):
    other = of_another_run(tmp_path, intervals={"confidence": 0.9})
    shutil.copy(other / "tables/tiles.parquet", run_folder / "tables")
    code, lines = run_check(run_folder)
    assert (code, len(lines)) == (1, 2), lines
    assert lines[0].startswith(f"foreign: {run_folder / 'tables/tiles.parquet'} (")
    assert lines[0].endswith("): it was made with another intervals")


def test_deleted_maps_make_nothing_foreign_and_axioms_tell_of_their_job(run_folder, tmp_path):
    shutil.rmtree(run_folder / "maps")
    assert run_check(run_folder)[0] == 0
    other = of_another_run(tmp_path, methods={"gradient": None, "cam": {"method": "layercam"}})
    path = "scores/photos/original/net/cam/0/classification/0.parquet"
    shutil.copy(other / path, run_folder / path)
    code, lines = run_check(run_folder)
    assert code == 1
    assert lines[0].startswith(f"foreign: {run_folder / path} (")


def test_what_people_read_is_held_to_its_digest(run_folder):
    kinds = ("*.png", "*.svg", "*.html", "scores.csv")
    changed = [next(run_folder.rglob(kind)) for kind in kinds]
    for path in changed:
        content = path.read_bytes()
        place = content.rindex(b"a")
        path.write_bytes(content[:place] + b"b" + content[place + 1 :])
    code, lines = run_check(run_folder)
    assert (code, len(lines)) == (1, len(changed) + 1)
    assert {line.split(" (")[0] for line in lines[:-1]} == {f"damaged: {path}" for path in changed}


@pytest.mark.parametrize("wrong", ["kind", "dataset", "form", "model", "method", "replicate"])
def test_a_shard_that_names_itself_otherwise_is_found(run_folder, wrong):
    """Sealed where it lies, and yet of something else: a defect of the program that wrote it."""
    path = run_folder / PATTERNS["maps"].format(**AXES, method="cam", shard=0)
    arrays, attributes = shards.read(path)
    shards.write(path, arrays, {**attributes, wrong: "another"})
    assert damage_of(path).startswith(f"{wrong} is 'another' where")


@pytest.mark.parametrize("wrong", ["dataset", "form", "model", "method", "replicate"])
def test_scores_that_name_themselves_otherwise_are_found(run_folder, wrong):
    path = run_folder / PATTERNS["scores"].format(**AXES, method="cam", shard=0)
    write_parquet(make_scores(make_mosaics([0]), "cam").assign(**{wrong: "another"}), path)
    assert damage_of(path).startswith(f"{wrong} is ['another'] where")
    write_parquet(make_scores(make_mosaics([0]), "cam"), path, {"job": {"settings": {"family": "other"}}})
    assert damage_of(path).startswith("family is 'other'")


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


@pytest.mark.parametrize("manifest", ["report/manifest.json", "figures/scores/manifest.json"])
def test_what_no_manifest_holds_any_more_is_damaged(run_folder, manifest):
    """Without its digest nobody can tell whether a figure or page is as it was made."""
    folder = (run_folder / manifest).parent
    (run_folder / manifest).unlink()
    expected = {path for path in files_in(folder) if path.suffix in (".png", ".svg", ".html")}
    code, lines = run_check(run_folder)
    assert code == 1
    assert {Path(line.removeprefix("damaged: ").split(" (")[0]) for line in lines[:-1]} == expected
    assert all(line.endswith(NO_MANIFEST) for line in lines[:-1])
    assert run_check(run_folder, "--remove")[0] == 0
    assert not expected & files_in(folder)


def test_the_config_of_another_run_removes_nothing(run_folder):
    other = run_folder.parents[1] / "other.yaml"
    other.write_text(yaml.safe_dump(CONFIG | {"run": "other"}))
    before = files_in(run_folder)
    code, lines = run_check(run_folder, "--orphans", "--remove", "--configfile", str(other))
    assert code == 1
    assert lines == [line for line in lines if line.startswith("error: ") and "its run is other" in line]
    assert files_in(run_folder) == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no such file"),
        (b"\xff", "line 1: holds a byte 0xff"),
        (b"a: [", "line 1: not a readable config"),
    ],
)
def test_a_config_that_cant_be_read_is_one_line(run_folder, content, said):
    config = run_folder.parents[1] / "broken.yaml"
    if content is not None:
        config.write_bytes(content)
    code, lines = run_check(run_folder, "--orphans", "--configfile", str(config))
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith(f"error: {config}: {said}")


def test_no_such_results_is_one_line(tmp_path):
    code, lines = run_check(tmp_path / "none")
    assert (code, len(lines)) == (1, 1)


def test_no_random_damage_goes_unseen_and_counts_as_other_content(run_folder):
    """Random damages of random products: each is found, or reads back as what was written."""
    chance = random.Random(1)
    products = [path for path in products_in(run_folder) if place_of(path)]
    whole = {path: path.read_bytes() for path in products}
    for number in range(300):
        path = chance.choice(products)
        content, place = whole[path], chance.randrange(len(whole[path]))
        damages = [
            content[:place],
            content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :],
            whole[chance.choice([other for other in products if other != path])],
        ]
        path.write_bytes(damages[number % 3])
        reason = damage_of(path)
        assert reason or number % 3 == 1, path
        path.write_bytes(content)
