"""One folder per class, named by its ImageNet index, wnid or label; the images lie directly in it."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from saliometer.errors import UserError
from saliometer.images.imagenet import class_indices
from saliometer.images.read import SUFFIXES
from saliometer.images.source import Candidate, SourceSettings, existing_folder, list_folder, listed


class Settings(SourceSettings):
    """Where the class folders lie."""

    source: Literal["folder"] = Field(
        description="One folder per class, named by ImageNet index, wnid or label"
    )
    path: str = Field(min_length=1, description="The folder that holds the class folders")


def root(settings: Settings) -> Path:
    """Return the folder that holds the class folders; raises UserError when it isn't there."""
    return existing_folder(settings.path)


def find(settings: Settings) -> list[Candidate]:
    """List the files of all class folders; raises UserError as ``class_folders`` does."""
    return class_folders(root(settings))


def class_folders(folder: Path) -> list[Candidate]:
    """List the files of the class folders in ``folder``.

    Every file in a class folder counts as an image, whatever its suffix, so that none is left out
    unseen; beside the class folders, files that don't look like images may lie (a licence, a list).

    Raises UserError for class folders that name no class or two (all of them are listed), for images
    beside the class folders and for folders within them.
    """
    loose, names = list_folder(folder)
    outside = [name for name in loose if name.lower().endswith(SUFFIXES)]
    if outside:
        raise UserError(f"{folder}: images outside the class folders ({listed(outside)}); move them into one")
    indices = class_indices(names, f"{folder}: class folders")
    candidates = []
    for name in names:
        files, nested = list_folder(folder / name)
        if nested:
            raise UserError(
                f"{folder / name}: holds folders ({listed(nested)}); put its images directly in it"
            )
        candidates += [Candidate(f"{name}/{file}", f"{name}/{file}", indices[name]) for file in files]
    return candidates
