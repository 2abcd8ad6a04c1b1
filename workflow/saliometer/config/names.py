"""Names of blocks: each becomes a wildcard and a folder."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9_.+-]*"
LONGEST_NAME = 60


def _safe_name(name: Any) -> str:
    """Refuse names that can't be a wildcard and a folder; raises ValueError."""
    if not isinstance(name, str):
        raise ValueError(f"a name must be text, not {name!r}; put it in quotes")
    if not re.fullmatch(NAME_PATTERN, name) or len(name) > LONGEST_NAME:
        raise ValueError(
            f"becomes the name of a folder: at most {LONGEST_NAME} letters, digits and _ . + -, the first of "
            "them a letter or digit"
        )
    return name


def _distinct_without_case(blocks: dict[str, Any]) -> dict[str, Any]:
    """Refuse names that are one folder where the file system ignores case; raises ValueError."""
    seen: dict[str, str] = {}
    for name in blocks:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            raise ValueError(f"'{other}' and '{name}' differ by case alone; rename one of them")
    return blocks


Name = Annotated[str, BeforeValidator(_safe_name)]
NAME_SCHEMA: dict[str, Any] = {"pattern": f"^{NAME_PATTERN}$", "maxLength": LONGEST_NAME}
NAMES_SCHEMA = {"propertyNames": NAME_SCHEMA}
Distinct = AfterValidator(_distinct_without_case)
