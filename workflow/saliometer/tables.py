"""Tidy tables: Parquet for programs, CSV for people, both written whole or not at all."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from saliometer import cells
from saliometer.errors import first_line
from saliometer.products import seals
from saliometer.products.files import replaced_whole
from saliometer.products.manifests import file_digest
from saliometer.products.paths import place_of
from saliometer.products.seals import DamagedError

METADATA_KEY = b"saliometer"
SEAL_KEY = b"saliometer.seal"
CSV_KEY = "csv"  # in a seal: the digest of the CSV beside the table


def write_parquet(frame: pd.DataFrame, path: str | Path, metadata: dict | None = None) -> None:
    """Write a table as Parquet with ``metadata`` (JSON-serialisable) and a seal in the file's schema.

    The seal holds a digest of every value and the place in the results folder.
    """
    _write(pa.Table.from_pandas(frame, preserve_index=False), path, metadata or {})


def read_parquet(path: str | Path) -> pd.DataFrame:
    """Read a Parquet table and check it against its seal.

    Raises UserError, naming the file and the mend: DamagedError when it is truncated, altered, foreign or
    was written for another place in a results folder; a plain one when it is absent or may not be opened.
    Elsewhere than in a results folder, a table without a seal is taken as it is.
    """
    return read_with_metadata(path)[0]


def read_with_metadata(path: str | Path) -> tuple[pd.DataFrame, dict]:
    """Read a Parquet table as ``read_parquet`` does, and its metadata; {} when there is none."""
    seals.check_opens(path, "table")
    try:
        # ParquetFile, as read_table takes folders named "key=value" for columns.
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            table = file.read()
    except (*seals.UNREADABLE, pa.ArrowException) as error:
        raise _unreadable(path, error) from error
    metadata, seal = _checked_metadata(path, table.schema)
    if seal and seal.get("content") != _content_digest(table):
        raise DamagedError(path, "its values do not match their digest")
    return table.to_pandas(), metadata


def parquet_metadata(path: str | Path) -> dict:
    """Read and check the metadata that ``write_parquet`` stored; {} when there is none."""
    return _read_metadata(path)[0]


def write_table(frame: pd.DataFrame, stem: str | Path, metadata: dict | None = None) -> None:
    """Write ``stem``.parquet, with ``metadata``, and ``stem``.csv; undefined values are empty in the CSV.

    The CSV is that of the Parquet table as it reads back; the seal of that holds its digest.
    """
    stem = Path(stem)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    with replaced_whole(stem.with_name(stem.name + ".csv")) as temporary:
        for_people(table.replace_schema_metadata().to_pandas()).to_csv(temporary, index=False)
        digest = {CSV_KEY: file_digest(temporary)}
        _write(table, stem.with_name(stem.name + ".parquet"), metadata or {}, digest)


def for_people(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table as its CSV has it: no text and no column's name is a formula to a spreadsheet.

    See ``cells.guarded``: the Parquet table keeps the names as they are.
    """
    guarded = frame.rename(columns=cells.guarded)
    for place, (_, column) in enumerate(frame.items()):
        if isinstance(column.dtype, pd.StringDtype | pd.CategoricalDtype):  # as Parquet's texts are read
            texts = {text: cells.guarded(text) for text in column.dropna().unique()}
            if any(text != plain for plain, text in texts.items()):
                guarded.isetitem(place, column.astype(object).map(texts))
    return guarded


def check_csv(path: str | Path) -> dict:
    """Compare a CSV with its digest in the Parquet table beside it, whose metadata are returned.

    Raises UserError as ``parquet_metadata`` does: DamagedError for a CSV that is not that of the table.
    """
    path = Path(path)
    sealed = path.with_suffix(".parquet")
    metadata, seal = _read_metadata(sealed)
    seals.check_opens(path, "table")
    if seal is None or seal.get(CSV_KEY) != file_digest(path):
        raise DamagedError(path, f"it is not the table of {sealed.name}")
    return metadata


def _write(table: pa.Table, path: str | Path, metadata: dict, more: dict | None = None) -> None:
    metadata = json.loads(json.dumps(metadata, sort_keys=True))
    seal = seals.seal(path, metadata, {"content": _content_digest(table), **(more or {})})
    # Without pandas' own schema entry, which records the library's version, the bytes depend on the
    # content alone.
    stored = {METADATA_KEY: metadata, SEAL_KEY: seal}
    table = table.replace_schema_metadata(
        {key: json.dumps(value, sort_keys=True).encode() for key, value in stored.items()}
    )
    with replaced_whole(path) as temporary:
        pq.write_table(table, temporary, write_page_checksum=True)


def _read_metadata(path: str | Path) -> tuple[dict, dict | None]:
    seals.check_opens(path, "table")
    try:
        schema = pq.read_schema(path)
    except (*seals.UNREADABLE, pa.ArrowException) as error:
        raise _unreadable(path, error) from error
    return _checked_metadata(path, schema)


def _checked_metadata(path: str | Path, schema: pa.Schema) -> tuple[dict, dict | None]:
    """Return the metadata and the seal of a table; the seal is None where none is needed."""
    stored = schema.metadata or {}
    try:
        metadata, seal = (
            json.loads(stored[key]) if key in stored else None for key in (METADATA_KEY, SEAL_KEY)
        )
    except ValueError as error:
        raise _unreadable(path, error) from error
    if seal is not None:
        seals.check(path, seal, metadata)
    elif place_of(path):
        raise DamagedError(path, "it has no seal")
    return metadata or {}, seal


def _content_digest(table: pa.Table) -> str:
    """Return a sha256 over the names, types and values of a table's columns, however they are chunked."""
    columns = [[field.name, _kind(field.type)] for field in table.schema]
    digest = hashlib.sha256(json.dumps([table.num_rows, columns]).encode())
    for column in table.columns:
        digest.update(np.packbits(column.is_valid().to_numpy()))
        for part in _values(column.drop_null()):
            digest.update(part)
    return digest.hexdigest()


def _kind(type_: pa.DataType) -> str:
    """Return the name of a column's type as far as Parquet keeps it."""
    if pa.types.is_primitive(type_):
        return str(type_)
    return "text" if pa.types.is_string(type_) or pa.types.is_large_string(type_) else "other"


def _values(column: pa.ChunkedArray) -> list:
    """Return the bytes of a column without nulls: numbers as they are, texts with their lengths."""
    kind = _kind(column.type)
    if kind == "other":
        return [repr(column.to_pylist()).encode()]
    if kind != "text":
        return [np.ascontiguousarray(column.to_numpy())]
    texts = column.cast(pa.large_binary()).combine_chunks()
    if not len(texts):
        return []
    _, ends, letters = texts.buffers()
    ends = np.frombuffer(ends, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return [np.diff(ends), letters[ends[0] : ends[-1]]] if letters else [np.diff(ends)]


def _unreadable(path: str | Path, error: BaseException) -> DamagedError:
    return DamagedError(path, f"not a readable Parquet table: {first_line(error)}")
