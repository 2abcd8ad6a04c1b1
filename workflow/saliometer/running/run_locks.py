"""Snakemake's locks of runs in one folder: those of dead runs are removed, those of living ones kept.

Snakemake marks files as in use by lock files that a killed process leaves behind; then it refuses the next.
And a run that ends removes the lock files of all others. Here every main process has a folder with a lock of
the kernel's, which ends with the process however that ended, and with hard links to the lock files that it
made: they tell whose each is, and bring it back.
"""

import atexit
import fcntl
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import NamedTuple, TextIO

from saliometer.running.snakemake import LOCK_SUFFIX, LOCKS, lock_files, lock_name

RUNS = "saliometer-runs"
LOCKED_FILE = "held"  # in the folder of a process: the file whose lock it holds
TURN = "saliometer.lock"


class Hold(NamedTuple):
    """What this process holds until it ends: its folder and the file in it that is locked.

    ``is_ours`` tells whether the program gives a file such a name, by its path from a results folder.
    """

    folder: Path
    file: TextIO
    is_ours: Callable[[Path], bool]


class Other(NamedTuple):
    """Another process: its folder, whether it lives, the results it makes, and the links to its lock files.

    ``lives`` is None on another machine, where nobody knows; ``links`` are none before it has signed them.
    """

    folder: Path
    lives: bool | None
    results: Path | None
    links: list[Path]


def hold(snakemakes: Path, results: Path, is_ours: Callable[[Path], bool]) -> Hold | None:
    """Hold a lock in Snakemake's own folder until the process ends, and clear away what dead ones left.

    Their lock files are removed, whoever else lives, and what their jobs left half-written in their results,
    where ``is_ours`` says of a path from there that the program gives such names.
    Returns None where the file system has no locks or may not be written: there a person must decide, as
    Snakemake says.
    """
    runs = snakemakes / RUNS
    try:
        runs.mkdir(parents=True, exist_ok=True)
        with _turn(snakemakes):
            _clear(snakemakes, is_ours)
            folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=runs))
            file = (folder / LOCKED_FILE).open("w", encoding="utf-8")
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            json.dump({"machine": platform.node(), "results": str(results)}, file)
            file.flush()
    except OSError:
        return None
    mine = Hold(folder, file, is_ours)
    atexit.register(_release, mine, os.getpid())
    return mine


def sign(mine: Hold, locks: Iterable[Path]) -> None:
    """Say which lock files Snakemake made for this process, once it has."""
    with suppress(OSError):  # a file system without hard links: they are told by who else lives
        for path in locks:
            os.link(path, mine.folder / path.name)


def _release(mine: Hold, process: int) -> None:
    """Leave nothing behind, and give others back the locks that Snakemake removed with those of this one."""
    if os.getpid() != process:  # a fork of it
        return
    snakemakes = mine.folder.parents[1]
    with suppress(OSError), _turn(snakemakes):
        for path in lock_files(snakemakes):
            if _is_in(path, _links(mine.folder)):  # brought back meanwhile
                path.unlink()
        shutil.rmtree(mine.folder)
        _clear(snakemakes, mine.is_ours)


@contextmanager
def _turn(snakemakes: Path) -> Iterator[None]:
    """Wait until no other process looks at the folders of all."""
    with (snakemakes / TURN).open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _clear(snakemakes: Path, is_ours: Callable[[Path], bool]) -> None:
    others = [_look_at(folder) for folder in sorted((snakemakes / RUNS).iterdir())]
    dead = [other for other in others if other.lives is False]
    left = [other for other in others if other.lives is not False]
    locks = lock_files(snakemakes)
    removed = [path for path in locks if any(_is_in(path, other.links) for other in dead)]
    nobodys = [path for path in locks if not any(_is_in(path, other.links) for other in others)]
    # Locks that nobody signed are of one that died first, unless one is just about to sign.
    if any(not other.links for other in dead) and all(other.links for other in left):
        removed += nobodys
    for path in removed:
        path.unlink(missing_ok=True)
    if removed:
        print("A run in this folder was killed: its locks are removed.", file=sys.stderr)
    for other in dead:
        if other.results and other.results not in [still.results for still in left]:
            _remove_temporaries(other.results, is_ours)
        shutil.rmtree(other.folder)
    for other in left:
        if other.lives:
            _bring_back(other.links, snakemakes)
        elif not any(_is_in(path, other.links or [path]) for path in locks):
            shutil.rmtree(other.folder)  # somebody has unlocked the folder


def _look_at(folder: Path) -> Other:
    links = _links(folder)
    try:
        with (folder / LOCKED_FILE).open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lives = True
            else:
                lives = False
            content = json.load(file)
            machine, results = content["machine"], Path(content["results"])
    except (FileNotFoundError, ValueError):  # it died while it was being made
        return Other(folder, False, None, links)
    return Other(folder, lives or (False if machine == platform.node() else None), results, links)


def _links(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{LOCK_SUFFIX}"))


def _is_in(path: Path, files: Iterable[Path]) -> bool:
    """Tell whether a path is one of some files by another name; not when its run ends just now."""
    with suppress(FileNotFoundError):
        return any(path.samefile(file) for file in files)
    return False


def _remove_temporaries(results: Path, is_ours: Callable[[Path], bool]) -> None:
    for path in results.rglob(".*.part"):
        if path.is_file() and not path.is_symlink() and is_ours(path.relative_to(results)):
            path.unlink()


def _bring_back(links: list[Path], snakemakes: Path) -> None:
    """Give a living process its lock files again where they are gone, under names that are free."""
    locks = snakemakes / LOCKS
    locks.mkdir(exist_ok=True)
    present = lock_files(snakemakes)
    for link in links:
        names = (lock_name(number, link) for number in count())
        while not _is_in(link, present):
            with suppress(FileExistsError):
                present.append(locks / next(names))
                os.link(link, present[-1])
