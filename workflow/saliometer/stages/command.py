"""What the commands of all stages share."""

import argparse
import errno
import json
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from saliometer.errors import UserError
from saliometer.products.files import FULL, unwritable
from saliometer.products.installed import check_versions_of_job

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WORKFLOW = "SALIOMETER_WORKFLOW"  # in the environment: the process whose job this is
SECONDS_BETWEEN_LOOKS = 1
NO_MEMORY = "error: out of memory; close other programs, run fewer jobs at once or make shards smaller"


class Stopped(BaseException):
    """A signal asked this process to stop: on its way out temporary files are removed."""


def run(main: Callable[[], None]) -> None:
    """Run a stage's main function; a user's error becomes one line on stderr and exit code 1.

    One of the signals STOPPING becomes one line too, and exit code 128 + its number.
    """
    try:
        with _stoppable():
            threading.Thread(target=_stop_with, args=(os.environ.get(WORKFLOW),), daemon=True).start()
            main()
            sys.stdout.flush()
    except UserError as error:
        sys.exit(f"error: {error}")
    except OSError as error:
        if error.errno == errno.ENOMEM:
            sys.exit(NO_MEMORY)
        if error.errno not in FULL:
            raise
        # Products tell of themselves by a UserError: this is the log, or what was fetched.
        _end_with(f"error: {unwritable(error.filename or 'log', error)}")
    except MemoryError:
        sys.exit(NO_MEMORY)
    except RuntimeError as error:
        if not re.search("out of memory|allocate memory", str(error)):  # as torch says it
            raise
        sys.exit(NO_MEMORY)
    except Stopped as stopped:
        (number,) = stopped.args
        print(f"stopped by {number.name}", file=sys.stderr)
        sys.exit(128 + number)


def _end_with(line: str) -> None:
    """Exit with code 1, and a line where it can be written: else what Python still holds makes code 120."""
    for stream, text in ((sys.stderr, f"{line}\n"), (sys.stdout, "")):
        try:
            stream.write(text)
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(1)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Raise Stopped on the first of STOPPING, and ignore more of them, which would stop the tidying up."""
    before = {number: signal.getsignal(number) for number in STOPPING}
    heeded = [number for number, handler in before.items() if handler is not signal.SIG_IGN]  # as by nohup

    def stop(number: int, frame) -> None:
        for heard in heeded:
            signal.signal(heard, signal.SIG_IGN)
        raise Stopped(signal.Signals(number))

    for number in heeded:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in heeded:
            signal.signal(number, before[number])


def _stop_with(workflow: str | None) -> None:
    """Stop this process once the one of the workflow, which it can see now, is gone.

    A workflow that was killed can't stop its jobs, and the next one would start the same jobs again.
    """
    if not workflow or not _lives(int(workflow)):
        return
    while _lives(int(workflow)):
        time.sleep(SECONDS_BETWEEN_LOOKS)
    os.kill(os.getpid(), signal.SIGTERM)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it lives, and is another user's
        return True
    return True


def parse_job(text: str) -> dict:
    """Parse the canonical JSON of a job, or the file with it: ``settings``, ``code``, ``versions``.

    Raises UserError for text that is not JSON or lacks the settings, for a file that is not there, and where
    other versions are installed.
    """
    try:
        job = json.loads(text if text.startswith(("{", "[")) else Path(text).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(
            f"--job {text}: is no job of this run, so code, config or images are not those that the run was "
            "planned with; start it again"
        ) from None
    except json.JSONDecodeError as error:
        raise UserError(f"--job: not valid JSON ({error}); pass the canonical JSON of the job") from None
    if not isinstance(job, dict) or "settings" not in job:
        raise UserError('--job: needs an object with the key "settings"')
    check_versions_of_job(job.get("versions", {}))
    return job


def add_computing_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the stages that run networks: how they run, which changes no result.

    What they may hold is checked where it is used: the modules of networks, imported here, would enter the
    code digests of all stages.
    """
    parser.add_argument("--device", default="auto", help="where to compute: auto, cpu or cuda")
    parser.add_argument("--granted-gpus", type=int, default=0, help="GPUs that the scheduler gave this job")
    parser.add_argument("--micro-batch", type=int, help="images in one pass (default: by device and size)")
    parser.add_argument("--download", nargs="*", default=[], help="models whose weights may be fetched")
