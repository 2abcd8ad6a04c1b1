"""Seeing at a glance whether a source's images changed: no file is opened."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from saliometer.images.source import Candidate


def listing_digest(images: Iterable[Candidate], folder: Path) -> str:
    """Return a sha256 over the ids, classes and file sizes of images.

    Parameters: ``images``, as ``find_images`` lists them; ``folder``, to which their paths are relative.

    The workflow calls it while it parses, so that a new, removed, relabelled or replaced image makes the
    index stale; a replacement of the very same size goes unseen here, and by the index only when it
    is built again. The place of the folder does not count.
    """
    rows = [(image.id, image.class_index, _size(folder / image.path)) for image in images]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _size(path: Path) -> int | None:
    """Return a file's size in bytes; None for a file that isn't there, which the index will report."""
    try:
        return path.stat().st_size
    except (OSError, ValueError):  # ValueError: a path with a NUL
        return None
