"""The 20 labelled photographs that the installed foolbox package carries.

They are 19 classes of ImageNet, jeep twice; the class index is in the file name
(``imagenet_NN_INDEX.jpg``). The package itself is located, not imported.
"""

import importlib.util
import re
from pathlib import Path
from typing import Literal

from pydantic import Field

from saliometer.errors import UserError
from saliometer.images.source import Candidate, SourceSettings, list_folder

NAME = re.compile(r"imagenet_[0-9]{2}_([0-9]{1,3})\.jpg")


class Settings(SourceSettings):
    """The photographs of the foolbox package have no keys of their own."""

    source: Literal["sample_photos"] = Field(description="The 20 labelled photographs of the foolbox package")


def root(settings: Settings) -> Path:
    """Return the folder of the photographs; raises UserError when foolbox is not installed whole."""
    package = importlib.util.find_spec("foolbox")
    if package is None or not package.submodule_search_locations:
        raise UserError("sample_photos: the package foolbox is not installed; install this project's lock")
    folder = Path(package.submodule_search_locations[0]) / "data"
    if not folder.is_dir():
        raise UserError(f"{folder}: not there, the package foolbox is not whole; install it again")
    return folder


def find(settings: Settings) -> list[Candidate]:
    """List the photographs."""
    files, _ = list_folder(root(settings))
    matches = [match for name in files if (match := NAME.fullmatch(name))]
    return [Candidate(match.string, match.string, int(match[1])) for match in matches]
