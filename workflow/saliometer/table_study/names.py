"""Names of a table's metrics and methods as options give them: by themselves, or with commas between."""

from collections.abc import Iterable, Sequence

from saliometer.errors import UserError
from saliometer.table_study.files import listed


def names_within(texts: Iterable[str], known: Sequence[str], where: str, kind: str) -> list[str]:
    """Return the names that texts give, in order.

    A text that is a name as it stands is that name, whatever commas it holds; any other is a list of names
    with commas between them.
    Parameters: ``known``, the names that there are; ``where`` and ``kind`` of name, for messages.
    Raises UserError for a name that is not there, and for a text that can be read as two lists.
    """
    chosen: dict[str, None] = {}
    for text in texts:
        chosen |= dict.fromkeys([text] if text in known else _listed_in(text, known, where, kind))
    return list(chosen)


def _listed_in(text: str, known: Sequence[str], where: str, kind: str) -> list[str]:
    parts = [part for part in text.split(",") if part.strip()]
    readings = _readings(parts, set(known))
    if len(readings) > 1:
        raise UserError(
            f"{where}: {text!r} is {' and '.join(readings[0])} or {' and '.join(readings[1])}; give each "
            "name by itself"
        )
    if not readings:
        absent = [part.strip() for part in parts if part.strip() not in known]
        named = text if len(absent) in (0, len(parts)) else absent[0]
        raise UserError(f"{where}: no {kind} {named!r} in it ({kind}s: {listed(sorted(known))})")
    return readings[0]


def _readings(parts: list[str], known: set[str]) -> list[list[str]]:
    """Return the ways, two at most, in which the parts of a text, joined by commas, are names."""
    ways: list[list[list[str]]] = [[[]]]  # of the last parts, by how many there are
    for start in reversed(range(len(parts))):
        readings: list[list[str]] = []
        for end in range(start + 1, len(parts) + 1):
            name = ",".join(parts[start:end]).strip()
            if name in known:
                readings += [[name, *rest] for rest in ways[len(parts) - end]]
        ways.append(readings[:2])
    return ways[-1]
