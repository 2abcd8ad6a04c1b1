"""The index of a data set's images: one row per image, each of them proved to decode."""

import hashlib
import json
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from saliometer.errors import UserError
from saliometer.images.imagenet import class_list
from saliometer.images.read import BadImageError, decode, open_file
from saliometer.images.source import Candidate, SourceSettings
from saliometer.images.sources import find_images, image_root
from saliometer.progress import tracked

__all__ = ["build_index", "image_root", "index_digest"]

COLUMNS = ["id", "path", "class_index", "wnid", "label", "width", "height", "sha256"]
SKIPPED_COLUMNS = ["path", "reason"]


class Proof(NamedTuple):
    """A sound image's size in pixels, upright, and the sha256 of its file's bytes."""

    width: int
    height: int
    sha256: str


def build_index(settings: SourceSettings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Decode every image that the settings ask for and return (index, skipped).

    ``index`` has the columns id, path (relative to ``image_root``), class_index (0..999), wnid, label,
    width, height (pixels, upright) and sha256 (of the file's bytes), sorted by class_index and id;
    ``skipped`` has path and reason. One image is in memory at a time; 50,000 photographs of ImageNet's
    size take about three minutes on one core.

    Raises UserError that lists all bad files with their reasons, unless the settings say
    ``on_bad_image: skip``; also when no image is left, and as the sources do.
    """
    folder = image_root(settings)
    candidates = find_images(settings)
    outcomes = (prove(folder / candidate.path) for candidate in candidates)
    reported = tracked(outcomes, len(candidates), "images", settings.source)
    proved = list(zip(candidates, reported, strict=True))
    bad = [(candidate.path, outcome) for candidate, outcome in proved if isinstance(outcome, str)]
    if bad and (settings.on_bad_image == "error" or len(bad) == len(proved)):
        raise UserError(_bad_line(folder, bad, len(proved), settings.on_bad_image))
    rows = [_row(candidate, outcome) for candidate, outcome in proved if isinstance(outcome, Proof)]
    return pd.DataFrame(rows, columns=COLUMNS), pd.DataFrame(bad, columns=SKIPPED_COLUMNS)


def prove(path: Path) -> Proof | str:
    """Decode one file whole and hash its bytes; return the reason of a bad file, so that all are found."""
    try:
        with open_file(path) as handle:
            digest = hashlib.file_digest(handle, "sha256").hexdigest()
            handle.seek(0)
            height, width, _ = decode(handle, path).shape
    except BadImageError as error:
        return error.reason
    return Proof(width, height, digest)


def index_digest(frame: pd.DataFrame) -> str:
    """Return a sha256 over the columns id, class_index and sha256 of an index, in the order of ids.

    Where the images lie does not count, so moving a data set leaves its mosaics valid.
    """
    rows = frame[["id", "class_index", "sha256"]].sort_values("id")
    text = json.dumps([[id, int(index), digest] for id, index, digest in rows.itertuples(index=False)])
    return hashlib.sha256(text.encode()).hexdigest()


def _row(candidate: Candidate, proof: Proof) -> tuple:
    entry = class_list()[candidate.class_index]
    return (*candidate, entry.wnid, entry.label, *proof)


def _bad_line(folder: Path, bad: list[tuple[str, str]], total: int, on_bad_image: str) -> str:
    """Say in one line which files are bad and why."""
    advice = "mend or remove them" + (", or set on_bad_image: skip" if on_bad_image == "error" else "")
    reasons = "; ".join(f"{path}: {reason}" for path, reason in bad)
    return f"{folder}: {len(bad)} of {total} images can't be used ({advice}): {reasons}"
