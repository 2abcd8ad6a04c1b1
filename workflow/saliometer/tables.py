"""Tidy tables: Parquet for programs, CSV for people, both written whole or not at all."""

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from saliometer.errors import UserError, first_line
from saliometer.files import replaced_whole

METADATA_KEY = b"saliometer"


def write_parquet(frame: pd.DataFrame, path: str | Path, metadata: dict | None = None) -> None:
    """Write a table as Parquet with ``metadata`` (JSON-serialisable) in the file's schema."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    stored = {METADATA_KEY: json.dumps(metadata or {}, sort_keys=True).encode()}
    # Without pandas' own schema entry, which records the library's version, the bytes depend on the
    # content alone.
    table = table.replace_schema_metadata(stored)
    with replaced_whole(path) as temporary:
        pq.write_table(table, temporary)


def read_parquet(path: str | Path) -> pd.DataFrame:
    """Read a Parquet table; raises UserError naming the file when it is absent or can't be read."""
    try:
        return pq.read_table(path).to_pandas()
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(path, error) from error


def parquet_metadata(path: str | Path) -> dict:
    """Read the metadata that ``write_parquet`` stored; {} when there is none."""
    try:
        stored = pq.read_schema(path).metadata or {}
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(path, error) from error
    return json.loads(stored.get(METADATA_KEY, b"{}"))


def write_table(frame: pd.DataFrame, stem: str | Path) -> None:
    """Write ``stem``.parquet and ``stem``.csv; undefined values are empty in the CSV."""
    stem = Path(stem)
    write_parquet(frame, stem.with_name(stem.name + ".parquet"))
    with replaced_whole(stem.with_name(stem.name + ".csv")) as temporary:
        frame.to_csv(temporary, index=False)


def _unreadable(path: str | Path, error: Exception) -> UserError:
    if isinstance(error, FileNotFoundError):
        return UserError(f"{path}: no such table; run its stage")
    return UserError(f"{path}: not a readable Parquet table ({first_line(error)}); delete it and run again")
