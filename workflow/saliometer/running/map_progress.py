"""How many maps of a whole run are done, told while its jobs work."""

import re
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from saliometer.progress import progress_line

SECONDS_BETWEEN_LINES = 30
TAIL_BYTES = 4096  # of a log: more than its last line


class MapJob(NamedTuple):
    """A job that computes maps: how many, where it tells its own progress, and whether it is done."""

    maps: int
    log: Path
    is_done: Callable[[], bool]


def follow(jobs: Sequence[MapJob], seconds: float = SECONDS_BETWEEN_LINES, stream=None) -> Callable[[], None]:
    """Print every so many seconds how many maps are done, where that changed; return what ends it.

    Runs in a thread of its own that ends with the program. What ends it prints the last count.
    """
    stream = stream or sys.stderr
    began = time.time()
    total = sum(job.maps for job in jobs)
    printed = first = maps_done(jobs, began)
    ended = threading.Event()
    turn = threading.Lock()

    def print_count() -> None:
        nonlocal printed
        with turn:
            done = maps_done(jobs, began)
            if done != printed:
                elapsed = time.time() - began
                print(progress_line(done, total, "maps", "study", elapsed, first), file=stream, flush=True)
                printed = done

    def work() -> None:
        while not ended.wait(seconds):
            print_count()

    def end() -> None:
        ended.set()
        print_count()

    threading.Thread(target=work, daemon=True).start()
    return end


def maps_done(jobs: Sequence[MapJob], since: float) -> int:
    """Count the maps of finished jobs and those that running ones tell of in logs written after ``since``."""
    return sum(job.maps if job.is_done() else min(job.maps, _count_in_log(job.log, since)) for job in jobs)


def _count_in_log(log: Path, since: float) -> int:
    """Return how many maps a log says are done; 0 for none and for the log of an earlier run."""
    try:
        if log.stat().st_mtime < since:
            return 0
        with log.open("rb") as handle:
            handle.seek(max(0, log.stat().st_size - TAIL_BYTES))
            counts = re.findall(r": ([\d,]+) of [\d,]+ maps,", handle.read().decode(errors="replace"))
    except FileNotFoundError:
        return 0
    return int(counts[-1].replace(",", "")) if counts else 0
