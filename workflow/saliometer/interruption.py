"""The main process of a run: what a killed one left is cleared away, and a stopped one takes its jobs along.

Snakemake marks a folder as in use by files that a killed process leaves behind; then it refuses the next run.
The lock held here is the kernel's: it ends with the process that held it, however that ended.
"""

import fcntl
import platform
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import psutil

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE = 8.0  # seconds from asking jobs to stop to killing them
JOB = ["-m", "saliometer.stages."]


def hold(folder: Path, results: Path) -> TextIO | None:
    """Hold a lock in ``folder`` (Snakemake's own) until the returned file is closed or the process ends.

    When no other process holds it, whoever made the locks of Snakemake that lie there is dead: they are
    removed, and so is what its jobs left half-written in ``results``. Not when that was on another machine,
    which may share the folder but not the kernel's locks. Returns None where the file system has no locks or
    may not be written: there a person must decide, as Snakemake says.
    """
    try:
        folder.mkdir(exist_ok=True)
        file = (folder / "saliometer.lock").open("a+", encoding="utf-8")
        with suppress(BlockingIOError):  # another process lives
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _clear(folder / "locks", results, file)
        fcntl.flock(file, fcntl.LOCK_SH)  # dry runs may go on beside a run, and do not hide it
    except OSError:
        return None
    return file


def sign(file: TextIO) -> None:
    """Write into the file of the lock which machine the run is on."""
    file.truncate(0)
    file.write(platform.node())
    file.flush()


def _clear(locks: Path, results: Path, file: TextIO) -> None:
    left = any(locks.glob("*.lock"))
    file.seek(0)
    if left and file.read() != platform.node():
        return
    if left:
        print("A run in this folder was killed: its locks are removed.", file=sys.stderr)
        for temporary in results.rglob(".*.part"):
            temporary.unlink()
        shutil.rmtree(locks)
    sign(file)


def stop_jobs_when_stopped() -> None:
    """Make the signals STOPPING end this process and its jobs within seconds.

    Snakemake by itself waits for the jobs that run: for all that is left of a shard of maps, say.
    """
    heeded = [number for number in STOPPING if signal.getsignal(number) is not signal.SIG_IGN]  # as by nohup

    def stop(number: int, frame) -> None:
        for heard in heeded:
            signal.signal(heard, lambda number, frame: None)
        threading.Thread(target=_stop_jobs, daemon=True).start()
        raise KeyboardInterrupt

    for number in heeded:
        signal.signal(number, stop)


def _stop_jobs() -> None:
    """Ask all jobs to stop, those too that are just being started; kill what takes longer than GRACE."""
    deadline = time.monotonic() + GRACE
    while True:
        for job in _jobs():
            with suppress(psutil.NoSuchProcess):
                job.terminate() if time.monotonic() < deadline else job.kill()
        time.sleep(0.2)


def _jobs() -> Iterator[psutil.Process]:
    """Yield the stage commands among the descendants of this process; their shells end by themselves."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            option, module = (*process.cmdline(), "", "", "")[1:3]
            if option == JOB[0] and module.startswith(JOB[1]):
                yield process
