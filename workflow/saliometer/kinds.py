"""Kinds: the modules of a folder that declare a ``SPEC``. Whatever else lies there is none."""

import re
from pathlib import Path

DECLARATION = re.compile(r"^SPEC(: \w+)? = ", re.MULTILINE)


def kinds_in(folder: Path) -> tuple[str, ...]:
    """Return the names of the modules in a folder that declare a SPEC, sorted; none of them is imported."""
    return tuple(
        sorted(path.stem for path in folder.glob("*.py") if DECLARATION.search(path.read_text("utf-8")))
    )
