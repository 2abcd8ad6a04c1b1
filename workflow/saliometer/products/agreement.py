"""Products that belong together: what each says that it was made from is what lies there.

A file of another run under a right name is whole and sealed. Only what it remembers of its job and of its
inputs tells that it is foreign.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from saliometer.products.origins import Origin, digest_of_jobs, digests_of, inputs_of_run, origin_of
from saliometer.products.paths import MADE_BY, OF_RUN, PATTERNS, place_of, products
from saliometer.products.seals import DamagedError

# Settings that mean the same in all jobs. Those of the whole run, which has a name, its own jobs tell all.
OF_ALL_JOBS = ("seed", "dataset", "form", "replicate")
RUN = "run"
# Made by the same job, and never deleted to save space.
TWINS = {stage: second for second, stage in MADE_BY.items()}

# Where products come from, by their kind (a stage, or "tables") and path.
Origins = Mapping[str, Mapping[Path, Origin]]


class Foreign(NamedTuple):
    """A product that does not belong to the others, and why."""

    path: Path
    reason: str


def check_inputs(job: dict, read: Mapping[str, Mapping[str | Path, dict]]) -> None:
    """Raise DamagedError, naming the file, unless a job's inputs have its settings and belong together.

    Parameters: ``read``, the attributes or metadata of all inputs by kind and path.
    """
    origins = {
        kind: {Path(path): origin_of(attributes) for path, attributes in files.items()}
        for kind, files in read.items()
    }
    for foreign in (*of_other_settings(job["settings"], origins), *foreign_products(origins)):
        raise DamagedError(foreign.path, foreign.reason)


def foreign_products(origins: Origins) -> Iterator[Foreign]:
    """Yield the products that were made from others than those that were read with them.

    Parameters: ``origins``, no kind before what it is made from. A kind that was not read whole (maps may be
    deleted), or holds a foreign one, is not compared; yet all that remember the same inputs must remember the
    same of them.
    """
    read = {kind: dict(files) for kind, files in origins.items()}
    expected: dict[tuple, list[dict]] = {}
    for kind, files in origins.items():
        for path, origin in sorted(files.items(), key=lambda item: "tables" in item[1].made_from):
            if unlike := _unlike_input(path, origin, read, expected):
                del read[kind][path]
                yield Foreign(path, f"it was made from other {unlike} than those of this run")


def _unlike_input(path: Path, origin: Origin, read: Origins, expected: dict) -> str | None:
    """Return the first kind of inputs of which a product remembers others; ``expected`` by kind and paths."""
    for kind, remembered in origin.made_from.items():
        inputs = _inputs_of(path, kind, origin, read)
        if inputs and (kind, inputs) not in expected:
            expected[kind, inputs] = _expected(kind, inputs, read) or [remembered]
        if any(digests.items() - remembered.items() for digests in expected.get((kind, inputs), ())):
            return kind
    return None


def foreign_in(results: Path, origins: Origins) -> list[Foreign]:
    """List the products in a run's folder that do not belong to the others, each once.

    What tells of the whole run must tell of the run of its scores.
    """
    foreign_by_path = {foreign.path: foreign for foreign in foreign_products(origins)}
    scores = results / "tables" / "scores.parquet"
    if scores in origins.get("tables", {}) and scores not in foreign_by_path:
        settings = origins["tables"][scores].job.get("settings", {})
        of_run = {kind: origins.get(kind, {}) for kind in OF_RUN}
        foreign_by_path |= {foreign.path: foreign for foreign in of_other_settings(settings, of_run)}
    return list(foreign_by_path.values())


def of_other_settings(settings: Mapping, origins: Origins) -> Iterator[Foreign]:
    """Yield the products whose jobs had other settings than a job's own, as far as both tell them."""
    for files in origins.values():
        for path, origin in files.items():
            theirs = origin.job.get("settings", {})
            if RUN in settings and RUN in theirs:
                differing = [key for key in sorted(settings | theirs) if settings.get(key) != theirs.get(key)]
            else:
                both = (key for key in OF_ALL_JOBS if key in settings and key in theirs)
                differing = [key for key in both if settings[key] != theirs[key]]
            if differing:
                yield Foreign(path, f"it was made with another {differing[0]}")


def _inputs_of(path: Path, kind: str, origin: Origin, origins: Origins) -> tuple[Path, ...]:
    """Return where that lies which a product remembers of a kind (outside of a results folder: all read)."""
    place = place_of(path)
    if place is None:
        return tuple(origins.get(kind, {}))
    if place.stage in PATTERNS:
        names = (PATTERNS[kind].format(**place.axes),)
    elif kind in PATTERNS:
        names = tuple(products(kind, origin.job["settings"]))
    else:
        reader = {"tables": "{table}", "figures": "figures/{group}", "report": "report"}[place.stage]
        is_table_study = "table_study" in origin.job["settings"]
        names = inputs_of_run(reader.format(**place.axes), is_table_study)[kind]
    return tuple(place.results / name for name in names)


def _expected(kind: str, inputs: tuple[Path, ...], origins: Origins) -> list[dict]:
    """Return what a product must remember of its inputs, as far as they were read."""
    expected = []
    read = origins.get(kind, {})
    if all(path in read for path in inputs):
        expected.append(digests_of([read[path] for path in inputs]))
    places = [place_of(path) for path in inputs]
    if kind in TWINS and all(places):
        twin, pattern = TWINS[kind], PATTERNS[TWINS[kind]]
        paths = [place.results / pattern.format(**place.axes) for place in places]
        read = origins.get(twin, {})
        if all(path in read for path in paths):
            expected.append({"jobs": digest_of_jobs([read[path].job_digest for path in paths])})
    return expected
