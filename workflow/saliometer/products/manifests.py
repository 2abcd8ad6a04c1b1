"""Manifests: a sealed JSON file that names every file one command made, with the digest of each.

For files that can't carry a seal of their own (figures, pages) and for folders that the program shares with a
person: what a manifest names and is still as it was made is the program's, all else is not.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from saliometer.products import seals
from saliometer.products.files import replaced_whole
from saliometer.products.seals import DamagedError


class Manifest(NamedTuple):
    """What a manifest says.

    ``attributes``: the JSON that it carries, as ``job`` and ``made_from``; ``files``: the sha256 of each file
    by its path from the manifest's folder.
    """

    attributes: dict
    files: dict[str, str]

    @property
    def metadata(self) -> dict:
        """What it says of itself: the digests of its files, too."""
        return {**self.attributes, "files": self.files}


class FileStates(NamedTuple):
    """The files of a manifest by what became of them, each a list of paths from the folder."""

    as_made: list[str]
    altered: list[str]
    absent: list[str]


def write(path: str | Path, files: Mapping[str, str], attributes: Mapping | None = None) -> None:
    """Write a manifest whole, or leave what was there.

    Parameters: ``files``, the sha256 of each file by its path from the folder of ``path``, as
    ``file_digests`` returns them; ``attributes``, what else it says (JSON).
    """
    attributes = json.loads(json.dumps(dict(attributes or {})))
    seal = seals.seal(path, attributes, {"files": dict(files)})
    with replaced_whole(path) as temporary:
        text = json.dumps({"attributes": attributes, "seal": seal}, indent=1, sort_keys=True)
        temporary.write_text(text + "\n", encoding="utf-8")


def read(path: str | Path) -> Manifest:
    """Read a manifest and check it against its seal; the files that it names are not looked at.

    Raises UserError: DamagedError for one that is truncated, altered or of another place, or that names a
    file outside of its folder; a plain one when it is absent or may not be opened.
    """
    seals.check_opens(path, "manifest")
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        attributes, seal = content["attributes"], content["seal"]
    except (*seals.UNREADABLE, RecursionError) as error:
        raise DamagedError(path, f"can't be read: {type(error).__name__}") from error
    seals.check(path, seal, attributes)
    files = seal.get("files")
    if not isinstance(attributes, dict) or not isinstance(files, dict):
        raise DamagedError(path, "it names no files")
    for name in files:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise DamagedError(path, f"it names {name!r}, outside of its folder")
    return Manifest(attributes, files)


def read_whole(path: Path) -> Manifest:
    """Read a manifest; raises as ``read`` does, DamagedError unless all its files are as they were made."""
    manifest = read(path)
    files = standing(path.parent, manifest.files)
    for name in (*files.altered, *files.absent):
        raise DamagedError(path.parent / name, f"it is not the file that {path.name} names")
    return manifest


def file_digests(folder: str | Path, names: Iterable[str]) -> dict[str, str]:
    """Return the sha256 of files by their paths from a folder. Raises OSError where one can't be read."""
    return {name: file_digest(Path(folder) / name) for name in sorted(names)}


def file_digest(path: str | Path) -> str:
    """Return the sha256 of a file's content."""
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def standing(folder: str | Path, files: Mapping[str, str]) -> FileStates:
    """Compare a folder with the digests of its files: a link or folder in the place of a file is altered.

    Raises UserError where a file may not be read.
    """
    result = FileStates([], [], [])
    for name, digest in sorted(files.items()):
        path = Path(folder) / name
        if not os.path.lexists(path):
            result.absent.append(name)
            continue
        plain = path.is_file() and not path.is_symlink()
        if plain:
            seals.check_opens(path, "file")
        (result.as_made if plain and file_digest(path) == digest else result.altered).append(name)
    return result
