"""Seeing at a glance whether a source's images changed: no file is opened."""

import hashlib
import json
from pathlib import Path

from saliometer.images.source import SourceSettings
from saliometer.images.sources import find_images, image_root


def listing_digest(settings: SourceSettings) -> str:
    """Return a sha256 over the ids, classes and file sizes of the images that the settings ask for.

    The workflow calls it while it parses, so that a new, removed, relabelled or replaced image makes the
    index stale; a replacement of the very same size goes unseen here, and by the index only when it
    is built again. The place of the folder does not count.

    Raises UserError when the folder is missing, and as the sources do.
    """
    folder = image_root(settings)
    rows = [(image.id, image.class_index, _size(folder / image.path)) for image in find_images(settings)]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _size(path: Path) -> int | None:
    """Return a file's size in bytes; None for a file that isn't there, which the index will report."""
    try:
        return path.stat().st_size
    except OSError:
        return None
