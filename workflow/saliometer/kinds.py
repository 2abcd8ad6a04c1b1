"""Kinds: the modules of a folder that declare what makes one of them. Whatever else lies there is none."""

import re
from pathlib import Path


def kinds_in(folder: Path, declaration: str) -> tuple[str, ...]:
    """Return the names of the modules that declare a name at their top, sorted; none of them is imported.

    Parameters: ``declaration``, what each of the kinds assigns or defines, such as ``SPEC``.
    """
    declares = re.compile(rf"^(def {declaration}\(|{declaration}(: [^=]+)? = )", re.MULTILINE)
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))}
    return tuple(name for name, text in texts.items() if declares.search(text))
