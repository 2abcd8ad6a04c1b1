"""Every job its own GPU: locks on the cards of a machine, held by real processes."""

import os
import signal
import subprocess
import sys

import pytest

from saliometer.models import cards

pytestmark = pytest.mark.slow

CLAIM = """
import os, sys, time
from pathlib import Path
from saliometer.models import cards
cards.DEVICES = Path(sys.argv[1])
assert "torch" not in sys.modules
card = cards.claim_card(int(sys.argv[2]))
print(card, os.environ.get("CUDA_VISIBLE_DEVICES"), flush=True)
time.sleep(60)
"""


@pytest.fixture
def machine(tmp_path):
    """A machine with cards 0, 1, 10 and other device files; returns what starts a job on it."""
    for name in ("nvidia0", "nvidia1", "nvidia10", "nvidiactl", "nvidia-uvm", "null"):
        (tmp_path / name).touch()
    started = []

    def start(granted=1, **variables):
        without = {key: value for key, value in os.environ.items() if key != "CUDA_VISIBLE_DEVICES"}
        job = subprocess.Popen(
            [sys.executable, "-c", CLAIM, str(tmp_path), str(granted)],
            env={**without, "TMPDIR": str(tmp_path), "PYTHONPATH": "workflow", **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(job)
        return job

    yield start
    for job in started:
        job.kill()
        job.communicate()


def claimed(job):
    return job.stdout.readline().split()


def test_jobs_side_by_side_have_different_cards(machine):
    jobs = [machine() for _ in range(3)]
    assert sorted(claimed(job) for job in jobs) == [["0", "0"], ["1", "1"], ["10", "10"]]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_job_gives_its_card_back_to_one_that_waits(machine, how):
    jobs = [machine() for _ in range(3)]
    taken = {tuple(claimed(job)): job for job in jobs}
    waiting = machine()
    assert waiting.stderr.readline() == "waiting for a GPU: other jobs hold 0, 1, 10\n"
    taken["1", "1"].send_signal(how)
    assert claimed(waiting) == ["1", "1"]


def test_only_cards_that_were_named_are_taken(machine):
    jobs = [machine(CUDA_VISIBLE_DEVICES="GPU-8f, 1") for _ in range(2)]
    assert sorted(claimed(job)[0] for job in jobs) == ["1", "GPU-8f"]


@pytest.mark.parametrize(("granted", "variable"), [(1, "3"), (2, "3,4"), (1, ""), (0, "3,4")])
def test_what_a_cluster_chose_stays(machine, granted, variable):
    jobs = [machine(granted, CUDA_VISIBLE_DEVICES=variable) for _ in range(2)]
    assert [claimed(job) for job in jobs] == [["None", *[variable][: len(variable)]]] * 2


def test_cards_are_those_of_the_machine(tmp_path, monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(cards, "DEVICES", tmp_path)
    assert cards.visible_cards() == []
    assert cards.claim_card(1) is None
