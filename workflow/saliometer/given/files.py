"""A table as it lies on disk: all cells as text, and the row of each as a spreadsheet numbers it."""

import csv
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from saliometer.errors import UserError, first_line
from saliometer.seals import UNREADABLE
from saliometer.tables import SEAL_KEY, read_parquet

FIRST_ROW = 2  # below the header
SHOWN_ROWS = 5


def read_cells(path: str | Path) -> pd.DataFrame:
    """Read a CSV or Parquet file (by its suffix) as text, "" for an empty cell; the index is the row.

    Rows are numbered as a spreadsheet does, the header being row 1; rows without any value are left out.
    Raises UserError in one line for a file that is absent, empty, no table, or of rows of other lengths.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise UserError(f"{path}: no such file; give a table of scores (.csv or .parquet)")
    if path.suffix not in (".csv", ".parquet"):
        raise UserError(f"{path}: its name must end in .csv or .parquet, which says how to read it")
    try:
        cells = _of_parquet(path) if path.suffix == ".parquet" else _of_csv(path)
    except (*UNREADABLE, pa.ArrowException, csv.Error) as error:
        raise UserError(f"{path}: can't be read as a table ({first_line(error)})") from None
    cells.index = pd.RangeIndex(FIRST_ROW, FIRST_ROW + len(cells))
    cells = cells[(cells != "").any(axis=1)]
    if cells.empty:
        raise UserError(f"{path}: holds no score; give a header and a row for each score")
    return cells


def _of_parquet(path: Path) -> pd.DataFrame:
    with pq.ParquetFile(path) as file:
        ours = SEAL_KEY in (file.schema_arrow.metadata or {})
        frame = None if ours else file.read().to_pandas()
    frame = read_parquet(path) if frame is None else frame
    return pd.DataFrame({str(name): _as_text(column) for name, column in frame.items()})


def _as_text(column: pd.Series) -> pd.Series:
    """Return cells as a CSV would have them: nothing for what is missing, 17 digits for numbers."""
    text = column.map(lambda cell: repr(float(cell)) if isinstance(cell, float) else str(cell))
    return text.str.strip().mask(column.isna(), "").astype(object)


def _of_csv(path: Path) -> pd.DataFrame:
    header = _header(path)
    _refuse_lengths(path, len(header))  # pandas would cut them or fill them up in silence
    cells = pd.read_csv(
        path,
        index_col=False,
        dtype=str,
        keep_default_na=False,
        skip_blank_lines=False,
        encoding="utf-8-sig",
    )
    cells.columns = header
    return cells.fillna("").apply(lambda column: column.str.strip())


def _refuse_lengths(path: Path, n_columns: int) -> None:
    """Raise UserError naming the rows of another length than the header's; empty rows may have any."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        sizes = ((row, len(cells)) for row, cells in enumerate(csv.reader(handle), 1) if any(cells))
        rows = [(row, n) for row, n in sizes if n != n_columns]
    for what, wrong in (
        ("more", [row for row, n in rows if n > n_columns]),
        ("fewer", [row for row, n in rows if n < n_columns]),
    ):
        if wrong:
            raise UserError(f"{path}: {in_rows(wrong)}: {what} values than the header has columns")


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        header = [name.strip() for name in next(csv.reader(handle), [])]
    if not header:
        raise UserError(f"{path}: is empty; give a header and a row for each score")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise UserError(f"{path}: row 1: column {twice[0]!r} is there twice; keep one of them")
    return header


def in_rows(rows) -> str:
    """Return ``row 7`` or ``rows 7, 9, 12 and 4 more``."""
    numbers = [str(row) for row in rows]
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    more = f" and {len(numbers) - SHOWN_ROWS:,} more" if len(numbers) > SHOWN_ROWS else ""
    return f"rows {', '.join(numbers[:SHOWN_ROWS])}{more}"
