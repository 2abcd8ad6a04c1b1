"""Files that are either whole or absent."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from saliometer.errors import UserError

FULL = (errno.ENOSPC, errno.EDQUOT)
# What keeps a file from being written and is no defect of the program: errno and the mend.
MENDS = {
    **dict.fromkeys(FULL, "free some space"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "make it writable"),
    errno.EFBIG: "raise the limit on the size of files (ulimit -f)",
}


@contextmanager
def replaced_whole(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; on success fsync it and rename it to ``path``.

    On any exception, KeyboardInterrupt included, the temporary file is removed and ``path`` is left as
    it was. The temporary name is hidden and derived from ``path`` alone, so that a killed job's leftover
    is overwritten by the next try.
    Raises UserError for a full disk and what else ``MENDS`` names.
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
        if error.errno not in MENDS:
            raise
        raise unwritable(path, error) from error


def unwritable(path: str | Path, error: OSError) -> UserError:
    """Return the one line on a file that can't be written, for an error whose ``errno`` is in MENDS."""
    return UserError(f"{path}: {os.strerror(error.errno).lower()}; {MENDS[error.errno]} and run again")


def _sync_folder(folder: Path) -> None:
    """Make a rename durable: the entry lives in the folder, not in the file."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
