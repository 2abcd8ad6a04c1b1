"""Seals: what a product says of its own content and place, so that no other content is ever believed.

A seal lies inside the file beside the attributes it covers. Its place is the path from the results folder
of the run, so a product under the name of another is refused, while a run's folder may be moved or renamed
and a file copied out of it.
"""

import hashlib
import json
import os
from pathlib import Path

from saliometer.errors import UserError
from saliometer.products.files import why_no_file
from saliometer.products.paths import place_of

CHECK = "python -m saliometer.stages.check"
# What libraries raise on bytes that are no file of theirs, besides their own exceptions.
UNREADABLE = (
    OSError,
    EOFError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
)


class DamagedError(UserError):
    """A file that is not what was written there: the message names it, the ``reason`` and the remedy."""

    def __init__(self, path: str | Path, reason: str) -> None:
        self.reason = reason
        place = place_of(path)
        remedy = f"{CHECK} {place.results} --remove" if place else "delete it"
        super().__init__(f"{path}: damaged or foreign ({reason}); {remedy}, then run again")


def seal(path: str | Path, attributes: dict, content: dict) -> dict:
    """Return the seal of a file that is about to be written.

    Parameters: ``path``, where it will lie; ``attributes``, the JSON it carries; ``content``, what else is
    promised of it, such as the digests of its arrays. Returns ``content`` with ``place`` (None outside of a
    results folder) and ``digest``, which covers it all.
    """
    place = place_of(path)
    promised = {**content, "place": place.path if place else None}
    return {**promised, "digest": json_digest([attributes, promised])}


def check(path: str | Path, seal, attributes: dict) -> None:
    """Raise DamagedError unless a file's seal covers its attributes and was made for its place.

    Where ``path`` is no place of a product, as for a copy, only the content counts.
    """
    if not isinstance(seal, dict):
        raise DamagedError(path, "its seal is none")
    promised = {key: value for key, value in seal.items() if key != "digest"}
    if json_digest([attributes, promised]) != seal.get("digest"):
        raise DamagedError(path, "its attributes do not match their digest")
    place = place_of(path)
    if place and promised.get("place") != place.path:
        raise DamagedError(path, f"it was written as {promised.get('place')}")


def check_opens(path: str | Path, kind: str) -> None:
    """Raise UserError when a file is absent or may not be opened, which is no damage."""
    problem = why_no_file(path)
    if problem and os.path.exists(path):
        raise UserError(f"{path}: {problem}; remove it and run its stage")
    try:
        with open(path, "rb"):
            pass
    except FileNotFoundError:
        raise UserError(f"{path}: no such {kind}; run its stage") from None
    except OSError as error:
        raise UserError(f"{path}: can't be opened ({error.strerror}); make it readable") from error


def json_digest(value) -> str:
    """Return the sha256 of a JSON value, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
