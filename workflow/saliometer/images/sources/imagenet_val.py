"""The validation images of ILSVRC-2012: 50,000 JPEGs with a file that tells their classes.

Either the images lie in class folders (then there is no ``ground_truth``), or all in one folder under
their own names ``ILSVRC2012_val_00000001.JPEG`` ..., and ``ground_truth`` is a text file with one row per
image:

- a wnid, row k for image number k;
- a file name (its suffix may lack) and a wnid, in any order of rows, separated by spaces or a comma. What
  else is in the row is ignored, as the boxes in Kaggle's ``LOC_val_solution.csv``; a header may come first;
- an integer, alone or with a file name: the ILSVRC2012_ID, as in the devkit's
  ``ILSVRC2012_validation_ground_truth.txt``. These ids run from 1 to 1000 in the devkit's own order and
  are *not* the index of a classifier's output (which follows the sorted wnids), so they are read only
  with the devkit's ``meta.mat`` (key ``meta``), which says what each id means. Lists of indices from 0 to
  999, which some toolkits ship, look alike; the 0 among them gives them away, and they are refused.

Images and ground truth must match one to one; for a part of the images use the keys ``classes`` and
``images_per_class``, or a table.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from saliometer.errors import UserError
from saliometer.images.ilsvrc_truth import FILE_NAME, true_classes
from saliometer.images.source import Candidate, SourceSettings, existing_folder, list_folder
from saliometer.images.sources.folder import class_folders


class Settings(SourceSettings):
    """Where the images and the files that tell their classes lie."""

    source: Literal["imagenet_val"] = Field(description="The validation images of ILSVRC-2012")
    path: str = Field(min_length=1, description="The folder that holds the JPEGs or the class folders")
    ground_truth: str | None = Field(
        None,
        description="File with the class of each image, needed when all lie in one folder: rows of wnid, "
        "of file name and wnid, or of ILSVRC2012_ID (with meta)",
    )
    meta: str | None = Field(
        None,
        description="The devkit's meta.mat, needed when the ground truth holds ILSVRC2012_IDs, whose order "
        "is not that of the class indices",
    )

    @model_validator(mode="after")
    def _meta_has_ids_to_explain(self) -> "Settings":
        if self.meta is not None and self.ground_truth is None:
            raise ValueError("meta explains the ids of a ground_truth, which is not given; leave meta out")
        return self


def root(settings: Settings) -> Path:
    """Return the folder of the images; raises UserError when it isn't there."""
    return existing_folder(settings.path)


def find(settings: Settings) -> list[Candidate]:
    """List the images.

    Raises UserError when the ground truth is missing, unreadable or doesn't match the images, or when
    class folders name no class.
    """
    folder = root(settings)
    images = _flat_images(folder)
    if settings.ground_truth is None:
        if images:
            raise UserError(
                f"{folder}: images outside class folders; name their classes (key 'ground_truth')"
            )
        return class_folders(folder)
    if not images:
        raise UserError(
            f"{folder}: no ILSVRC2012_val_*.JPEG directly in it; leave out 'ground_truth' for class folders"
        )
    indices = true_classes(settings.ground_truth, settings.meta)
    _check_match(folder, settings.ground_truth, images, indices)
    return [Candidate(name, name, indices[number]) for number, name in images.items()]


def _flat_images(folder: Path) -> dict[int, str]:
    """Map image numbers to the names of the files directly in the folder."""
    files, _ = list_folder(folder)
    matches = [match for name in files if (match := FILE_NAME.fullmatch(name))]
    images: dict[int, str] = {}
    for match in matches:
        number = int(match[1])
        if number in images:
            raise UserError(f"{folder}: {images[number]} and {match.string} have one number; remove one")
        images[number] = match.string
    return images


def _check_match(folder: Path, ground_truth: str, images: dict[int, str], indices: dict[int, int]) -> None:
    """Raise UserError unless the images are exactly those of the ground truth."""
    absent = sorted(indices.keys() - images.keys())
    unknown = sorted(images.keys() - indices.keys())
    if absent:
        raise UserError(
            f"{folder}: {len(absent)} of the {len(indices)} images of {ground_truth} are missing "
            f"(first: number {absent[0]}); complete the folder, or use a table"
        )
    if unknown:
        raise UserError(
            f"{ground_truth}: does not tell the class of {len(unknown)} images "
            f"(first: {images[unknown[0]]}); give the whole ground truth"
        )
