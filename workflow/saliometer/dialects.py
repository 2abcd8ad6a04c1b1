"""How a CSV file is written: its encoding, and what parts its cells."""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from saliometer.errors import UserError

# By their byte order marks, the longer first: UTF-32's begins like UTF-16's.
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
WORKBOOK = b"PK\x03\x04"
SAMPLE_BYTES = 4096
LONGEST_HEADER = 100_000  # signs that are looked at; a cell of more is refused by Python's csv
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
OF_EXCEL = re.compile(r"sep=(.)\r?\n?")  # a line before the header, by which Excel tells the separator


class Dialect(NamedTuple):
    """``encoding`` as Python calls it, ``separator`` of cells, and how many lines come before the header."""

    encoding: str
    separator: str
    skipped: int


def find_dialect(path: Path, names: Iterable[str]) -> Dialect:
    """Return how a CSV file is written, as spreadsheets write it.

    The separator is what parts the header so that most of ``names``, the columns that there may be, are found
    in it; commas where none are. Raises UserError for what is no text, OSError and UnicodeError.
    """
    with path.open("rb") as handle:
        sample = handle.read(SAMPLE_BYTES)
    if sample.startswith(WORKBOOK):
        raise UserError(f"{path}: is a workbook or an archive, not CSV; save the sheet as CSV")
    encoding = next((name for mark, name in MARKS.items() if sample.startswith(mark)), "utf-8")
    if encoding == "utf-8" and b"\0" in sample:
        raise UserError(f"{path}: is no text, or UTF-16 without a byte order mark; save it as CSV in UTF-8")
    with path.open(encoding=encoding, newline="") as handle:
        line = handle.readline(LONGEST_HEADER)
        separator = OF_EXCEL.fullmatch(line)
    if separator:
        return Dialect(encoding, separator[1], 1)
    known = set(names)
    n_known = {sign: len(known & {name.strip() for name in _first_row(line, sign)}) for sign in SEPARATORS}
    return Dialect(encoding, max(n_known, key=n_known.get), 0)


def _first_row(line: str, separator: str) -> list[str]:
    return next(csv.reader([line], delimiter=separator), [])


@contextmanager
def rows_of(path: Path, dialect: Dialect, strict: bool = False) -> Iterator[Iterator[list[str]]]:
    """Open a CSV file at its header and yield its rows; ``strict`` refuses what quotes leave unclear."""
    with path.open(encoding=dialect.encoding, newline="") as handle:
        for _ in range(dialect.skipped):
            handle.readline()
        yield csv.reader(handle, delimiter=dialect.separator, strict=strict)
