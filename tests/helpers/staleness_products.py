"""What happens to the files and records of a study between two runs, each a function."""

import os
import shutil
from base64 import urlsafe_b64encode
from collections.abc import Callable

from saliometer import shards
from staleness_study import Study

A_MAP = "maps/cars/original/lite/gradient/0/0.zarr.zip"
EARLIER = 1_500_000_000  # seconds: a modification time before any of ours


def touch_everything(study):
    for path in study.files():
        path.touch()


def delete_a_check(study):
    (study.results / "models" / "lite.parquet").unlink()


def with_old_times(study):
    for path in study.files():
        os.utime(path, (EARLIER, EARLIER))


def delete_a_map(study):
    next((study.folder / "results" / "study" / "maps").rglob("*.zarr.zip")).unlink()


def lose_records(study):
    shutil.rmtree(study.folder / ".snakemake")


def lose_some_records(study):
    """Those of all maps and of the tables."""
    for path in study.results.rglob("*.*"):
        if path.parts[len(study.results.parts)] in ("maps", "tables"):
            record = urlsafe_b64encode(path.relative_to(study.folder).as_posix().encode()).decode()
            (study.folder / ".snakemake" / "metadata" / record).unlink()


def copied_without_times(study):
    """As cp -r brings results elsewhere, in the worst order there is: what was made last is the oldest."""
    lose_records(study)
    files = sorted(study.results.rglob("*.*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for number, path in enumerate(files):
        os.utime(path, (EARLIER + number, EARLIER + number))


def copied_without_maps(study):
    shutil.rmtree(study.results / "maps")
    copied_without_times(study)


def swap_figures(study):
    one, two = sorted((study.results / "figures" / "scores").rglob("*.png"))[:2]
    contents = one.read_bytes(), two.read_bytes()
    one.write_bytes(contents[1])
    two.write_bytes(contents[0])


def digit_in(path: str) -> Callable[[Study], None]:
    """Change one digit of a file, and not its length or modification time."""

    def change(study):
        file = study.results / path
        content, status = file.read_bytes(), file.stat()
        place = content.rindex(b".") + 1
        digit = b"1" if content[place : place + 1] != b"1" else b"2"
        file.write_bytes(content[:place] + digit + content[place + 1 :])
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))

    return change


def cut_a_map(study):
    path = study.results / A_MAP
    path.write_bytes(path.read_bytes()[:-100])


def map_of(*keys: str, value) -> Callable[[Study], None]:
    """Put a map there that another job made: sealed, for this place, and without a trace in any record."""

    def change(study):
        arrays, attributes = shards.read(study.results / A_MAP)
        block = attributes["job"]
        for key in keys[:-1]:
            block = block[key]
        block[keys[-1]] = value
        shards.write(study.results / A_MAP, arrays, attributes)

    return change


def delete_logs(study):
    for folder in ("logs", "benchmarks"):
        shutil.rmtree(study.folder / "results" / "study" / folder)
