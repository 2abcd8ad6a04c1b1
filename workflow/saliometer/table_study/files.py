"""A table as it lies on disk: all cells as text, and the row of each as a spreadsheet numbers it."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from saliometer.cells import unguarded
from saliometer.dialects import Dialect, find_dialect, rows_of
from saliometer.errors import UserError, first_line
from saliometer.products.files import why_no_file
from saliometer.products.seals import UNREADABLE
from saliometer.tables import SEAL_KEY, read_parquet

FIRST_ROW = 2  # below the header
SHOWN_NAMES = 5
SUFFIXES = (".csv", ".parquet")


class TableFile(NamedTuple):
    """A file of a table, its header read: ``dialect`` is None for Parquet."""

    path: Path
    columns: list[str]
    dialect: Dialect | None


def open_table(path: str | Path, names: Iterable[str]) -> TableFile:
    """Read the header of a CSV or Parquet file (by its suffix).

    Parameters: ``names``, the columns that there may be, by which the separator of a CSV file is found.
    Raises UserError in one line for a file that is absent, empty, no table, or has a column twice.
    """
    path = Path(path).expanduser()
    problem = why_no_file(path)
    if problem:
        raise UserError(f"{path}: {problem}; give a table of scores (.csv or .parquet)")
    if path.suffix not in SUFFIXES:
        raise UserError(f"{path}: its name must end in .csv or .parquet, which says how to read it")
    with _readable(path):
        dialect = None if path.suffix == ".parquet" else find_dialect(path, names)
        columns = _header_of_csv(path, dialect) if dialect else list(map(str, pq.read_schema(path).names))
    if not columns:
        raise UserError(f"{path}: is empty; give a header and a row for each score")
    twice = sorted(name for name, count in Counter(columns).items() if count > 1)
    if twice:
        raise UserError(f"{path}: row 1: column {twice[0]!r} is there twice; keep one of them")
    return TableFile(path, columns, dialect)


def read_cells(table: TableFile, columns: Sequence[str]) -> pd.DataFrame:
    """Read some columns of a table as text, "" for an empty cell; the index is the row.

    Rows are numbered as a spreadsheet does, the header being row 1; rows without any value are left out.
    Raises UserError in one line for a file that can't be read, holds no row or rows of other lengths.
    """
    with _readable(table.path):
        cells = _of_csv(table, columns) if table.dialect else _of_parquet(table.path, columns)
    if cells.empty:
        raise UserError(f"{table.path}: holds no score; give a header and a row for each score")
    return cells


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn what reading a file as a table may raise into UserError."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path}: holds a byte {error.object[error.start]:#04x} that is no {error.encoding.upper()}; "
            "save it as CSV in UTF-8"
        ) from None
    except (*UNREADABLE, pa.ArrowException, csv.Error) as error:
        raise UserError(f"{path}: can't be read as a table ({first_line(error)})") from None


def _of_parquet(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    with pq.ParquetFile(path) as file:
        ours = SEAL_KEY in (file.schema_arrow.metadata or {})
        frame = None if ours else file.read(list(columns)).to_pandas()
    frame = read_parquet(path) if frame is None else frame
    cells = pd.DataFrame({name: _as_text(frame[name]) for name in columns})
    cells.index = pd.RangeIndex(FIRST_ROW, FIRST_ROW + len(cells))
    return cells[(cells != "").any(axis=1)]


def _as_text(column: pd.Series) -> pd.Series:
    """Return cells as a CSV would have them: nothing for what is missing, 17 digits for numbers."""
    text = column.map(lambda cell: repr(float(cell)) if isinstance(cell, float) else str(cell))
    return text.str.strip().mask(column.isna(), "").astype(object)


def _of_csv(table: TableFile, columns: Sequence[str]) -> pd.DataFrame:
    blank = _blank_rows(table)  # pandas would cut rows or fill them up in silence
    places = {table.columns.index(name): name for name in columns}
    cells = pd.read_csv(
        table.path,
        index_col=False,
        dtype=str,
        keep_default_na=False,
        skip_blank_lines=False,
        header=None,
        skiprows=table.dialect.skipped + 1,
        usecols=list(places),
        names=range(len(table.columns)),
        sep=table.dialect.separator,
        encoding=table.dialect.encoding,
    ).rename(columns=places)
    cells.index = pd.RangeIndex(FIRST_ROW, FIRST_ROW + len(cells))
    cells = cells[list(columns)].drop(index=blank, errors="ignore").fillna("")
    return cells.apply(lambda column: column.str.strip().map(unguarded))


def _blank_rows(table: TableFile) -> list[int]:
    """Return the rows without any value; raises UserError for those of another length than the header's."""
    n_columns, blank, wrong = len(table.columns), [], {"more": [], "fewer": []}
    with rows_of(table.path, table.dialect) as rows:
        next(rows)
        for row, cells in enumerate(rows, FIRST_ROW):
            if not any(cell and not cell.isspace() for cell in cells):
                blank.append(row)
            elif len(cells) != n_columns:
                wrong["more" if len(cells) > n_columns else "fewer"].append(row)
    for what, numbers in wrong.items():
        if numbers:
            raise UserError(f"{table.path}: {in_rows(numbers)}: {what} values than the header has columns")
    return blank


def _header_of_csv(path: Path, dialect: Dialect) -> list[str]:
    with rows_of(path, dialect) as rows:
        return [unguarded(name.strip()) for name in next(rows, [])]


def in_rows(rows) -> str:
    """Return ``row 7`` or ``rows 7, 9, 12 and 4 more``."""
    numbers = [str(row) for row in rows]
    return f"row {numbers[0]}" if len(numbers) == 1 else f"rows {listed(numbers)}"


def listed(names: Iterable[str]) -> str:
    """Return the first few names with commas between them, and how many more there are."""
    names = list(names)
    more = f" and {len(names) - SHOWN_NAMES:,} more" if len(names) > SHOWN_NAMES else ""
    return f"{', '.join(names[:SHOWN_NAMES])}{more}"
