"""Files that are either whole or absent, and paths that lead to no file."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from saliometer.errors import UserError, first_line

FULL = (errno.ENOSPC, errno.EDQUOT)
# What keeps a file from being written and is no defect of the program: errno and the remedy.
REMEDIES = {
    **dict.fromkeys(FULL, "free some space"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "make it writable"),
    errno.EFBIG: "raise the limit on the size of files (ulimit -f)",
}
KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def why_no_file(path: str | Path) -> str | None:
    """Say why a path can't be read as a file, None where it may be: opening a named pipe would wait for ever.

    The words go on after the path and a colon.
    """
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:  # ValueError: a NUL in it
        reason = getattr(error, "strerror", None) or first_line(error)
        return reason[0].lower() + reason[1:]
    kind = KINDS.get(stat.S_IFMT(mode))
    return f"is {kind}, not a file" if kind else None


@contextmanager
def replaced_whole(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; on success fsync it and rename it to ``path``.

    On any exception, KeyboardInterrupt included, the temporary file is removed and ``path`` is left as
    it was. The temporary name is hidden and derived from ``path`` alone, so that a killed job's leftover
    is overwritten by the next try.
    Raises UserError for a full disk and what else ``REMEDIES`` names.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            with temporary.open("rb+") as handle:
                os.fsync(handle.fileno())
            temporary.replace(path)
            _sync_folder(path.parent)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        if error.errno not in REMEDIES:
            raise
        raise unwritable(path, error) from error


def unwritable(path: str | Path, error: OSError) -> UserError:
    """Return the one line on a file that can't be written, for an error whose ``errno`` is in REMEDIES."""
    return UserError(f"{path}: {os.strerror(error.errno).lower()}; {REMEDIES[error.errno]} and run again")


def _sync_folder(folder: Path) -> None:
    """Make a rename durable: the entry lives in the folder, not in the file."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
