"""Where the products of each stage lie in the results folder of a run: patterns over the axes, as data.

The workflow makes its rules of them; commands that work on a whole run list its files with them, since
thousands of paths do not fit on a command line.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import NamedTuple

PATTERNS = {
    "models": "models/{model}.parquet",
    "images": "images/{dataset}.parquet",
    "mosaics": "mosaics/{dataset}/{form}/{shard}.zarr.zip",
    "predictions": "predictions/{dataset}/{form}/{model}/{shard}.parquet",
    "segments": "segments/{dataset}/{form}/{shard}.zarr.zip",
    "maps": "maps/{dataset}/{form}/{model}/{method}/{replicate}/{shard}.zarr.zip",
    "axioms": "axioms/{dataset}/{form}/{model}/{method}/{replicate}/{shard}.parquet",
    "scores": "scores/{dataset}/{form}/{model}/{method}/{replicate}/{family}/{shard}.parquet",
}

MADE_BY = {"axioms": "maps"}  # the stage whose job makes a stage's products besides its own
MANIFEST = "manifest.json"  # of a folder of files that can carry no seal of their own
OF_RUN = {
    "tables": "tables/{table}.parquet",
    "figures": f"figures/{{group}}/{MANIFEST}",
    "report": f"report/{MANIFEST}",
}
LOGS = {"logs": ".log", "benchmarks": ".tsv"}  # folders that mirror those of the products
NUMBERED = {"replicate", "shard"}
# The values of an axis, or, where they depend on another one, those for each of its values.
Axis = Sequence | Mapping[str, Sequence]
DEPENDS_ON = {"method": "model", "replicate": "method"}


class PlaceInRun(NamedTuple):
    """Where a product lies: the results folder of its run, and from there its stage, path and axes."""

    results: Path
    stage: str
    path: str
    axes: dict[str, str]


@lru_cache(maxsize=2**16)  # planning asks several times for each of thousands
def place_of(path: str | Path) -> PlaceInRun | None:
    """Tell the place of a product from the end of its path; None for a path that is no product's.

    Nothing is looked up: a product's path says the same in a run's folder that was moved or renamed.
    """
    text = Path(path).as_posix()
    for stage, matcher in _MATCHERS.items():
        match = matcher.fullmatch(text)
        if match:
            axes = match.groupdict()
            results, relative = axes.pop("_results"), axes.pop("_path")
            return PlaceInRun(Path(results or "."), stage, relative, axes)
    return None


def log_pattern(folder: str, stage: str) -> str:
    """Return the pattern of the files in a folder of LOGS that mirror a stage's products."""
    axes = "/".join(f"{{{axis}}}" for axis in axes_in(PATTERNS[stage]))
    return f"{folder}/{MADE_BY.get(stage, stage)}/{axes}{LOGS[folder]}"


def combinations(pattern: str, axes: Mapping[str, Axis]) -> list[dict]:
    """Return every combination of the values of a pattern's axes, the last axis running fastest."""
    places: list[dict] = [{}]
    for name in axes_in(pattern):
        places = [place | {name: value} for place in places for value in _values(name, axes[name], place)]
    return places


def _values(name: str, axis: Axis, place: Mapping) -> Sequence:
    return axis[place[DEPENDS_ON[name]]] if isinstance(axis, Mapping) else axis


def expand(pattern: str, axes: Mapping[str, Axis]) -> list[str]:
    """Fill a pattern with every combination of the values of its axes."""
    return [pattern.format(**values) for values in combinations(pattern, axes)]


def axes_of_study(study: Mapping) -> dict[str, Axis]:
    """Return the values of every axis of a run, from the description that its jobs carry."""
    return {
        "dataset": list(study["datasets"]),
        "form": study["forms"],
        "model": list(study["models"]),
        "method": {model: methods_on(study, model) for model in study["models"]},
        "replicate": study["replicates"],
        "family": list(study["metrics"]),
        "shard": range(study["shards"]),
    }


def methods_on(study: Mapping, model: str) -> list[str]:
    """List the methods that explain a model of a run: all whose block does not name other models."""
    return [name for name, block in study["methods"].items() if model in block.get("models", study["models"])]


def products(stage: str, study: Mapping) -> list[str]:
    """List the paths of all products of a stage, relative to the results folder of the run."""
    return expand(PATTERNS[stage], axes_of_study(study))


def axes_in(pattern: str) -> list[str]:
    """Return the names of the axes that a pattern holds, in their order."""
    return [name for _, name, _, _ in Formatter().parse(pattern) if name]


def _matcher(pattern: str) -> re.Pattern:
    """Return what matches the end of a path against a pattern, with a group for each axis."""
    parts = [
        re.escape(text) + (f"(?P<{name}>{'[0-9]+' if name in NUMBERED else '[^/]+'})" if name else "")
        for text, name, _, _ in Formatter().parse(pattern)
    ]
    return re.compile(f"(?:(?P<_results>.*)/)?(?P<_path>{''.join(parts)})")


# The longest first: what is a model in one pattern may be named like the stage of a shorter one.
_MATCHERS = {
    stage: _matcher(pattern)
    for stage, pattern in sorted((PATTERNS | OF_RUN).items(), key=lambda item: -item[1].count("/"))
}
