"""The main process of a run: where it is stopped, it takes its jobs along."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE = 8.0  # seconds from asking jobs to stop to killing them
JOB = ["-m", "saliometer.stages."]


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
