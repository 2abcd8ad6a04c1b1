"""What runs again after a change: exactly the jobs that became necessary.

One small study is run for real; each row copies it with its records, changes something and compares the dry
run's jobs with those that the table of the README promises.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import staleness_changes as changes
import staleness_products as products
from saliometer.tables import read_with_metadata, write_parquet
from staleness_rows import EVERYTHING, MADE_AGAIN, REFUSED, ROWS
from staleness_study import END, NOTHING, PAGE, Study, lay_out, work

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Run the study once, whole."""
    study = lay_out(tmp_path_factory.mktemp("study"))
    study.run()
    return study


@pytest.fixture
def study(finished, tmp_path):
    """A copy of the finished study, records and modification times and all."""
    return Study(Path(shutil.copytree(finished.folder, tmp_path / "study")))


@pytest.mark.parametrize("name", ROWS)
def test_exactly_what_a_change_made_necessary_runs(study, name):
    change, jobs = ROWS[name]
    change(study)
    assert study.run("--dry-run") == jobs


@pytest.mark.parametrize("name", REFUSED)
def test_what_was_made_otherwise_is_refused_where_records_are_lost(study, name):
    change, said, jobs = REFUSED[name]
    change(study)
    before = {path: path.stat().st_mtime_ns for path in study.results.rglob("*.*")}
    for arguments in ((), ("--dry-run",)):
        finished = study.start(*arguments)
        (line,) = [line for line in finished.stderr.splitlines() if line.startswith("error: ")]
        assert (finished.returncode, finished.stdout) == (1, "")
        assert line.startswith(f"error: results/study/{said}")
        assert {path: path.stat().st_mtime_ns for path in study.results.rglob("*.*")} == before
    assert study.start("--unlock").returncode == 0
    mend = re.search(r"; (python -m .*), then run again$", line)[1]
    variables = {**os.environ, "PYTHONPATH": str(study.tree / "workflow")}
    command = mend.replace("python", sys.executable, 1)
    subprocess.run(shlex.split(command), cwd=study.folder, env=variables, check=True, capture_output=True)
    assert study.run("--dry-run") == jobs


@pytest.mark.parametrize("name", MADE_AGAIN)
def test_what_is_not_as_its_record_says_is_told_and_found_by_the_check(study, name):
    change, said = MADE_AGAIN[name]
    change(study)
    finished = study.start("--dry-run", "--quiet")
    assert f"made again: results/study/{said}" in finished.stderr.splitlines()
    assert "made again" not in study.start("--dry-run", "images").stderr  # which needs none of it
    variables = {**os.environ, "PYTHONPATH": str(study.tree / "workflow")}
    command = [sys.executable, "-m", "saliometer.stages.check", "results/study"]
    check = subprocess.run(
        command, cwd=study.folder, env=variables, capture_output=True, text=True, check=False
    )
    assert check.returncode == 1
    assert said.split(":")[0] in check.stdout or "scores/cars/original/lite/gradient" in check.stdout


def test_what_became_foreign_while_jobs_ran_is_told_at_the_end(study, tmp_path):
    """A job of this run, of a method of a person's own, puts the index of other images in its place."""
    index = study.results / "images/cars.parquet"
    frame, told = read_with_metadata(index)
    told["job"]["settings"]["listing"] = "another"
    foreign = tmp_path / "results/another/images/cars.parquet"
    write_parquet(frame, foreign, told)
    own = study.folder / "superpixels.py"
    own.write_text(f"{own.read_text()}\nimport shutil\nshutil.copy({str(foreign)!r}, {str(index)!r})\n")
    finished = study.start("results/study/maps/cars/original/lite/superpixels/0/0.zarr.zip")
    (line,) = [line for line in finished.stderr.splitlines() if line.startswith("error: ")]
    assert finished.returncode == 1
    assert line.startswith("error: results/study/images/cars.parquet: made with other settings or code ")
    assert line.endswith("; start the run again, which makes it anew")
    assert "Done." not in finished.stdout
    redrawn = work("images", dataset=["cars"])
    assert redrawn <= study.run("--dry-run")


def test_other_packages_than_the_locked_are_one_line_or_enter_the_results(study):
    changes.install("jinja2")(study)
    for arguments in ((), ("--dry-run",)):
        finished = study.start(*arguments)
        (line,) = [line for line in finished.stderr.splitlines() if line.startswith("error: ")]
        assert finished.returncode == 1
        assert line.startswith("error: envs/lock.txt: jinja2 99 is installed where 3.")
    assert study.run("--dry-run", "--config", "allow_other_versions=true") == PAGE
    study.set(allow_other_versions=True)
    assert study.run("--dry-run") == PAGE


def test_touching_all_writes_the_records_anew(study):
    products.copied_without_times(study)
    study.run("--touch", "--forceall")
    study.set("methods", "smoothgrad", samples=3)
    assert study.run("--dry-run") == work("models") + work("maps", "scores", method=["smoothgrad"]) + END


def test_a_method_taken_out_and_added_again_uses_its_maps_again(study):
    methods = study.settings()["methods"]
    changes.without_a_method(study)
    study.run()
    study.set(methods=methods)
    assert study.run("--dry-run") == work("models") + END


def test_two_runs_leave_each_other_alone(study):
    study.set(run="other")
    study.run("results/other/images/cars.parquet")
    assert study.run("--dry-run") == EVERYTHING - work("images", dataset=["cars"])
    study.set(run="study")
    assert study.run("--dry-run") == NOTHING
