"""The 1000 classes of ILSVRC-2012: their index, WordNet id and label, and how a name finds its class.

``imagenet_classes.csv`` holds the WordNet ids in sorted order (the order of every classifier's outputs)
and the first word of each synset, spelled as ImageNet spells it. The words are the category names that
torchvision ships with its weights, but for two that torchvision lengthened to keep them apart: class 134
is ``crane`` again (torchvision: ``crane bird``) and class 639 ``maillot`` (``maillot tank suit``). The
ids are those of timm's ``imagenet_synsets.txt``. A test compares the file with both packages.
"""

import csv
import difflib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from saliometer.errors import UserError

# Torchvision's own names of the two classes whose ImageNet label another class bears as well.
UNAMBIGUOUS = {"crane bird": 134, "maillot tank suit": 639}
NEAREST_CUTOFF = 0.5


class ImageNetClass(NamedTuple):
    """One class: ``class_index`` in 0..999, ``wnid`` as in n02123045, ``label`` as in tabby."""

    class_index: int
    wnid: str
    label: str


@cache
def class_list() -> tuple[ImageNetClass, ...]:
    """Return the 1000 classes in the order of their index."""
    with Path(__file__).with_name("imagenet_classes.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(
            ImageNetClass(int(row["class_index"]), row["wnid"], row["label"])
            for row in csv.DictReader(handle)
        )


def spelled(name: str | int) -> str:
    """Return a name as it is looked up: text, underscores as spaces, no space around it."""
    return str(name).replace("_", " ").strip()


def find_classes(name: str | int) -> tuple[int, ...]:
    """Return the indices of the classes that a name may mean: none, one, or two.

    ``name`` is an index (281, "281", "0281"), a wnid or a label. A label is compared as it is spelled
    and, where that finds nothing, without regard to case: Cardigan is the dog (264) and cardigan the
    garment (474), so CARDIGAN is both.
    """
    text = spelled(name)
    if re.fullmatch(r"[0-9]{1,8}", text):
        return (int(text),) if int(text) < len(class_list()) else ()
    exact, folded = _indices_by_name()
    return exact.get(text) or folded.get(text.casefold(), ())


def class_index(name: str | int) -> int:
    """Return the index of the one class that a name means.

    Raises UserError with the nearest label when it means none, and with both indices when it means two.
    """
    indices = find_classes(name)
    if len(indices) == 1:
        return indices[0]
    if not indices:
        raise UserError(f"{name!r} is no ImageNet index, wnid or label{_suggestion(name)}")
    both = " and ".join(f"{index} ({class_list()[index].wnid})" for index in indices)
    raise UserError(f"{name!r} names two classes, {both}; use the index or the wnid")


def class_indices(names: Iterable[str | int], where: str) -> dict[str | int, int]:
    """Return the class index of each distinct name.

    Raises one UserError that starts with ``where`` and lists every name that has no class or two.
    """
    indices, problems = {}, []
    for name in dict.fromkeys(names):
        try:
            indices[name] = class_index(name)
        except UserError as error:
            problems.append(str(error))
    if problems:
        raise UserError(f"{where}: {'; '.join(problems)}")
    return indices


@cache
def _indices_by_name() -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]]:
    """Map wnids and labels to class indices: as spelled, and case-folded."""
    exact: dict[str, tuple[int, ...]] = {}
    folded: dict[str, tuple[int, ...]] = {}
    names = [(name, entry.class_index) for entry in class_list() for name in (entry.wnid, entry.label)]
    for name, index in [*names, *UNAMBIGUOUS.items()]:
        exact[name] = (*exact.get(name, ()), index)
        folded[name.casefold()] = (*folded.get(name.casefold(), ()), index)
    return exact, folded


def _suggestion(name: str | int) -> str:
    labels = {entry.label.casefold(): entry.label for entry in class_list()}
    nearest = difflib.get_close_matches(spelled(name).casefold(), labels, n=1, cutoff=NEAREST_CUTOFF)
    return f" (nearest label: {labels[nearest[0]]!r})" if nearest else ""
