"""Runs that are killed or stopped leave nothing half-named and go on by the same command."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import yaml
from benchmarks.kill_and_resume import SHARE_IN_WRITES, in_shard_writes, kill_and_resume, prepare
from benchmarks.kill_study import COMPUTING, CONFIG

from saliometer.audit.verification import damage_of, products_in
from saliometer.running.run_locks import LOCKED_FILE, RUNS

pytestmark = pytest.mark.slow

KILLS = 25
SECONDS_TO_STOP = 15


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study that was run whole, once."""
    return prepare(tmp_path_factory.mktemp("killed"), seed=1)


def expect_no_orphans(study):
    command = [sys.executable, "-m", "saliometer.stages.check", str(study.results), "--orphans"]
    command += ["--configfile", "config.yaml"]
    environment = {**os.environ, "PYTHONPATH": str(study.folder / "tree" / "workflow")}
    checked = subprocess.run(
        command, cwd=study.folder, env=environment, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert ": 0 damaged, 0 foreign, 0 orphans" in checked.stdout


def test_kills_at_random_moments_change_no_product(study):
    hits = kill_and_resume(study, KILLS)
    assert len(hits) >= KILLS
    assert in_shard_writes(hits) >= SHARE_IN_WRITES * KILLS >= 5
    assert len({found.stage for hit in hits for found in hit}) > 3
    expect_no_orphans(study)


def leave_work_to_do(study):
    """Delete the predictions, which take the longest, and what follows from them."""
    for pattern in ("predictions/**/*.parquet", "tables/*", "report/*"):
        for path in study.results.glob(pattern):
            path.unlink()


def wait_for_work(study, run):
    """Wait until a job of a run has been at work for a while."""
    for _ in study.moments(run):
        if any(hit.phase == COMPUTING for hit in study.hits(run)):
            time.sleep(1)
            return
        time.sleep(0.05)
    raise AssertionError(run.words())


def test_runs_that_are_asked_to_stop_do_so_within_seconds(study):
    """By a terminal (the whole group), by ``kill`` (the main process), or by the death of that alone."""
    leave_work_to_do(study)
    for number, send in (
        (signal.SIGINT, os.killpg),
        (signal.SIGTERM, os.kill),
        (signal.SIGINT, os.kill),
        (signal.SIGKILL, os.kill),
    ):
        run = study.start()
        wait_for_work(study, run)
        send(run.process.pid, number)
        assert run.process.wait(SECONDS_TO_STOP) in (1, -signal.SIGKILL)
        run.expect_gone(SECONDS_TO_STOP)
        study.expect_sound()
        assert not study.temporaries()
        assert not [path for path in products_in(study.results) if damage_of(path)]
    study.finish()
    study.expect_whole()
    expect_no_orphans(study)


def test_a_second_run_leaves_one_that_lives_alone(study):
    leave_work_to_do(study)
    first = study.start()
    wait_for_work(study, first)
    first.freeze()
    second = study.start()
    assert second.process.wait() == 1
    assert "Directory cannot be locked" in second.words()
    first.thaw()
    assert first.process.wait() == 0
    study.expect_whole()


def test_the_lock_of_another_machine_stays(study):
    leave_work_to_do(study)
    run = study.start()
    wait_for_work(study, run)
    run.kill()
    (locked,) = study.folder.glob(f".snakemake/{RUNS}/*/{LOCKED_FILE}")
    here = locked.read_text()
    locked.write_text(json.dumps(json.loads(here) | {"machine": "another"}))
    run = study.start()
    assert run.process.wait() == 1
    assert "Directory cannot be locked" in run.words()
    locked.write_text(here)
    study.finish()
    assert not list(study.folder.glob(".snakemake/locks/*"))


def test_a_killed_run_starts_again_beside_one_that_lives(study):
    beside = "beside.yaml"
    (study.folder / beside).write_text(yaml.safe_dump(CONFIG | {"run": "beside"}))
    lives = study.start(config=beside)
    wait_for_work(study, lives)
    lives.freeze()
    leave_work_to_do(study)
    killed = study.start()
    wait_for_work(study, killed)
    killed.kill()
    again = study.start()
    assert again.process.wait() == 0, again.words()
    assert "A run in this folder was killed: its locks are removed." in again.words()
    study.expect_whole()
    # Snakemake removes all locks when a run ends, those of the one that lives too.
    second = study.start(config=beside)
    assert second.process.wait() == 1
    assert "Directory cannot be locked" in second.words()
    lives.thaw()
    assert lives.process.wait() == 0
    expect_no_orphans(study)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_command_that_is_stopped_removes_its_temporary_file(tmp_path, number):
    script = (
        "import time\n"
        "from saliometer.products.files import replaced_whole\n"
        "from saliometer.stages.command import run\n"
        "def main():\n"
        f"    with replaced_whole({str(tmp_path / 'product')!r}) as temporary:\n"
        "        temporary.write_text('half')\n"
        "        print('writing', flush=True)\n"
        "        time.sleep(60)\n"
        "run(main)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "writing\n"
    process.send_signal(number)
    _, said = process.communicate(timeout=SECONDS_TO_STOP)
    assert (process.returncode, said) == (128 + number, f"stopped by {number.name}\n")
    assert list(tmp_path.iterdir()) == []
