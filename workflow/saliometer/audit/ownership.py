"""Which files in a run's folder are the program's: by names that only it gives, and by what it writes inside.

A person keeps files there too. What the program can't have made is never deleted, whatever is asked.
"""

import re
import zipfile
import zlib
from pathlib import Path

from saliometer.audit.origin_files import FIGURES, is_named, read_mark
from saliometer.findings.figure_files import GROUPS
from saliometer.plan.products import FIGURE_SUFFIXES, PAGE
from saliometer.plan.stages import STAGES, table_files
from saliometer.products.paths import LOGS, PATTERNS, log_pattern, place_of
from saliometer.products.seals import UNREADABLE, DamagedError

FILES_OF_TABLES = {path for stage in STAGES for path in table_files(stage)}
FIGURE = re.compile(rf"figures/({'|'.join(GROUPS)})(/[^/]+){{4}}\.({'|'.join(FIGURE_SUFFIXES)})")
DEPTH_OF_LOGS = 3  # logs/{stage}/name.log; those of shards lie as deep as their products
TEMPORARY = re.compile(r"\.(.+)\.part")  # what a job writes to: see files.replaced_whole


def may_be_ours(path: Path) -> bool:
    """Tell whether the program gives a file such a name; ``path`` is from the results folder of the run."""
    temporary = TEMPORARY.fullmatch(path.name)
    if temporary:
        path = path.with_name(temporary[1])
    name, place = path.as_posix(), place_of(path)
    if path.parts[0] in LOGS:
        return _is_log(path)
    if path.parts[0] == "tables":
        return name in FILES_OF_TABLES
    return name == PAGE or bool(FIGURE.fullmatch(name)) or (place is not None and place.path == name)


def _is_log(path: Path) -> bool:
    folder, stage = path.parts[0], path.parts[1]
    depth = len(Path(log_pattern(folder, stage)).parts) if stage in PATTERNS else DEPTH_OF_LOGS
    return path.suffix == LOGS[folder] and len(path.parts) == depth


def is_unmarked(path: Path) -> bool:
    """Tell whether a file can be read and lacks what the program writes into each product of its kind.

    A link is none of the program's. A file that can't be read may be, and damaged; so may an empty one.
    """
    look = LOOKS.get(path.suffix)
    if path.is_symlink():
        return True
    try:
        return look is not None and path.stat().st_size > 0 and not look(path)
    except CANT_BE_READ:
        return False


def is_proved(path: Path) -> bool:
    """Tell whether a file with a name of ours shows that the program made it, for the place where it lies.

    A product does by its seal or mark or, where it can't be read any more, by how it begins; a figure also by
    the manifest that names it; a log by naming its product. Of no other file is anything deleted.
    """
    if path.is_symlink():
        return False
    if path.stat().st_size == 0 or TEMPORARY.fullmatch(path.name):
        return True
    proof = PROOFS.get(path.suffix)
    return proof is None or proof(path)


def _is_sealed_shard(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return "zarr.json" in archive.namelist() and b'"seal"' in archive.read("zarr.json")


def _is_sealed_table(path: Path) -> bool:
    import pyarrow.parquet as pq  # planning a workflow needs none of it

    from saliometer.tables import SEAL_KEY

    return SEAL_KEY in (pq.read_schema(path).metadata or {})


def _is_marked(path: Path) -> bool:
    return bool(read_mark(path).get("job"))


def _sealed_or_torn(path: Path) -> bool:
    """Tell a product that carries a seal, or begins like one and can't be read to its end."""
    try:
        return LOOKS[path.suffix](path)
    except CANT_BE_READ:
        with path.open("rb") as handle:
            return handle.read(len(BEGINNINGS[path.suffix])) == BEGINNINGS[path.suffix]


def _drawn_for_its_place(path: Path) -> bool:
    """Tell a figure or page that its manifest names, or whose mark names its place: not a copy of one."""
    if is_named(path):
        return True
    try:
        stem = read_mark(path).get("stem")
    except DamagedError:
        return False
    place = path.stem if path.suffix == ".html" else path.with_suffix("").as_posix()
    return bool(stem) and (place == stem or place.endswith(f"/{FIGURES}/{stem}"))


def _names_its_product(log: Path) -> bool:
    """Tell a log of a shard, which ends by naming what was written; logs of the whole run lie elsewhere."""
    text = log.read_bytes().decode(errors="replace")
    return any(
        f"{Path(*log.parts[number + 1 :]).with_suffix('').as_posix()}." in text
        for number, part in enumerate(log.parts)
        if part == "logs"
    )


def _begins_as_a_benchmark(path: Path) -> bool:
    with path.open("rb") as handle:
        return handle.read(len(BENCHMARK)) == BENCHMARK


CANT_BE_READ = (DamagedError, *UNREADABLE, zipfile.BadZipFile, zlib.error)
BEGINNINGS = {".zip": b"PK\x03\x04", ".parquet": b"PAR1"}
BENCHMARK = b"s\th:m:s\t"  # the first columns that Snakemake writes
DRAWN = (".png", ".svg", ".html")
LOOKS = {
    ".zip": _is_sealed_shard,
    ".parquet": _is_sealed_table,
    **dict.fromkeys(DRAWN, _is_marked),
}
PROOFS = {
    ".zip": _sealed_or_torn,
    ".parquet": _sealed_or_torn,
    **dict.fromkeys(DRAWN, _drawn_for_its_place),
    ".log": _names_its_product,
    ".tsv": _begins_as_a_benchmark,
}
