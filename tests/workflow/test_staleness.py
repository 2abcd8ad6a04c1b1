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
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import staleness_changes as changes
from saliometer.tables import read_with_metadata, write_parquet
from staleness_changes import both, setting, upgrade
from staleness_study import AFTER_IMAGES, END, FIGURES, NOTHING, PAGE, Study, lay_out, work

pytestmark = pytest.mark.slow

EVERYTHING = work("models", "images", *AFTER_IMAGES) + END
DISTRIBUTIONS, COST = "figures: distributions of the scores", "summary: cost of the jobs"
ONE_MAP = work("maps", "scores", dataset=["cars"], model=["lite"], method=["gradient"])
ROWS: dict[str, tuple[Callable[[Study], None], Counter[str]]] = {
    "nothing": (lambda study: None, NOTHING),
    "touch every file": (changes.touch_everything, NOTHING),
    "old times on every file": (changes.with_old_times, NOTHING),
    "checkout away and back": (changes.checkout_away_and_back, NOTHING),
    "reformat the config": (changes.reformat_the_config, NOTHING),
    "device and batch": (setting(compute={"device": "cpu", "micro_batch": 3}), NOTHING),
    "move the photographs": (changes.move_the_photos, NOTHING),
    "comment in a method": (changes.comment, NOTHING),
    "unused new kinds": (changes.new_kinds, NOTHING),
    "words for people": (changes.words_for_people, NOTHING),
    "a method's label": (changes.label_of_a_method, END),
    "a metric's meaning": (changes.meaning_of_a_metric, END - Counter([COST])),
    "delete a scored map": (changes.delete_a_map, NOTHING),
    "delete logs and benchmarks": (changes.delete_logs, NOTHING),
    "segments' settings": (
        setting("segments", kernel_size=9.0),
        work("segments") + work("maps", "scores", method=["superpixels"]) + END,
    ),
    "comment in a method's own file, and its place": (changes.own_file, NOTHING),
    "token of a method's own file": (
        changes.token_of_own_file,
        work("models") + work("maps", "scores", method=["superpixels"]) + END,
    ),
    "token of a method": (
        changes.token,
        work("models") + work("maps", "scores", method=["gradient"]) + END,
    ),
    "new content, old time": (
        changes.old_time_new_content,
        work("models") + work("maps", "scores", method=["gradient"]) + END,
    ),
    "engine of gradients": (
        changes.engine,
        work("models") + work("maps", "scores", method=["gradient", "smoothgrad"]) + END,
    ),
    "family of models": (
        changes.family_of_models,
        work("models", "predictions", "maps", "scores") + END,
    ),
    "another family's rows": (changes.rows_of_architectures, NOTHING),
    "family of metrics": (changes.family_of_metrics, work("scores") + END),
    "a metric family's setting": (
        changes.setting_of_a_family_of_metrics,
        work("scores", family=["localization"]) + END,
    ),
    "a metric family added": (
        setting(metrics=["classification", "localization"]),
        work("scores", family=["localization"]) + END,
    ),
    "a metric family taken out for another": (
        setting(metrics=["localization"]),
        work("scores", family=["localization"]) + END,
    ),
    "figures' code": (changes.figures_code, FIGURES + PAGE),
    "the page's template": (changes.page_template, PAGE),
    "a method's setting": (
        setting("methods", "smoothgrad", samples=3),
        work("models") + work("maps", "scores", method=["smoothgrad"]) + END,
    ),
    "tiles of a block apart": (
        setting("methods", "smoothgrad", disconnected=True),
        work("models") + work("maps", "scores", method=["smoothgrad"]) + END,
    ),
    "tiles of a block together, said": (setting("methods", "smoothgrad", disconnected=False), NOTHING),
    "a model's setting": (
        setting("models", "lite", mean=[0.5, 0.5, 0.5]),
        work("models", "predictions", "maps", "scores", model=["lite"]) + END,
    ),
    "a model's check deleted": (changes.delete_a_check, work("models", model=["lite"])),
    "code of the checks": (changes.code_of_checks, work("models")),
    "intervals": (setting(intervals={"confidence": 0.9}), END),
    "seed": (setting(seed=2), work(*AFTER_IMAGES) + END),
    "new method": (
        setting("methods", inputxgradient=None),
        work("models") + work("maps", "scores", method=["inputxgradient"]) + END,
    ),
    "new model": (
        setting("models", squeezenet1_0={"weights": "none"}),
        work("models", "predictions", "maps", "scores", model=["squeezenet1_0"]) + END,
    ),
    "a list of all models": (setting("methods", gradient={"models": ["light", "lite"]}), NOTHING),
    "a model for one method": (
        changes.model_for_one_method,
        work("models", "predictions", model=["third"])
        + work("maps", "scores", method=["edges"], model=["third"])
        + END,
    ),
    "fewer models of a method, and a comparison": (changes.comparison, work("models", model=["lite"]) + END),
    "more rounds": (setting("mosaics", rounds=4), work(*AFTER_IMAGES, shard=[1]) + END),
    "more replicates": (
        setting(replicates=2),
        work("maps", "scores", method=["smoothgrad"], replicate=["1"]) + END,
    ),
    "another form": (setting(forms={"rotations": 1}), work(*AFTER_IMAGES, form=["rotation-1"]) + END),
    "shard size": (setting("mosaics", rounds_per_shard=1), work(*AFTER_IMAGES, shard=[0, 1]) + END),
    "another image": (changes.another_image, work("images", *AFTER_IMAGES, dataset=["cars"]) + END),
    "another class": (changes.another_class, work("images", *AFTER_IMAGES, dataset=["cars"]) + END),
    "replaced image, old time": (
        changes.photo_with_an_old_time,
        work("images", *AFTER_IMAGES, dataset=["cars"]) + END,
    ),
    "a method taken out": (changes.without_a_method, work("models") + END),
    "a data set taken out": (changes.without_a_data_set, work("models") + END),
    "torch upgraded": (upgrade("torch"), work("models", "predictions", "maps", "scores") + END),
    "matplotlib upgraded": (upgrade("matplotlib"), FIGURES + PAGE),
    "zarr upgraded": (upgrade("zarr"), work(*AFTER_IMAGES) + END),
    "jinja2 upgraded": (upgrade("jinja2"), PAGE),
    "tqdm upgraded": (upgrade("tqdm"), NOTHING),
    "two figures swapped": (changes.swap_figures, Counter([DISTRIBUTIONS]) + PAGE),
    "a digit of the page": (changes.digit_in("report/index.html"), PAGE),
    "a digit of a table": (changes.digit_in("tables/summary.csv"), END - Counter([COST])),
    "a map cut short": (changes.cut_a_map, ONE_MAP + END),
    "a map of another seed": (changes.map_of("settings", "seed", value=2), ONE_MAP + END),
    "a map of other code": (
        changes.map_of("code", "saliometer.methods.gradient", value="0"),
        ONE_MAP + END,
    ),
    "records lost": (changes.lose_records, NOTHING),
    "some records lost": (changes.lose_some_records, NOTHING),
    "copied without times": (changes.copied_without_times, NOTHING),
    "copied without maps that are scored, nor times": (changes.copied_without_maps, NOTHING),
    "another run name": (setting(run="other"), EVERYTHING),
}


# Without Snakemake's records these are one line before any job; then its mend, and then only these run.
REFUSED: dict[str, tuple[Callable[[Study], None], str, Counter[str]]] = {
    "records lost, a method's setting": (
        both(changes.lose_records, setting("methods", "smoothgrad", samples=3)),
        "models/lite.parquet: made with other settings or code "
        "(settings.methods.smoothgrad.method.samples was 2 and is now 3)",
        work("models") + work("maps", "scores", method=["smoothgrad"]) + END,
    ),
    "copied without times, figures' code": (
        both(changes.copied_without_times, changes.figures_code),
        "figures/scores/manifest.json: made with other settings or code (code of saliometer.figures)",
        FIGURES + PAGE,
    ),
    "some records lost, token of a method": (
        both(changes.lose_some_records, changes.token),
        "maps/birds/original/lite/gradient/0/0.zarr.zip: made with other settings or code "
        "(code of saliometer.methods.gradient)",
        work("models") + work("maps", "scores", method=["gradient"]) + END,
    ),
}


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


MADE_AGAIN = {
    "a map of other code": (
        changes.map_of("code", "saliometer.methods.gradient", value="0"),
        f"{changes.A_MAP}: made with other settings or code (code of saliometer.methods.gradient)",
    ),
    "a digit of the page": (
        changes.digit_in("report/index.html"),
        "report/index.html: damaged or foreign (it is not the file that manifest.json names)",
    ),
}


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
    changes.copied_without_times(study)
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
