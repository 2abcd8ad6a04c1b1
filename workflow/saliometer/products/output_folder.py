"""A person's folder that a command writes to: new, empty or its own, and only its own files are touched.

A manifest marks the folder as the command's own and names each file that it made there. New files are written
to a folder inside, whose manifest names them before the first of them is moved: so whenever the command is
killed, one of the two manifests tells the next one which files are its own.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from saliometer.errors import UserError
from saliometer.products import manifests
from saliometer.products.files import REMEDIES, replaced_whole, unwritable
from saliometer.products.seals import DamagedError

MARKER = "saliometer-study.json"
STAGING = ".saliometer-study.part"
# What may lie in an empty folder: what file systems and desktops put there, and a marker that a killed
# command had begun.
NOBODYS = {"lost+found", ".DS_Store", f".{MARKER}.part"}
ELSEWHERE = "give --output a new or empty folder"
MOVE = f"move it away, or {ELSEWHERE}"


@contextmanager
def written_whole(output: str | Path, names: Iterable[str], read: Path, attributes: dict) -> Iterator[Path]:
    """Yield a folder to write to; on success its files take the place of those of last time in ``output``.

    Parameters: ``output``, which may be a link; ``names``, the files that will be written, as paths from the
    folder; ``read``, a file that is read and must stay; ``attributes`` of the manifest. What the command made
    there earlier and makes no more is removed; whatever else lies there stays, on an exception everything.
    Raises UserError, one line, before anything is written: where ``output`` is neither new nor empty nor the
    command's own, where somebody changed what the command made, where a file of another or ``read`` is in the
    way, where it can't be written, and while another process writes it.
    """
    output, read, names = Path(output).expanduser(), Path(read).expanduser(), set(names)
    folder = Path(os.path.realpath(output))
    new = [path for path in (folder, *folder.parents) if not os.path.exists(path)]
    try:
        _make(output, folder)
        with _locked(output, folder):
            _settle(output, _files_made(output, names, read))
            _expect_left_by_us(output / STAGING, names)
            _remove_staging(output)
            try:
                (output / STAGING).mkdir()
                manifests.write(output / STAGING / MARKER, {})
                yield output / STAGING
                written, old = _ready_to_move(output, read, attributes)
            except BaseException:
                _remove_staging(output)
                raise
            # Whatever stops it from here on, the manifest among what was written tells what is whose.
            _move_all(output, written, old)
            _remove_staging(output)
    except BaseException as error:
        for path in new:
            with suppress(OSError):  # it is not empty
                path.rmdir()
        if isinstance(error, OSError) and error.errno in REMEDIES:
            raise unwritable(error.filename or output, error) from error
        raise


def _make(output: Path, folder: Path) -> None:
    if os.path.lexists(folder) and not os.path.isdir(folder):
        raise UserError(f"{output}: is a file; {ELSEWHERE}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno in REMEDIES:
            raise
        raise UserError(f"{output}: can't be made ({os.strerror(error.errno)}); {ELSEWHERE}") from error


@contextmanager
def _locked(output: Path, folder: Path) -> Iterator[None]:
    """Hold the kernel's lock of a folder, which ends with the process; where there is none, go on without."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(f"{output}: another study is being written there; wait for its end") from None
        except OSError:
            pass
        yield
    finally:
        os.close(descriptor)


def _files_made(output: Path, names: Iterable[str], read: Path) -> set[str]:
    """Return the files that the command made and nobody changed; refuse to go on where any would be lost."""
    made, there = set(), set()
    markers = [path for path in (output / MARKER, output / STAGING / MARKER) if path.is_file()]
    foreign = None if markers else _first_in(output)
    if foreign:
        raise UserError(f"{output}: holds {foreign}, which this command did not make; {ELSEWHERE}")
    for path in markers:
        try:
            standing = manifests.standing(output, manifests.read(path).files)
        except DamagedError as error:
            why = f"can't tell which of its files are whose ({path.name}: {error.reason})"
            raise UserError(f"{output}: {why}; {ELSEWHERE}") from error
        made |= {*standing.as_made}
        there |= {*standing.as_made, *standing.altered}
    for name in sorted(there - made):
        raise UserError(f"{output / name}: changed since this command made it; {MOVE}")
    for place in sorted({place for name in names for place in _occupied(output, name)} - made):
        raise UserError(f"{output / place}: in the way, and not made by this command; {MOVE}")
    if os.path.realpath(read) in {os.path.realpath(output / name) for name in made}:
        raise UserError(f"{read}: is itself a file that the study would replace; {ELSEWHERE}")
    return made


def _settle(output: Path, made: set[str]) -> None:
    """Name the command's files in the folder's own manifest, if it was killed while it moved some there."""
    if made and (output / STAGING / MARKER).is_file():
        manifests.write(output / MARKER, manifests.file_digests(output, made))


def _first_in(folder: Path) -> str | None:
    """Return the first file in a folder, None where there are only folders and what is nobody's."""
    for path in sorted(folder.rglob("*")):
        if path.name not in NOBODYS and (path.is_symlink() or not path.is_dir()):
            return path.relative_to(folder).as_posix()
    return None


def _occupied(output: Path, name: str) -> Iterator[str]:
    """Yield what lies where a file is to be, and what is no folder where one of its folders is to be."""
    for place in (Path(name), *Path(name).parents[:-1]):
        is_folder = (output / place).is_dir() and place != Path(name)
        if os.path.lexists(output / place) and not is_folder:
            yield place.as_posix()


def _expect_left_by_us(staging: Path, names: set[str]) -> None:
    """Refuse to remove what a command that was killed would not have left among what it had written."""
    for path in sorted(staging.rglob("*")):
        name = path.relative_to(staging).as_posix()
        temporary = path.name.startswith(".") and path.name.endswith(".part")
        if not (path.is_dir() or temporary or name in names | {MARKER}):
            raise UserError(f"{path}: in the way, and not made by this command; {MOVE}")


def _remove_staging(output: Path) -> None:
    """Remove what was written and not moved, also by one that was killed; the proof whose it is goes last."""
    staging = output / STAGING
    if not os.path.lexists(staging):
        return
    ours = staging.is_dir() and not staging.is_symlink()
    if not ours or not ((staging / MARKER).is_file() or not _first_in(staging)):
        raise UserError(f"{staging}: in the way, and not made by this command; {MOVE}")
    for path in staging.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != MARKER:
            path.unlink()
    shutil.rmtree(staging)


def _ready_to_move(output: Path, read: Path, attributes: dict) -> tuple[list[str], set[str]]:
    """Name what was written in its manifest; return that, and what it takes the place of."""
    staging = output / STAGING
    written = (path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file())
    names = sorted({*written} - {MARKER})
    old = _files_made(output, names, read)  # a person may have worked there meanwhile
    manifests.write(staging / MARKER, manifests.file_digests(staging, names), attributes)
    return names, old


def _move_all(output: Path, names: list[str], old: set[str]) -> None:
    """Move files to their places and remove what is made no more; the manifest comes last."""
    for name in names:
        _move(output / STAGING / name, output / name)
    for name in old - {*names}:
        (output / name).unlink()
        for parent in Path(name).parents[:-1]:
            with suppress(OSError):  # it is not empty
                (output / parent).rmdir()
    _move(output / STAGING / MARKER, output / MARKER)


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:  # a folder inside may be a link to another device
            raise
        with replaced_whole(target) as temporary:
            shutil.copyfile(source, temporary)
        source.unlink()
