"""A table of scores, tidy or our own wide one, read and checked: one row an item, a column a metric."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from saliometer.errors import UserError
from saliometer.given import checks
from saliometer.given.files import in_rows, read_cells
from saliometer.given.settings import Settings
from saliometer.metrics import MASSES
from saliometer.metrics.given import KNOWN

TIDY = ("item", "method", "metric", "score")
WIDE = ("mosaic", "method")
# What a table is taken to be about where it does not say so.
DEFAULTS = {"dataset": "given", "form": "original", "model": "given", "replicate": "0"}
OPTIONAL = ("cluster", *DEFAULTS)
KEYS = ["dataset", "form", "model", "method", "replicate", "mosaic", "target", "cluster"]
# What the clusters of a table are: its own column, the asked classes of a wide table, or its items.
CLUSTER, TARGET, ITEM = "cluster", "target", "item"


class Given(NamedTuple):
    """A table that was read.

    ``scores``: the wide table, KEYS (``mosaic`` is the item; ``target`` is empty for a tidy table), then the
    masses of our own table if it has them, then a column per metric, NaN where undefined. ``directions``:
    pairs of a metric and "higher" or "lower". ``controls``: methods that are. ``clusters``: what they are.
    ``sha256`` of the file. ``ignored``: columns that were not read. ``forms``, in the table's own order.
    """

    scores: pd.DataFrame
    directions: list[list[str]]
    controls: list[str]
    clusters: str
    sha256: str
    ignored: list[str]
    forms: list[str]


def read_given(path: str | Path, settings: Settings) -> Given:
    """Read and check a table of scores; raises UserError, one line with the file and the rows."""
    cells = read_cells(path)
    is_wide = "mosaic" in cells and not {"item", "metric", "score"} & set(cells)
    if is_wide:
        scores, metrics, clusters, read = _of_wide(cells, path)
    else:
        scores, metrics, clusters, read = _of_tidy(cells, path)
    directions = _directions(metrics, settings, path)
    methods = set(scores["method"])
    unknown = [name for name in settings.controls if name not in methods]
    if unknown:
        raise UserError(f"{path}: controls: no method {unknown[0]!r} in it (methods: {_listed(methods)})")
    scores = scores.sort_values(KEYS[:-1], ignore_index=True)
    with Path(path).expanduser().open("rb") as handle:
        sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
    forms = list(dict.fromkeys(cells["form"])) if "form" in cells else [DEFAULTS["form"]]
    ignored = [name for name in cells if name not in read]
    return Given(scores, directions, list(settings.controls), clusters, sha256, ignored, forms)


def _of_tidy(cells: pd.DataFrame, path) -> tuple[pd.DataFrame, list[str], str, set[str]]:
    checks.check_columns(cells, TIDY, OPTIONAL, path)
    has_clusters = "cluster" in cells
    checks.check_filled(cells, [name for name in (*TIDY[:-1], *OPTIONAL) if name in cells], path)
    read = {*TIDY, *OPTIONAL}
    cells = cells.assign(**{name: value for name, value in DEFAULTS.items() if name not in cells})
    keys = ["dataset", "form", "model", "method", "replicate", "item"]
    checks.check_unique(cells, [*keys, "metric"], path)
    if has_clusters:
        checks.check_clusters(cells, ["dataset", "item"], path)
    cells = cells.assign(score=checks.numbers(cells["score"], path))
    metrics = list(dict.fromkeys(cells["metric"]))
    reserved = sorted({*KEYS, *MASSES, "class"} & set(metrics))
    if reserved:
        rows = cells.index[cells["metric"] == reserved[0]]
        raise UserError(f"{path}: {in_rows(rows)}: a metric can't be called {reserved[0]}; rename it")
    wide = cells.pivot(index=keys, columns="metric", values="score")[metrics].reset_index()
    wide.columns.name = None
    wide = wide.rename(columns={"item": "mosaic"})
    if has_clusters:
        by_item = cells.drop_duplicates(["dataset", "item"]).set_index(["dataset", "item"])["cluster"]
        clusters = by_item.reindex(pd.MultiIndex.from_frame(wide[["dataset", "mosaic"]])).to_numpy()
    else:
        clusters = wide["mosaic"]
    wide = wide.assign(target="", cluster=clusters)
    return wide[[*KEYS, *metrics]], metrics, CLUSTER if has_clusters else ITEM, read


def _of_wide(cells: pd.DataFrame, path) -> tuple[pd.DataFrame, list[str], str, set[str]]:
    checks.check_columns(cells, WIDE, ("target", *OPTIONAL), path)
    clusters = next((name for name in (CLUSTER, TARGET) if name in cells and (cells[name] != "").any()), ITEM)
    checks.check_filled(cells, [name for name in (*WIDE, *OPTIONAL) if name in cells], path)
    cells = cells.assign(**{name: value for name, value in DEFAULTS.items() if name not in cells})
    if "target" not in cells:
        cells = cells.assign(target="")
    question = ["dataset", "form", "model", "method", "replicate", "mosaic", "target"]
    checks.check_unique(cells, question, path)
    if clusters == CLUSTER:
        checks.check_clusters(cells, ["dataset", "target", "mosaic"], path)
    metrics = [name for name in cells if name not in {*KEYS, *MASSES, "class"}]
    if not metrics:
        raise UserError(f"{path}: row 1: no column of a metric beside {', '.join(cells)}")
    masses = [name for name in MASSES if name in cells]
    measured = {name: checks.numbers(cells[name], path) for name in (*masses, *metrics)}
    labels = cells["mosaic"] if clusters == ITEM else cells[clusters]
    wide = cells.assign(**measured, cluster=labels)
    return wide[[*KEYS, *masses, *metrics]], metrics, clusters, set(cells)


def _directions(metrics: Sequence[str], settings: Settings, path) -> list[list[str]]:
    """Say of every metric of a table which way is better; raises UserError where that is not known."""
    ways = {"higher": settings.higher_is_better, "lower": settings.lower_is_better}
    for way, names in ways.items():
        absent = [name for name in names if name not in metrics]
        if absent:
            raise UserError(
                f"{path}: {way}_is_better: no metric {absent[0]!r} in it (metrics: {_listed(metrics)})"
            )
    both = sorted(set(ways["higher"]) & set(ways["lower"]))
    if both:
        raise UserError(
            f"{path}: metric {both[0]!r}: is in higher_is_better and in lower_is_better; keep one"
        )
    found = {}
    for name in metrics:
        named = [way for way, names in ways.items() if name in names]
        if named:
            found[name] = named[0]
        elif name in KNOWN:
            found[name] = "higher" if KNOWN[name].higher_is_better else "lower"
    unknown = [name for name in metrics if name not in found]
    if unknown:
        names = ",".join(unknown)
        raise UserError(
            f"{path}: metric {', '.join(map(repr, unknown))}: which way is better is not known; give "
            f"--higher-is-better {names} or --lower-is-better {names} (in a config higher_is_better or "
            "lower_is_better)"
        )
    return [[name, found[name]] for name in metrics]


def _listed(names) -> str:
    return ", ".join(sorted(names))
