"""What every source of images shares: common settings, the candidate image, and looking into folders."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field, field_validator

from saliometer.errors import UserError, first_line
from saliometer.images import imagenet
from saliometer.products.files import why_no_file
from saliometer.settings import Settings

# Files that desktops leave behind in any folder; hidden files (a dot first) are passed over as well.
LITTER = frozenset({"thumbs.db", "desktop.ini"})


class Candidate(NamedTuple):
    """An image that a source lists, not yet opened.

    ``id`` is its path relative to the source's root with "/" between parts, ``path`` the same path as
    the file system takes it, ``class_index`` its class in 0..999.
    """

    id: str
    path: str
    class_index: int


class SourceSettings(Settings):
    """The keys that every source has."""

    classes: list[int | str] | None = Field(
        None,
        min_length=1,
        description="Use only these classes, each an ImageNet index, wnid or label (default: all found)",
    )
    images_per_class: int | None = Field(
        None,
        ge=1,
        description="Use at most this many images of each class, the first by id (default: all)",
    )
    on_bad_image: Literal["error", "skip"] = Field(
        "error",
        description="What to do about files that are no sound image: stop and list them all, or leave "
        "them out and record it (their place is not filled by other images)",
    )

    @field_validator("classes")
    @classmethod
    def _classes_exist(cls, names: list[int | str] | None) -> list[int | str] | None:
        for name in names or []:
            _class_or_value_error(name)
        return names


def existing_folder(path: str) -> Path:
    """Return the folder that a setting names; raises UserError when it isn't there."""
    return _existing(path, Path.is_dir, "folder of images")


def existing_file(path: str, what: str) -> Path:
    """Return the file that a setting names; raises UserError, saying what it should be, when absent."""
    place = _existing(path, Path.exists, f"file ({what})")
    problem = why_no_file(place)
    if problem:
        raise UserError(f"{path}: {problem}; give {what}")
    return place


def _existing(path: str, is_there: Callable[[Path], bool], what: str) -> Path:
    try:
        place = Path(path).expanduser()
        exists = is_there(place)
    except (OSError, RuntimeError, ValueError) as error:
        raise UserError(f"{path}: can't be looked into ({first_line(error)}); check the path") from error
    if not exists:
        raise UserError(f"{path}: no such {what}; check the path in the data set's source")
    return place


def list_folder(folder: Path) -> tuple[list[str], list[str]]:
    """Return the sorted names of the files and of the folders in a folder, hidden ones and litter left out.

    Raises UserError when the folder can't be read.
    """
    try:
        with os.scandir(folder) as scanned:
            entries = sorted((entry.name, entry.is_dir()) for entry in scanned)
    except OSError as error:
        raise UserError(f"{folder}: can't be listed ({error.strerror}); check its permissions") from error
    shown = [entry for entry in entries if entry[0][0] != "." and entry[0].casefold() not in LITTER]
    files = [name for name, is_folder in shown if not is_folder]
    folders = [name for name, is_folder in shown if is_folder]
    return files, folders


def listed(names: Iterable[str]) -> str:
    """Join names for an error line."""
    return ", ".join(repr(name) for name in names)


def _class_or_value_error(name: int | str) -> int:
    """Find a class for a settings validator, which must raise ValueError."""
    try:
        return imagenet.class_index(name)
    except UserError as error:
        raise ValueError(str(error)) from None
