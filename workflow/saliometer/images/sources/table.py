"""A CSV or Parquet table with one row per image: columns ``path`` and ``label`` (index, wnid or label).

Further columns are ignored. Paths are absolute or relative to the table's folder. The root of the images
is the table's folder or, when some lie outside it, the deepest folder that holds them all; so ids do not
change when table and images move together.
"""

import csv
import os
from itertools import zip_longest
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field

from saliometer.cells import unguarded
from saliometer.dialects import find_dialect, rows_of
from saliometer.errors import UserError, first_line
from saliometer.images.imagenet import class_indices
from saliometer.images.source import Candidate, SourceSettings, existing_file


class Settings(SourceSettings):
    """Where the table lies."""

    source: Literal["table"] = Field(description="A table with the columns path and label")
    path: str = Field(min_length=1, description="The table, a .csv or .parquet file")


class Row(NamedTuple):
    """What a row says of an image: its path as written, and its class as index, wnid or label."""

    path: str
    label: str


def root(settings: Settings) -> Path:
    """Return the folder to which ids and paths are relative; raises UserError as ``read_rows`` does."""
    table = _table(settings)
    return _common_root(table, [_absolute(table, row.path) for row in read_rows(table)])


def find(settings: Settings) -> list[Candidate]:
    """List the rows.

    Raises UserError as ``read_rows`` does, and when labels have no class or two (all are listed).
    """
    table = _table(settings)
    rows = read_rows(table)
    indices = class_indices([row.label for row in rows], f"{table}: column 'label'")
    paths = [_absolute(table, row.path) for row in rows]
    folder = _common_root(table, paths)
    ids = [path.relative_to(folder).as_posix() for path in paths]
    return [Candidate(id, id, indices[row.label]) for id, row in zip(ids, rows, strict=True)]


def read_rows(table: Path) -> list[Row]:
    """Read the two columns of a table.

    Raises UserError when it is of another kind, unreadable, lacks a column, or has rows without a path
    or a label (all are listed) or with more fields than the header.
    """
    readers = {".csv": _read_csv, ".parquet": _read_parquet}
    if table.suffix.lower() not in readers:
        raise UserError(f"{table}: neither .csv nor .parquet; save the table as one of them")
    rows = readers[table.suffix.lower()](table)
    gaps = [str(number) for number, row in enumerate(rows, start=1) if not all(row)]
    if gaps:
        raise UserError(
            f"{table}: no path or no label in row {', '.join(gaps)} below the header; fill them in"
        )
    return rows


def _read_csv(table: Path) -> list[Row]:
    try:
        with rows_of(table, find_dialect(table, Row._fields), strict=True) as rows:
            header = next(rows, [])
            _check_columns(table, header)
            records = [row for row in rows if row]
    except (OSError, UnicodeError, csv.Error) as error:
        raise UserError(f"{table}: not a readable CSV table ({error})") from error
    longer = [str(number) for number, record in enumerate(records, start=1) if len(record) > len(header)]
    if longer:
        raise UserError(
            f"{table}: more fields than columns in row {', '.join(longer)}; put quotes around commas"
        )
    cells = [dict(zip_longest(header, record, fillvalue="")) for record in records]
    return [Row(unguarded(row["path"]), unguarded(row["label"])) for row in cells]


def _read_parquet(table: Path) -> list[Row]:
    # Imported here: the workflow imports this module while it parses.
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        _check_columns(table, pq.read_schema(table).names)
        columns = pq.read_table(table, columns=list(Row._fields)).to_pydict()
    except (OSError, pa.ArrowException) as error:
        raise UserError(f"{table}: not a readable Parquet table ({first_line(error)})") from error
    texts = [["" if value is None else str(value) for value in columns[name]] for name in Row._fields]
    return [Row(path, label) for path, label in zip(*texts, strict=True)]


def _check_columns(table: Path, names: list[str]) -> None:
    missing = [name for name in Row._fields if name not in names]
    if missing:
        raise UserError(f"{table}: no column {' and no column '.join(missing)}; it needs path and label")


def _table(settings: Settings) -> Path:
    return Path(os.path.abspath(existing_file(settings.path, "a table of images")))


def _absolute(table: Path, path: str) -> Path:
    """Return an absolute path without "..", symbolic links left as they are."""
    return Path(os.path.abspath(table.parent / path))


def _common_root(table: Path, paths: list[Path]) -> Path:
    if all(path.is_relative_to(table.parent) for path in paths):
        return table.parent
    return Path(os.path.commonpath([path.parent for path in paths]))
