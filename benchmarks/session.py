"""A start of the workflow in a session of its own, which is halted or killed with all its jobs."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass
class Run:
    """One start of the workflow: its main process and where its words go."""

    process: subprocess.Popen
    log: Path

    def words(self) -> str:
        return self.log.read_text()

    def jobs_started(self) -> int:
        return self.words().count("\nJob ")

    def members(self) -> list[psutil.Process]:
        """Return the processes of the session that live: the main one, its jobs and their shells."""
        found = []
        for process in psutil.process_iter():
            try:
                if os.getsid(process.pid) == self.process.pid and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except (ProcessLookupError, psutil.NoSuchProcess):
                continue
        return found

    def commands(self) -> list[list[str]]:
        """Return the stage commands that run, each as its arguments."""
        found = []
        for process in self.members():
            with suppress(psutil.NoSuchProcess):
                command = process.cmdline()
                if command[1:2] == ["-m"] and command[2].startswith("saliometer.stages."):
                    found.append(command)
        return found

    def stages(self) -> set[str]:
        """Return the stages of which a job runs."""
        return {stage_of(command) for command in self.commands()}

    def ended(self) -> bool:
        return self.process.poll() is not None

    def freeze(self) -> None:
        """Halt all processes of the run where they are."""
        os.killpg(self.process.pid, signal.SIGSTOP)
        while any(_moves(process) for process in self.members()):
            time.sleep(0.001)

    def thaw(self) -> None:
        os.killpg(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.expect_gone(5)

    def expect_gone(self, seconds: float) -> None:
        """Raise AssertionError when a process of the run still lives after so many seconds."""
        deadline = time.monotonic() + seconds
        while left := self.members():
            assert time.monotonic() < deadline, [process.cmdline() for process in left]
            time.sleep(0.02)


def stage_of(command: list[str]) -> str:
    """Return the stage of a stage command, from its arguments."""
    return command[2].rpartition(".")[2]


def _moves(process: psutil.Process) -> bool:
    try:
        return process.status() not in (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
