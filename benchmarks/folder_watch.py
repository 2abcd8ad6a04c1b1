"""Linux's inotify: learn of new files in some folders the moment they are made."""

import ctypes
import os
import select
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

IN_CREATE = 0x100
HEAD = struct.Struct("iIII")  # watch, mask, cookie, length of the name


class Watch:
    """The files that were made in some folders since one last asked."""

    def __init__(self, descriptor: int, folders: dict[int, Path]) -> None:
        self.descriptor = descriptor
        self.folders = folders

    def new_files(self, seconds: float) -> list[Path]:
        """Wait for new files, at most so many seconds, and return them."""
        if not select.select([self.descriptor], [], [], seconds)[0]:
            return []
        events, found = os.read(self.descriptor, 2**16), []
        while events:
            number, _, _, length = HEAD.unpack_from(events)
            name = events[HEAD.size : HEAD.size + length].rstrip(b"\0")
            found.append(self.folders[number] / os.fsdecode(name))
            events = events[HEAD.size + length :]
        return found


@contextmanager
def watched(folders: Sequence[Path]) -> Iterator[Watch]:
    """Watch folders, which must exist. Raises OSError where this is not Linux or the watching fails."""
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "inotify_init1"):
        raise OSError("this system has no inotify")
    descriptor = library.inotify_init1(os.O_CLOEXEC)
    try:
        numbers = [library.inotify_add_watch(descriptor, os.fsencode(path), IN_CREATE) for path in folders]
        if min(numbers) < 0:
            raise OSError(ctypes.get_errno(), "inotify_add_watch")
        yield Watch(descriptor, dict(zip(numbers, folders, strict=True)))
    finally:
        os.close(descriptor)
