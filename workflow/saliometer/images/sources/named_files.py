"""One flat folder of files named ``ClassName-Number.jpg``, the convention of Fresz et al. (FAccT 2024).

The name is split at its last hyphen, since labels hold hyphens too (``Shih-Tzu-3.jpg``). The class name
may also be an index or a wnid. Two labels name two classes each: crane (134, 517) and maillot (638, 639);
the key ``ambiguous`` says which one a data set means.
"""

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from saliometer.errors import UserError
from saliometer.images.imagenet import class_indices, find_classes, spelled
from saliometer.images.source import Candidate, SourceSettings, existing_folder, list_folder, listed

NAME = re.compile(r"(?P<label>.+)-[0-9]+\.[^.]+")


class Settings(SourceSettings):
    """Where the named files lie, and what their ambiguous labels mean."""

    source: Literal["named_files"] = Field(description="Files named ClassName-Number.jpg in one folder")
    path: str = Field(min_length=1, description="The folder that holds the files")
    ambiguous: dict[str, int] = Field(
        default_factory=dict,
        description="The class index meant by a label that names two classes, as in {crane: 134}",
    )

    @field_validator("ambiguous")
    @classmethod
    def _indices_fit(cls, chosen: dict[str, int]) -> dict[str, int]:
        for label, index in chosen.items():
            meant = find_classes(label)
            if len(meant) < 2:
                raise ValueError(f"{label!r} does not name two classes; leave it out")
            if index not in meant:
                raise ValueError(f"{label!r} is class {meant[0]} or {meant[1]}, not {index}")
        return chosen


def root(settings: Settings) -> Path:
    """Return the folder of the files; raises UserError when it isn't there."""
    return existing_folder(settings.path)


def find(settings: Settings) -> list[Candidate]:
    """List the files with the class that their names say.

    Raises UserError that lists every file which is named otherwise, or every class name that has no
    class or two.
    """
    folder = root(settings)
    files, _ = list_folder(folder)
    matches = {file: NAME.fullmatch(file) for file in files}
    misnamed = [file for file, match in matches.items() if match is None]
    if misnamed:
        raise UserError(f"{folder}: files not named ClassName-Number.jpg ({listed(misnamed)}); rename them")
    labels = {file: match["label"] for file, match in matches.items() if match}
    chosen = {spelled(label).casefold(): index for label, index in settings.ambiguous.items()}
    decided = {
        label: chosen[folded] for label in labels.values() if (folded := spelled(label).casefold()) in chosen
    }
    where = f"{folder}: class names of files (for two classes: key 'ambiguous')"
    indices = decided | class_indices([label for label in labels.values() if label not in decided], where)
    return [Candidate(file, file, indices[label]) for file, label in labels.items()]
