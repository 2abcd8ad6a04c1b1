"""What a SLURM knows of its jobs, and how to take one from it."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Collection
from typing import NamedTuple

FIELDS = ("JobID", "State", "Comment", "ReqTRES", "AllocTRES", "TimelimitRaw", "Partition", "Account")
PATIENCE = 200  # seconds


class Job(NamedTuple):
    """A job in the accounting: number, state, rule and axes, what it asked for and got, where, for whom."""

    number: str
    state: str
    name: str
    asked: dict[str, str]
    granted: dict[str, str]
    minutes: int
    partition: str
    account: str

    @property
    def rule(self) -> str:
        return re.fullmatch(r"rule_(.+?)(_wildcards_.*)?", self.name).group(1)

    @property
    def memory(self) -> float:
        """Megabytes that the job asked for."""
        size, unit = re.fullmatch(r"([\d.]+)([MG])", self.asked["mem"]).groups()
        return float(size) * {"M": 1, "G": 1024}[unit]


def accounting(variables: dict[str, str]) -> list[Job]:
    """Return all jobs of a cluster so far, in the order of their submission."""
    options = ["--allocations", "--noheader", "--parsable2", f"--format={','.join(FIELDS)}"]
    jobs = []
    for line in _answer(variables, "sacct", *options):
        number, state, name, asked, granted, minutes, *where = line.split("|")
        jobs.append(Job(number, state, name, _counted(asked), _counted(granted), int(minutes), *where))
    return sorted(jobs, key=lambda job: int(job.number))


def wait_for(variables: dict[str, str], rule: str, words: Collection[str]) -> tuple[str, str]:
    """Wait until a job of a rule that names one of ``words`` runs, with its command in it.

    Returns the word and the job's number. In what order jobs of one rule are submitted is Snakemake's choice:
    who wants several of them waits for whichever comes first.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        steps = {
            line.strip() for line in _answer(variables, "squeue", "--noheader", "--steps", "--format=%i")
        }
        for line in _answer(variables, "squeue", "--noheader", "--states=running", "--format=%i %k"):
            number, name = line.split(maxsplit=1)
            named = [word for word in words if f"_{word}_" in name]
            if name.startswith(f"rule_{rule}_") and named and f"{number}.0" in steps:
                return named[0], number
        time.sleep(0.2)
    raise AssertionError(f"no job of {rule} for {' or '.join(words)} ran within {PATIENCE} s")


def set_partition(variables: dict[str, str], partition: str, state: str) -> None:
    """Make a partition hold back the jobs that wait in it (DOWN) or start them (UP)."""
    _answer(variables, "scontrol", "update", f"PartitionName={partition}", f"State={state}")


def wait_for_waiting(variables: dict[str, str], rule: str, n_jobs: int) -> None:
    """Wait until so many jobs of a rule wait in the queue."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        waiting = _answer(variables, "squeue", "--noheader", "--states=pending", "--format=%k")
        if sum(name.startswith(f"rule_{rule}_") for name in waiting) == n_jobs:
            return
        time.sleep(0.2)
    raise AssertionError(f"no {n_jobs} jobs of {rule} waited within {PATIENCE} s")


def cancel(variables: dict[str, str], number: str) -> None:
    """Cancel a job as a person does."""
    _answer(variables, "scancel", number)


def kill_step(number: str) -> None:
    """Kill what slurmd started as the first step of a job, as a machine that runs out of memory does."""
    listed = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    )
    processes = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    (step,) = [pid for pid, _, words in processes if words.strip() == f"slurmstepd: [{number}.0]"]
    for pid in [pid for pid, parent, _ in processes if parent == step]:
        os.kill(int(pid), signal.SIGKILL)


def _answer(variables: dict[str, str], *command: str) -> list[str]:
    environment = {**os.environ, **variables}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()


def _counted(resources: str) -> dict[str, str]:
    return dict(part.split("=") for part in resources.split(",") if part)
