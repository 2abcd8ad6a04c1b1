"""The statements of a page as data: who is said to score better than whom, in every sentence and table."""

import re
from collections.abc import Iterator
from typing import NamedTuple

NAME = r"[MC]\d+"
AMOUNT = r"(?: \((?:by [^)]*|after [^)]*|where [^)]*)\))?"
LIST = rf"(?:{NAME}{AMOUNT}(?:, | and )?)+"
LITTLE = "too little to matter"
TOLD, NOT_TOLD = "told apart", "not told apart"


class Claim(NamedTuple):
    """``kind``: TOLD or NOT_TOLD, the latter of a pair without order; ``matters``: by enough or not."""

    kind: str
    better: str
    worse: str
    matters: bool
    sentence: str


def sentences(content) -> Iterator[str]:
    """Yield every text of a section's content, however deep, but those of pictures and tables."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for key, value in content.items():
            if key not in ("figures", "table", "meanings", "text", "panels"):
                yield from sentences(value)
    elif hasattr(content, "_asdict"):
        if not hasattr(content, "caption"):  # a table or a picture
            yield from sentences(content._asdict())
    elif isinstance(content, list | tuple):
        for one in content:
            yield from sentences(one)


def names(text: str) -> list[str]:
    """Return the methods of a list in words."""
    return re.findall(NAME, re.sub(r"\([^)]*\)", "", text))


def claims(text: str) -> Iterator[Claim]:
    """Yield what a sentence claims of pairs of methods."""
    for found in re.finditer(
        rf"({LIST})(?:scores|each score|score)? ?(?:scores? better than) ({LIST})", text
    ):
        matters = LITTLE not in text
        yield from (
            Claim(TOLD, one, other, matters, text) for one in names(found[1]) for other in names(found[2])
        )
    for words in (rf"({LIST})(?:are not told apart| are not told apart)", rf"No two of ({LIST})"):
        for found in re.finditer(words, text):
            yield from _all_pairs(names(found[1]), text)
    for found in re.finditer(rf"(?:An order (?:between|among)|decides nothing among) ({LIST})", text):
        yield from _all_pairs(names(found[1]), text)
    for found in re.finditer(rf"nothing among ({LIST})", text):
        yield from _all_pairs(names(found[1]), text)
    for found in re.finditer(rf"({NAME}) leads.*the lead over ({LIST})is not certain", text):
        yield from (Claim(NOT_TOLD, found[1], other, True, text) for other in names(found[2]))
    for found in re.finditer(rf"({NAME}) leads.*the lead over ({LIST})is certain and too small", text):
        yield from (Claim(TOLD, found[1], other, False, text) for other in names(found[2]))


def against_controls(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield (method, control, "better", "worse" or "not told apart") of a sentence about a control."""
    for found in re.finditer(
        rf"({LIST})(?:, which is [^:]*)?: (better than|worse than|not told apart from) the control ({NAME})",
        text,
    ):
        yield from ((name, found[3], found[2].split()[0]) for name in names(found[1]))


def _all_pairs(group: list[str], text: str) -> Iterator[Claim]:
    for place, one in enumerate(group):
        yield from (Claim(NOT_TOLD, one, other, True, text) for other in group[place + 1 :])
