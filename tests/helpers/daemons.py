"""Daemons of a folder: each leaves its log and process id there, and is asked until it answers."""

import contextlib
import socket
import subprocess
import time
from pathlib import Path

PATIENCE = 60  # seconds


class DaemonError(RuntimeError):
    """A daemon or a command for it failed; the message is one line."""


class Daemons:
    """The daemons of ``folder``, which run with ``environment``.

    Nothing is kept in memory: another process may end what this one started.
    """

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self.started = folder / "pids"

    def launch(self, name: str, *options: str) -> None:
        """Start a daemon, which stays in the foreground of a session of its own, and note its process id."""
        with (self.folder / f"{name}.log").open("w") as log:
            process = subprocess.Popen(
                [name, *options], env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        with self.started.open("a") as started:
            started.write(f"{process.pid}\n")

    def ask(self, *command: str) -> subprocess.CompletedProcess:
        """Run a command and keep what it says."""
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    def call(self, *command: str) -> None:
        """Run a command; raises DaemonError when it fails."""
        done = self.ask(*command)
        if done.returncode:
            raise DaemonError(f"{command[0]} failed: {last_line(done.stdout + done.stderr)}")

    def wait(self, name: str, *question: str, answer: str = "") -> None:
        """Ask until a daemon answers; raises DaemonError when it doesn't."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answered = self.ask(*question)
            if answered.returncode == 0 and answer in answered.stdout:
                return
            time.sleep(0.2)
        answered = last_line((self.folder / f"{name}.log").read_text())
        raise DaemonError(f"{name} doesn't answer after {PATIENCE} s; the end of its log: {answered}")

    def end(self) -> None:
        """End all daemons, the last one started first."""
        for line in reversed(self.started.read_text().splitlines() if self.started.exists() else []):
            _end(int(line))


def free_ports(*names: str) -> dict[str, int]:
    """Return a free port of this machine for each name."""
    with contextlib.ExitStack() as bound:
        sockets = [bound.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in names]
        return {name: taken.getsockname()[1] for name, taken in zip(names, sockets, strict=True)}


def last_line(text: str) -> str:
    """Return the last line of what a program said."""
    return (text.strip().splitlines() or ["no message"])[-1]


def _end(pid: int) -> None:
    """Ask a process to end, and insist after a while."""
    import psutil  # not at the top: packages are installed before there is an environment

    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        process.terminate()
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(timeout=10)
            return
        process.kill()
