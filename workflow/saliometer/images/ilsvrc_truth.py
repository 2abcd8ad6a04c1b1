"""The true classes of the ILSVRC-2012 validation images: ground-truth files and the devkit's ids."""

import re
import zlib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from saliometer.errors import UserError
from saliometer.images.imagenet import class_indices, class_list
from saliometer.images.source import existing_file

FILE_NAME = re.compile(r"ILSVRC2012_val_([0-9]{8})(?:\.jpe?g)?", re.IGNORECASE)
WNID = re.compile(r"\bn[0-9]{8}\b")


class Truth(NamedTuple):
    """One row of a ground-truth file: the image's number, and a wnid or an ILSVRC2012_ID as text."""

    number: int
    label: str


def true_classes(ground_truth: str, meta: str | None) -> dict[int, int]:
    """Map the numbers of the validation images to class indices.

    Parameters: ``ground_truth``, a file as ``read_ground_truth`` reads it; ``meta``, the devkit's
    meta.mat, needed when that file holds ILSVRC2012_IDs.
    Raises UserError when a file is missing or wrong.
    """
    file = existing_file(ground_truth, "the ground truth of the validation images")
    truths = read_ground_truth(file)
    if not any(truth.label.isdigit() for truth in truths):
        indices = class_indices([truth.label for truth in truths], str(file))
    elif meta is None:
        raise UserError(
            f"{file}: holds integers; if they are ILSVRC2012_IDs, give the devkit's meta.mat (key 'meta'); "
            "if they are anything else, make a file of wnids"
        )
    else:
        indices = class_of_ilsvrc_id(existing_file(meta, "the devkit's meta.mat"))
        foreign = sorted({truth.label for truth in truths if truth.label not in indices})
        if foreign:
            raise UserError(f"{file}: not an ILSVRC2012_ID (1 to 1000): {', '.join(foreign)}; use wnids")
    return {truth.number: indices[truth.label] for truth in truths}


def read_ground_truth(file: Path) -> list[Truth]:
    """Read a ground-truth file: rows of [file name] and (wnid or integer), after a header or none.

    Without file names row k is image number k. What else is in a row that holds a wnid is ignored.

    Raises UserError naming the row when one has neither exactly one wnid nor exactly one integer, when
    only some rows have file names, or when an image occurs twice.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file}: can't be read as text ({error})") from error
    if lines and not re.search(r"[0-9]", lines[0]):
        lines = lines[1:]
    lines = [line for line in lines if line.strip()]
    names = [FILE_NAME.search(line) for line in lines]
    if any(names) and not all(names):
        raise UserError(f"{file}: row {names.index(None) + 1} has no file name, other rows have; mend it")
    numbers = [int(name[1]) if name else row for row, name in enumerate(names, start=1)]
    twice = [number for number, count in Counter(numbers).items() if count > 1]
    if twice:
        raise UserError(f"{file}: image number {twice[0]} occurs more than once; mend it")
    return [
        Truth(number, _label(line, row, file))
        for row, (number, line) in enumerate(zip(numbers, lines, strict=True), start=1)
    ]


def class_of_ilsvrc_id(meta: Path) -> dict[str, int]:
    """Map ILSVRC2012_IDs "1".."1000" to class indices by the devkit's ``meta.mat``.

    Its table ``synsets`` holds the 1000 classes (no children) and the synsets above them, each with
    its ILSVRC2012_ID and WNID. Raises UserError unless it holds exactly the 1000 classes.
    """
    # Imported here: the workflow imports this module while it parses.
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    damage = (zlib.error, OSError, KeyError, IndexError, TypeError, ValueError, NotImplementedError)
    try:
        synsets = loadmat(meta, squeeze_me=True)["synsets"]
        wnids = {
            int(synset["ILSVRC2012_ID"]): str(synset["WNID"])
            for synset in synsets
            if int(synset["num_children"]) == 0
        }
    except (MatReadError, *damage) as error:
        raise UserError(f"{meta}: not the devkit's meta.mat ({type(error).__name__}: {error})") from error
    indices = {entry.wnid: entry.class_index for entry in class_list()}
    if sorted(wnids) != list(range(1, 1001)) or set(wnids.values()) != set(indices):
        raise UserError(f"{meta}: does not hold the 1000 classes of ILSVRC-2012; give the devkit's meta.mat")
    return {str(ilsvrc_id): indices[wnid] for ilsvrc_id, wnid in wnids.items()}


def _label(line: str, row: int, file: Path) -> str:
    """Return the wnid of a row or, when it has none, its integer without leading zeros."""
    rest = FILE_NAME.sub("", line)
    wnids = set(WNID.findall(rest))
    if len(wnids) == 1:
        return wnids.pop()
    text = rest.strip(" \t,")
    if not wnids and re.fullmatch(r"[0-9]{1,8}", text):
        return str(int(text))
    raise UserError(f"{file}: row {row} ({line[:60]!r}) has neither one wnid nor one integer; mend it")
