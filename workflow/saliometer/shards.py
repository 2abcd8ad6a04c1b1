"""Shards: single-file Zarr stores that are written whole and prove their own content when read.

A shard is one ``.zarr.zip``: a Zarr group of arrays with a JSON object of attributes, packed with
sorted, stored entries and a fixed date, so that equal content gives equal bytes. One file per job,
because a Zarr folder with a deleted chunk reads back as zeros without an error.
"""

import hashlib
import json
import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from saliometer.products import seals
from saliometer.products.files import replaced_whole
from saliometer.products.seals import DamagedError

FORMAT = 2
FIXED_DATE = (1980, 1, 1, 0, 0, 0)
CHUNK_BYTES = 16 * 2**20
OF_GROUP = "zarr.json"  # the entry that holds the attributes
UNREADABLE = (*seals.UNREADABLE, zipfile.BadZipFile, zlib.error)

# Planning a workflow reads attributes alone, without zarr: it is imported where arrays are written and read.


class Shard(NamedTuple):
    """The content of a shard: ``arrays`` by name and the JSON ``attributes``."""

    arrays: dict[str, np.ndarray]
    attributes: dict


def write(path: str | Path, arrays: dict[str, np.ndarray], attributes: dict) -> None:
    """Write a shard under a temporary name in the same folder, fsync it, and rename it to ``path``.

    ``attributes`` must be JSON-serialisable; a seal over them, the digest of each array and the place in
    the results folder is added. Nothing half-written ever bears the final name.
    """
    import zarr
    from zarr.storage import MemoryStore

    buffers: dict = {}
    group = zarr.create_group(store=MemoryStore(buffers), zarr_format=3)
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        group.create_array(name, data=array, chunks=_chunks(array))
    attributes = json.loads(json.dumps(attributes, sort_keys=True))
    content = {
        "format": FORMAT,
        "arrays": {name: _array_digest(arrays[name]) for name in sorted(arrays)},
    }
    seal = seals.seal(path, attributes, content)
    group.update_attributes({**attributes, "seal": seal})
    with (
        replaced_whole(path) as temporary,
        zipfile.ZipFile(temporary, "w", compression=zipfile.ZIP_STORED) as archive,
    ):
        for key in sorted(buffers):
            entry = zipfile.ZipInfo(key, date_time=FIXED_DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, buffers[key].to_bytes())


def read(path: str | Path, names: list[str] | None = None) -> Shard:
    """Read a shard and check it against its own seal: digests, format and place.

    Parameters: ``names``, the arrays wanted (default: all of them).
    Raises UserError, naming the file and the mend: DamagedError when it is truncated, altered, foreign or was
    written for another place in a results folder; a plain one when it is absent or may not be opened.
    """
    import zarr
    from zarr.storage import ZipStore

    path = Path(path)
    seals.check_opens(path, "shard")
    try:
        with zipfile.ZipFile(path):
            pass  # ZipStore opens lazily and then hides why a file can't be opened
        with ZipStore(path, mode="r") as store:
            group = zarr.open_group(store, mode="r")
            attributes = dict(group.attrs)
            seal = attributes.pop("seal")
            promised, layout = seal["arrays"], seal["format"]
            chosen = sorted(promised) if names is None else names
            arrays = {name: group[name][...] for name in chosen}
    except UNREADABLE as error:
        raise DamagedError(path, f"can't be read: {type(error).__name__}") from error
    _check_seal(path, layout, seal, attributes)
    for name, array in arrays.items():
        if _array_digest(array) != promised.get(name):
            raise DamagedError(path, f"array {name!r} does not match its digest")
    return Shard(arrays, attributes)


def read_attributes(path: str | Path) -> dict:
    """Read and check the attributes of a shard alone, as ``read`` does.

    Planning reads thousands: they come straight from the archive, which takes a third of the time.
    """
    seals.check_opens(path, "shard")
    try:
        with zipfile.ZipFile(path) as archive:
            attributes = json.loads(archive.read(OF_GROUP))["attributes"]
        seal = attributes.pop("seal")
        layout = seal["format"]
    except UNREADABLE as error:
        raise DamagedError(path, f"can't be read: {type(error).__name__}") from error
    _check_seal(path, layout, seal, attributes)
    return attributes


def expect(shard: Shard, path: str | Path, /, **attributes) -> None:
    """Raise UserError, naming the file ``path``, unless a shard has these attributes with these values."""
    for name, expected in attributes.items():
        if name not in shard.attributes:
            raise DamagedError(path, f"it has no {name}, where {expected!r} is expected")
        if shard.attributes[name] != expected:
            actual = shard.attributes[name]
            raise DamagedError(path, f"{name} is {actual!r} where {expected!r} is expected")


def _check_seal(path: str | Path, layout, seal, attributes: dict) -> None:
    if layout != FORMAT:
        raise DamagedError(path, f"format {layout!r} where {FORMAT} is expected")
    seals.check(path, seal, attributes)


def _chunks(array: np.ndarray) -> tuple[int, ...]:
    """Cut along the first axis only, in chunks of about CHUNK_BYTES, so that rows stay whole."""
    if array.ndim == 0 or array.size == 0:
        return tuple(max(1, size) for size in array.shape)
    rows = max(1, min(len(array), CHUNK_BYTES // max(1, array[0].nbytes)))
    return (rows, *array.shape[1:])


def _array_digest(array: np.ndarray) -> str:
    array = np.ascontiguousarray(array)
    digest = hashlib.sha256(f"{array.dtype.str} {array.shape} ".encode())
    digest.update(array.data if array.size else b"")
    return digest.hexdigest()
