"""What a run is planned with, kept for its jobs: code, config and own methods, whatever is edited meanwhile.

Jobs may wait for days. A copy of the workflow lies in a folder named by its content, and in it one folder for
each plan: its config files, files of own methods, and texts of jobs. The rules load this module by its path,
before the package is imported from the copy: it imports nothing of the package.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

PARTS = ("Snakefile", "workflow", "envs", "profiles/default")
NOT_COPIED = {"__pycache__"}
LOCK = "lock"
ENDED = "ended"
# Jobs of a killed run may still wait in a queue: nobody else knows of them, so their code stays for a week.
SECONDS_KEPT = 7 * 24 * 3600
LETTERS = 16  # of a digest


def take(tree: Path, folder: Path) -> tuple[Path, TextIO | None]:
    """Copy the workflow in ``tree`` into ``folder``, unless its like is there, and remove what no run needs.

    Returns the copy and the file of its lock, which holds it until the file is closed or the process ends;
    None where the file system has no locks: there nothing is ever removed. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder) as locks_work:
        contents = _contents(tree)
        place = folder / _digest(contents)
        if not (place.is_dir() and _contents(place) == contents):
            shutil.rmtree(place, ignore_errors=True)
            _write(place, contents)
        if not locks_work:
            return place, None
        _remove_old(folder, place)
        return place, _hold(place)


def begin(lock: TextIO | None) -> None:
    """Note that jobs need a copy from now on, even if the run is killed."""
    if lock:
        lock.truncate(0)
        os.utime(lock.fileno())


def end(place: Path, lock: TextIO | None) -> None:
    """Note that no job needs a copy any more, unless another run holds it: the next run may remove it."""
    with suppress(OSError):
        if lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            (place / LOCK).write_text(ENDED)


def write_plan(place: Path, configs: Sequence[Path], methods: Mapping[str, Path]) -> Path:
    """Copy the config files and the files of own methods into a folder of the copy.

    Parameters: ``methods``, files by the name of their block. Returns the folder. Raises OSError.
    """
    contents = {f"{number}-{path.name}": path.read_bytes() for number, path in enumerate(configs)}
    files = {name: f"methods/{number}/{path.name}" for number, (name, path) in enumerate(methods.items())}
    contents |= {files[name]: path.read_bytes() for name, path in methods.items()}
    plan = place / "plans" / _digest(contents)
    if files:
        blocks = {name: {"file": str((plan / file).absolute())} for name, file in files.items()}
        # The last of the config files: it says where the methods lie.
        contents["methods.json"] = json.dumps({"methods": blocks}).encode()
    if not plan.is_dir():
        _write(plan, contents)
    return plan


def configs_of(plan: Path) -> list[Path]:
    """Return the config files of a plan, in the order in which they are merged."""
    numbered = (path for path in plan.iterdir() if path.name.partition("-")[0].isdigit())
    configs = sorted(numbered, key=lambda path: int(path.name.partition("-")[0]))
    return [path.absolute() for path in [*configs, plan / "methods.json"] if path.is_file()]


def methods_of(plan: Path) -> dict[str, str]:
    """Return the copies of the files of own methods, by the name of their block."""
    overlay = plan / "methods.json"
    blocks = json.loads(overlay.read_text(encoding="utf-8"))["methods"] if overlay.is_file() else {}
    return {name: block["file"] for name, block in blocks.items()}


def job_path(plan: Path, text: str) -> Path:
    """Return where the text of a job lies, whether or not the run was planned with it."""
    return plan / "jobs" / f"{hashlib.sha256(text.encode()).hexdigest()[:LETTERS]}.json"


def write_jobs(plan: Path, texts: Iterable[str]) -> None:
    """Write the texts of the jobs that will run. Raises OSError."""
    (plan / "jobs").mkdir(exist_ok=True)
    for text in set(texts):
        path = job_path(plan, text)
        if not path.exists():
            temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
            temporary.write_text(text, encoding="utf-8")
            temporary.chmod(0o444)
            temporary.replace(path)


def _contents(tree: Path) -> dict[str, bytes]:
    """Return the content of each file of a workflow, by its path within the tree."""
    contents = {}
    for part in PARTS:
        top = tree / part
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            inner = path.relative_to(tree)
            if path.is_file() and not NOT_COPIED & set(inner.parts) and ".egg-info" not in str(inner):
                contents[inner.as_posix()] = path.read_bytes()
    return contents


def _digest(contents: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(contents.items()):
        digest.update(f"{len(name)} {name} {len(content)} ".encode())
        digest.update(content)
    return digest.hexdigest()[:LETTERS]


def _write(place: Path, contents: Mapping[str, bytes]) -> None:
    """Write read-only files into a folder under a temporary name, and rename it whole."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", suffix=".part", dir=place.parent) as temporary:
        made = Path(temporary, "made")
        made.mkdir()
        for name, content in contents.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o444)
        try:
            os.rename(made, place)
        except OSError:
            if not place.exists():  # else another process wrote the same meanwhile
                raise


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Keep other runs from taking and removing copies meanwhile; yield whether the file system has locks."""
    with (folder / LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            yield False
        else:
            yield True


def _hold(place: Path) -> TextIO:
    lock = place / LOCK
    if not lock.exists():
        lock.write_text(ENDED)  # until jobs begin, none needs it
    file = lock.open("a")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def _remove_old(folder: Path, kept: Path) -> None:
    """Remove the copies that no living run holds, once their run has ended or was killed long ago."""
    for left in folder.glob(".*.part"):
        shutil.rmtree(left)
    for lock in folder.glob(f"*/{LOCK}"):
        if lock.parent == kept:
            continue
        with lock.open("a") as file, suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if lock.read_text() == ENDED or lock.stat().st_mtime < time.time() - SECONDS_KEPT:
                shutil.rmtree(lock.parent)
