"""Progress that a person reads: a bar on a terminal, a line about every ten seconds in a log."""

import sys
import time
from collections.abc import Iterable, Iterator

SECONDS_BETWEEN_LINES = 10


def tracked(blocks: Iterable[slice], total: int, unit: str, label: str, stream=None) -> Iterator[slice]:
    """Yield slices of ``range(total)`` and report after each is done: how many, how fast, how long yet.

    Parameters: ``unit``, what is counted, in the plural; ``label``, of which work; ``stream`` (default:
    stderr).
    """
    stream = stream or sys.stderr
    if stream.isatty():
        yield from _with_bar(blocks, total, unit, label, stream)
    else:
        yield from _with_lines(blocks, total, unit, label, stream)


def _with_bar(blocks, total, unit, label, stream) -> Iterator[slice]:
    from tqdm import tqdm

    with tqdm(total=total, unit=f" {unit}", desc=label, file=stream) as bar:
        for block in blocks:
            yield block
            bar.update(block.stop - block.start)


def _with_lines(blocks, total, unit, label, stream) -> Iterator[slice]:
    started = reported = time.monotonic()
    for block in blocks:
        yield block
        now = time.monotonic()
        if now - reported >= SECONDS_BETWEEN_LINES or block.stop == total:
            print(_line(block.stop, total, unit, label, now - started), file=stream, flush=True)
            reported = now


def _line(done: int, total: int, unit: str, label: str, seconds: float) -> str:
    rate = done / max(seconds, 1e-9)
    text = f"{label}: {done} of {total} {unit}, {rate:.3g} per second"
    return f"{text}, {_duration((total - done) / rate)} left" if done < total else text


def _duration(seconds: float) -> str:
    """Write a time in the two units that matter: "42 s", "3 min 20 s", "2 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
