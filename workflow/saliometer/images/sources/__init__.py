"""The registry of sources, and the one list of images that each of them gives.

A module of this folder with ``find(settings)`` is a source; it also has ``Settings`` (a SourceSettings whose
``source`` is the module's name) and ``root(settings)``. Only the source that is named is imported: a job's
code is its own source's, not that of others.
"""

import importlib
from collections import Counter, defaultdict
from itertools import islice
from pathlib import Path
from types import ModuleType

from saliometer import settings as base
from saliometer.errors import UserError
from saliometer.images.imagenet import class_index
from saliometer.images.source import Candidate, SourceSettings, listed
from saliometer.kinds import kinds_in

SOURCES = kinds_in(Path(__file__).parent, "find")


def source_module(name: str) -> ModuleType:
    """Return the module of a source; raises UserError for a name that is none."""
    if name not in SOURCES:
        raise UserError(f"source: {name!r} is none of {', '.join(SOURCES)}")
    return importlib.import_module(f"{__name__}.{name}")


def parse(block: dict) -> SourceSettings:
    """Check a plain settings block, as a job's JSON holds it; raises UserError naming the first bad key."""
    source = str(block.get("source"))
    return base.parse(source_module(source).Settings, block, f"source {source}")


def image_root(settings: SourceSettings) -> Path:
    """Return the folder to which the paths of the index are relative."""
    return source_module(settings.source).root(settings)


def find_images(settings: SourceSettings) -> list[Candidate]:
    """List the images that the settings ask for, by class index and id; no file is opened.

    ``classes`` and ``images_per_class`` are applied here, before any image is proved sound.

    Raises UserError when there are none, when an id occurs twice or can't be written as text, when a
    class that was asked for has no image, and as the source's own ``find`` does.
    """
    candidates = sorted(
        source_module(settings.source).find(settings),
        key=lambda candidate: (candidate.class_index, candidate.id),
    )
    where = f"source {settings.source} ({image_root(settings)})"
    if not candidates:
        raise UserError(f"{where}: no images; check the path")
    twice = [id for id, count in Counter(candidate.id for candidate in candidates).items() if count > 1]
    if twice:
        raise UserError(f"{where}: listed more than once: {listed(twice)}; list each image once")
    nameless = [candidate.id for candidate in candidates if not _is_text(candidate.id)]
    if nameless:
        raise UserError(f"{where}: file names that are not valid UTF-8: {listed(nameless)}; rename them")
    return _first_of_each_class(_of_classes(candidates, settings, where), settings.images_per_class)


def _is_text(name: str) -> bool:
    """Tell whether a file name is valid Unicode; others reach Python with lone surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _of_classes(candidates: list[Candidate], settings: SourceSettings, where: str) -> list[Candidate]:
    if settings.classes is None:
        return candidates
    asked = {class_index(name): str(name) for name in settings.classes}
    present = {candidate.class_index for candidate in candidates}
    absent = [name for index, name in asked.items() if index not in present]
    if absent:
        raise UserError(f"{where}: no image of the classes asked for: {listed(absent)}")
    return [candidate for candidate in candidates if candidate.class_index in asked]


def _first_of_each_class(candidates: list[Candidate], limit: int | None) -> list[Candidate]:
    by_class: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_class[candidate.class_index].append(candidate)
    return [candidate for group in by_class.values() for candidate in islice(group, limit)]
