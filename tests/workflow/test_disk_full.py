"""Where nothing more can be written every stage says so in one line, and goes on when there is room."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.kill_study import RUN, KillStudy

from disk_helpers import (
    PAGE,
    RECORDER,
    elsewhere,
    filled,
    recorded_commands,
    run_stage,
    small_files_only,
    tmpfs,
)
from saliometer.audit.verification import damage_of, products_in

pytestmark = pytest.mark.slow

NO_MOUNT = "mounting a small file system is not permitted here"
COMMANDS = (
    *(
        "models",
        "images",
        "mosaics",
        "predictions",
        "segments",
        "maps",
        "scores",
        "summary",
        "cost",
        "reliability",
    ),
    *("figures scores", "figures reliability", "figures panels", "report"),
)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study that was run whole, once, and every command of it in the folder ``records``."""
    folder = tmp_path_factory.mktemp("killed")
    (folder / "python").mkdir()
    (folder / "records").mkdir()
    (folder / "python" / "sitecustomize.py").write_text(RECORDER)
    made = KillStudy(folder, random.Random(1))
    made.lay_out()
    made.finish("all", "segments", PYTHONPATH=str(folder / "python"), RECORDS=str(folder / "records"))
    made.reference = made.products()
    return made


@pytest.fixture(scope="module")
def commands(study):
    found = recorded_commands(study.folder / "records")
    assert set(found) == set(COMMANDS)
    return found


def expect_one_line(stage, code, said, folder, words):
    """A stage said in one line what it could not write, and left only whole products."""
    assert code == 1
    (line,) = (line for line in said.splitlines() if " per second" not in line)
    assert line.startswith(f"error: {folder}")
    assert words in line
    left = [path for path in folder.rglob("*") if path.is_file() and path.name != "filler"]
    assert not [path for path in left if path.name.startswith(".") or damage_of(path)], stage


def expect_success(study, stage, arguments, folder):
    code, said = run_stage(stage, arguments)
    assert code == 0, said
    made = [path for path in folder.rglob("*") if path.is_file() and path.stem != "cost"]
    assert made or stage == "cost"
    for path in made:
        relative = path.relative_to(folder).as_posix()
        if relative in study.reference and path.suffix != ".html":
            assert path.read_bytes() == study.reference[relative], relative


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory):
    """A small file system of its own; None where none may be mounted."""
    folder = tmp_path_factory.mktemp("disk") / "mounted"
    with tmpfs(folder, megabytes=8) as mounted:
        yield folder if mounted else None


@pytest.mark.parametrize("stage", COMMANDS)
def test_a_full_disk_is_one_line_and_with_room_all_is_well(study, commands, small_disk, monkeypatch, stage):
    if small_disk is None:
        pytest.skip(NO_MOUNT)
    monkeypatch.chdir(study.folder)
    folder = small_disk / stage.replace(" ", "_") / "results" / RUN
    folder.mkdir(parents=True)
    arguments = elsewhere(commands[stage], f"results/{RUN}", folder)
    with filled(small_disk, room=PAGE):
        code, said = run_stage(stage, arguments)
        expect_one_line(stage, code, said, folder, "no space left on device; free some space and run again")
    expect_success(study, stage, arguments, folder)


@pytest.mark.parametrize("stage", COMMANDS)
def test_a_limit_on_files_is_one_line_and_without_it_all_is_well(
    study, commands, tmp_path, monkeypatch, stage
):
    monkeypatch.chdir(study.folder)
    folder = tmp_path / "results" / RUN
    arguments = elsewhere(commands[stage], f"results/{RUN}", folder)
    with small_files_only(1000):
        code, said = run_stage(stage, arguments)
    expect_one_line(stage, code, said, folder, "file too large; raise the limit")
    expect_success(study, stage, arguments, folder)


@pytest.mark.parametrize("told", [True, False], ids=["stderr elsewhere", "stderr too"])
def test_a_log_that_is_full_is_one_line_where_it_can_be(told):
    script = "from saliometer.stages.command import run; run(lambda: print('done'))"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-c", script],
            stdout=full,
            stderr=subprocess.PIPE if told else full,
            env=environment,
            text=True,
            check=False,
        )
    assert ran.returncode == 1
    assert ran.stderr == (
        "error: log: no space left on device; free some space and run again\n" if told else None
    )


def test_a_run_on_a_full_disk_shows_the_line_and_goes_on_with_room(study, tmp_path):
    other = KillStudy(tmp_path / "study", random.Random(1))
    other.lay_out()
    with tmpfs(other.folder / "results", megabytes=1) as mounted:
        if not mounted:
            pytest.skip(NO_MOUNT)
        with filled(other.folder / "results", room=6 * PAGE):
            run = other.start("mosaics")
            assert run.process.wait() == 1
            assert f"error: results/{RUN}/" in run.words()
            assert "no space left on device; free some space and run again" in run.words()
            assert not other.temporaries()
            assert not [path for path in products_in(other.results) if damage_of(path)]
        other.finish("mosaics")
        other.reference = {
            path: content
            for path, content in study.reference.items()
            if path.startswith(("images", "mosaics"))
        }
        other.expect_whole()
