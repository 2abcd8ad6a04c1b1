"""Code and config are edited while jobs of a run wait: each run is of one program, on one machine."""

import signal
import subprocess
import time

import pytest

from profile_study import finish
from saliometer.running.failures import SILENT
from snapshot_study import CODE, N_SHARDS, RUN, edit, expect_one_program, lay_out, maps_of, start
from workflow_runs import planned_jobs

pytestmark = pytest.mark.slow

PATIENCE = 200  # seconds
SHARD = f"results/{RUN}/maps/photos/original/lite/mine/0/0.zarr.zip"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("edited")
    lay_out(made)
    return made


def wait_for_a_map(folder, study, since):
    """Wait until a shard of maps is newer than a moment."""
    deadline = time.monotonic() + PATIENCE
    while not any(path.stat().st_mtime > since for method in CODE for path in maps_of(folder, method)):
        assert study.poll() is None, (folder / "output.txt").read_text()
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module")
def edited(folder):
    """Run the maps, edit while they are computed, and return the digests of the code that made them."""
    study = start(folder, "maps", "--cores", "1")
    wait_for_a_map(folder, study, since=0)
    edit(folder)
    finish(study, folder)
    return expect_one_program(folder)


def planned(folder):
    said = finish(start(folder, "maps", "--cores", "1", "--dry-run"), folder)
    return planned_jobs(subprocess.CompletedProcess([], 0, said, ""))


def test_what_was_edited_meanwhile_is_stale_afterwards_and_nothing_else(folder, edited):
    assert planned(folder) == {"check_models": 1, "compute_maps": 2 * N_SHARDS, "maps": 1}


def test_a_killed_run_goes_on_with_the_code_as_it_is_then(folder, edited):
    began = time.time()
    study = start(folder, "maps", "--cores", "1")
    wait_for_a_map(folder, study, since=began)
    study.send_signal(signal.SIGKILL)
    study.wait()
    finish(start(folder, "maps", "--cores", "1"), folder)
    made = expect_one_program(folder)
    assert all(made[method] != edited[method] for method in CODE)
    assert planned(folder) == {}


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("raise ValueError('nothing to explain')", "ValueError: nothing to explain"),
        ("import os; os._exit(0)", "error: method mine: its attribute raised ExitAtOnce; correct mine.py"),
        ("import os; os.kill(os.getpid(), 9)", SILENT),
    ],
    ids=["raised", "left", "killed"],
)
def test_a_failed_job_is_told_once_in_one_line(folder, edited, statement, told):
    mine = folder / "mine.py"
    text = mine.read_text()
    mine.write_text(text.replace("    import torch\n", f"    {statement}\n"))
    said = finish(start(folder, SHARD, "--cores", "1", "--retries", "1"), folder, code=1)
    mine.write_text(text)
    assert said.count(told) == 1
    assert said.count("failed again, as before") == 1
    assert said.count(f"Error in rule compute_maps: {SHARD} and 1 more") == 2
    assert "Traceback" not in said
    assert '"code"' not in said
    of_the_run = [line for line in said.splitlines() if "  Command: " not in line]
    assert max(map(len, of_the_run)) < 300
