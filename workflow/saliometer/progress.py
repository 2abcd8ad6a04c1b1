"""Progress that a person reads: a bar on a terminal, a line about every ten seconds in a log."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

SECONDS_BETWEEN_LINES = 10

Item = TypeVar("Item")


def tracked(
    items: Iterable[Item],
    total: int,
    unit: str,
    label: str,
    size: Callable[[Item], int] = lambda item: 1,
    stream=None,
) -> Iterator[Item]:
    """Yield the items and report after each is done: how many units, how fast, how long yet.

    Parameters: ``total``, the units of all items; ``unit``, what is counted, in the plural; ``label``, of
    which work; ``size``, how many units an item is; ``stream`` (default: stderr).
    """
    stream = stream or sys.stderr
    track = _with_bar if stream.isatty() else _with_lines
    return track(items, total, unit, label, size, stream)


def _with_bar(items, total, unit, label, size, stream) -> Iterator[Item]:
    with tqdm(total=total, unit=f" {unit}", desc=label, file=stream) as bar:
        for item in items:
            yield item
            bar.update(size(item))


def _with_lines(items, total, unit, label, size, stream) -> Iterator[Item]:
    started = reported = time.monotonic()
    done = 0
    for item in items:
        yield item
        done += size(item)
        now = time.monotonic()
        if now - reported >= SECONDS_BETWEEN_LINES or done == total:
            print(progress_line(done, total, unit, label, now - started), file=stream, flush=True)
            reported = now


def progress_line(done: int, total: int, unit: str, label: str, seconds: float, before: int = 0) -> str:
    """Say how much is done, how fast and how long yet; ``before``, what was done when the seconds began."""
    rate = (done - before) / max(seconds, 1e-9)
    text = f"{label}: {done:,} of {total:,} {unit}, {rate:.3g} per second"
    return f"{text}, {_duration((total - done) / rate)} left" if done < total and rate > 0 else text


def _duration(seconds: float) -> str:
    """Write a time in the two units that matter: "42 s", "3 min 20 s", "2 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
