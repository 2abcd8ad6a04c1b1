"""Places where nothing more can be written, and the commands of a finished run, to be run again there."""

import contextlib
import io
import json
import resource
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from unittest import mock

from saliometer.stages.command import run

PAGE = 4096  # bytes: what a tmpfs gives out
# Python imports a module of this kind at every start: each command of the workflow writes down its arguments.
RECORDER = """
import json, os, sys
if "--job" in sys.argv:
    with open(os.path.join(os.environ["RECORDS"], f"{os.getpid()}.json"), "w") as handle:
        text = sys.orig_argv.index("--job") + 1
        with open(sys.orig_argv[text]) as job:
            json.dump([*sys.orig_argv[:text], job.read(), *sys.orig_argv[text + 1 :]], handle)
"""


def recorded_commands(records: Path) -> dict[str, list[str]]:
    """Return the arguments of one command of each stage; figures have one for each group."""
    commands = {}
    for record in records.iterdir():
        argv = json.loads(record.read_text())
        stage, arguments = argv[argv.index("-m") + 1].rpartition(".")[2], argv[argv.index("--job") :]
        if "--group" in argv:
            arguments = argv[argv.index("--group") :]
            stage = f"{stage} {arguments[1]}"
        commands[stage] = arguments
    return commands


def elsewhere(arguments: list[str], results: str, other: Path) -> list[str]:
    """Return a command's arguments with its output in another results folder."""
    changed = list(arguments)
    for number, option in enumerate(arguments):
        if option.startswith(("--output", "--axioms")):
            changed[number + 1] = arguments[number + 1].replace(results, str(other), 1)
    return changed


def run_stage(stage: str, arguments: list[str]) -> tuple[int, str]:
    """Run a stage's command in this process; return its exit code and what it says on stderr."""
    module = import_module(f"saliometer.stages.{stage.split()[0]}")
    errors = io.StringIO()
    with (
        mock.patch("sys.argv", [stage, *arguments]),
        contextlib.redirect_stderr(errors),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        try:
            run(module.main)
        except SystemExit as left:
            if not isinstance(left.code, str):
                return left.code, errors.getvalue()
            return 1, f"{errors.getvalue()}{left.code}\n"
    return 0, errors.getvalue()


@contextmanager
def tmpfs(folder: Path, megabytes: int) -> Iterator[bool]:
    """Mount a small file system of its own on a folder; yield whether this machine lets us."""
    command = f"mount -t tmpfs -o size={megabytes}m none {shlex.quote(str(folder))}"
    folder.mkdir(parents=True)
    try:
        mounted = not subprocess.run(shlex.split(command), capture_output=True, check=False).returncode
    except FileNotFoundError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def filled(folder: Path, room: int) -> Iterator[None]:
    """Fill the file system of a folder up to some bytes of room, for a while."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as handle, contextlib.suppress(OSError):
        while True:
            handle.write(bytes(PAGE))
    with filler.open("rb+") as handle:
        handle.truncate(filler.stat().st_size - room)
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def small_files_only(n_bytes: int) -> Iterator[None]:
    """Let this process write no file beyond a size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
