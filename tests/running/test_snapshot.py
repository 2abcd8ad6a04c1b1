"""Copies of code and config that runs keep for their jobs: whole, shared, removed when no job needs them."""

import json
import os
import time

import pytest

from saliometer.running import snapshot


@pytest.fixture
def tree(tmp_path):
    """A workflow of two files, with what Python leaves beside them."""
    folder = tmp_path / "tree"
    for name, content in {
        "Snakefile": "include: 'workflow/Snakefile'",
        "workflow/Snakefile": "rule all:",
        "workflow/saliometer/gradient.py": "amax",
        "workflow/saliometer/__pycache__/gradient.pyc": "compiled",
        "results/scores.csv": "1",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


@pytest.fixture
def folder(tmp_path):
    return tmp_path / ".snakemake" / "saliometer"


def copies(folder):
    return {path for path in folder.iterdir() if path.is_dir()}


def take(tree, folder):
    place, lock = snapshot.take(tree, folder)
    assert lock is not None
    snapshot.begin(lock)
    return place, lock


def edit(tree):
    (tree / "workflow" / "saliometer" / "gradient.py").write_text("mean")


def test_a_copy_holds_the_workflow_read_only_and_nothing_else(tree, folder):
    place, _ = take(tree, folder)
    files = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    assert files == {"Snakefile", "workflow/Snakefile", "workflow/saliometer/gradient.py", "lock"}
    edit(tree)
    copied = place / "workflow" / "saliometer" / "gradient.py"
    assert copied.read_text() == "amax"
    assert not copied.stat().st_mode & 0o222


def test_the_same_workflow_is_copied_once_and_a_damaged_copy_is_replaced(tree, folder):
    place, _ = take(tree, folder)
    assert take(tree, folder)[0] == place
    copied = place / "workflow" / "Snakefile"
    copied.chmod(0o644)
    copied.write_text("rule none:")
    assert take(tree, folder)[0] == place
    assert copied.read_text() == "rule all:"
    assert copies(folder) == {place}


def test_a_copy_stays_while_a_run_holds_it_and_goes_once_that_has_ended(tree, folder):
    first, lock = take(tree, folder)
    edit(tree)
    second, _ = take(tree, folder)
    assert copies(folder) == {first, second}
    snapshot.end(first, lock)
    take(tree, folder)
    assert copies(folder) == {first, second}, "its process may still tell of its jobs"
    lock.close()
    take(tree, folder)
    assert copies(folder) == {second}


def test_the_copy_of_a_run_that_never_began_a_job_goes_at_once(tree, folder):
    _, lock = snapshot.take(tree, folder)
    lock.close()
    edit(tree)
    place, _ = take(tree, folder)
    assert copies(folder) == {place}


def test_one_of_two_runs_that_ends_leaves_their_copy_to_the_other(tree, folder):
    place, first = take(tree, folder)
    _, second = take(tree, folder)
    snapshot.end(place, first)
    first.close()
    second.close()  # killed: its jobs may wait in a queue
    edit(tree)
    take(tree, folder)
    assert place in copies(folder)


def test_the_copy_of_a_killed_run_is_kept_for_the_jobs_that_may_still_wait(tree, folder):
    killed, lock = take(tree, folder)
    lock.close()
    edit(tree)
    other, _ = take(tree, folder)
    assert copies(folder) == {killed, other}
    long_ago = time.time() - snapshot.SECONDS_KEPT - 60
    os.utime(killed / snapshot.LOCK, (long_ago, long_ago))
    (folder / ".half.part").mkdir()
    take(tree, folder)
    assert copies(folder) == {other}


def test_a_plan_keeps_configs_in_their_order_and_says_where_the_methods_lie(tree, folder, tmp_path):
    place, _ = take(tree, folder)
    configs = [tmp_path / f"{number}.yaml" for number in range(12)]
    for config in configs:
        config.write_text(config.name)
    mine = tmp_path / "mine.py"
    mine.write_text("LABEL = 'Mine'")
    plan = snapshot.write_plan(place, configs, {"one": mine, "two": mine})
    assert snapshot.write_plan(place, configs, {"one": mine, "two": mine}) == plan
    *copied, overlay = snapshot.configs_of(plan)
    assert [path.read_text() for path in copied] == [config.name for config in configs]
    methods = snapshot.methods_of(plan)
    assert json.loads(overlay.read_text()) == {
        "methods": {name: {"file": file} for name, file in methods.items()}
    }
    assert list(methods) == ["one", "two"]
    mine.write_text("LABEL = 'Other'")
    assert {snapshot.Path(file).read_text() for file in methods.values()} == {"LABEL = 'Mine'"}
    assert snapshot.write_plan(place, configs, {"one": mine, "two": mine}) != plan


def test_a_plan_without_own_methods_has_its_configs_alone(tree, folder, tmp_path):
    place, _ = take(tree, folder)
    config = tmp_path / "config.yaml"
    config.write_text("run: demo")
    plan = snapshot.write_plan(place, [config], {})
    assert [path.name for path in snapshot.configs_of(plan)] == ["0-config.yaml"]
    assert snapshot.methods_of(plan) == {}


def test_the_texts_of_jobs_are_found_by_their_content(tree, folder):
    place, _ = take(tree, folder)
    plan = snapshot.write_plan(place, [], {})
    snapshot.write_jobs(plan, ["one", "two", "one"])
    assert snapshot.job_path(plan, "one").read_text() == "one"
    assert len(list((plan / "jobs").iterdir())) == 2
    assert not snapshot.job_path(plan, "three").exists()
