"""A table of scores, tidy or our own wide one, read and checked: one row an item, a column a metric."""

import hashlib
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from saliometer.errors import UserError
from saliometer.metrics import MASSES
from saliometer.metrics.table_study import KNOWN
from saliometer.table_study import checks
from saliometer.table_study.clusters import CLUSTER, CLUSTERS, ITEM, OF_CLUSTERS, TARGET
from saliometer.table_study.decimals import decimal_sign
from saliometer.table_study.files import SHOWN_NAMES, TableFile, in_rows, listed, open_table, read_cells
from saliometer.table_study.names import names_within
from saliometer.table_study.settings import Settings

TIDY = ("item", "method", "metric", "score")
WIDE = ("mosaic", "method")
# What a table is taken to be about where it does not say so.
DEFAULTS = {"dataset": "given", "form": "original", "model": "given", "replicate": "0"}
OPTIONAL = ("cluster", *DEFAULTS)
KEYS = ["dataset", "form", "model", "method", "replicate", "mosaic", "target", "cluster"]


class ScoreTable(NamedTuple):
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


def read_score_table(path: str | Path, settings: Settings) -> ScoreTable:
    """Read and check a table of scores; raises UserError, one line with the file and the rows."""
    table = open_table(path, {*TIDY, *WIDE, *OPTIONAL, "target", *KNOWN})
    is_wide = "mosaic" in table.columns and not {"item", "metric", "score"} & set(table.columns)
    of_table = _of_wide if is_wide else _of_tidy
    scores, metrics, clusters, ignored = of_table(table, path)
    directions = _directions(metrics, settings, path)
    methods = sorted(set(scores["method"]))
    checks.check_count("methods", methods, path)
    scopes = scores[["dataset", "form", "model"]].drop_duplicates().itertuples(index=False, name=None)
    checks.check_count("combinations of data set, form and model", list(map(", ".join, scopes)), path)
    controls = names_within(settings.controls, methods, f"{path}: controls", "method")
    scores = scores.sort_values(KEYS[:-1], ignore_index=True)
    with Path(path).expanduser().open("rb") as handle:
        sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
    forms = (
        list(read_cells(table, ["form"])["form"].unique()) if "form" in table.columns else [DEFAULTS["form"]]
    )
    return ScoreTable(scores, directions, controls, clusters, sha256, ignored, forms)


def _of_tidy(table: TableFile, path) -> tuple[pd.DataFrame, list[str], str, list[str]]:
    checks.check_columns(table.columns, TIDY, OPTIONAL, path)
    ignored = [name for name in table.columns if name not in (*TIDY, *OPTIONAL)]
    cells = read_cells(table, [name for name in (*TIDY, *OPTIONAL) if name in table.columns])
    has_clusters = "cluster" in cells
    names = [name for name in cells if name != "score"]
    checks.check_filled(cells, names, path)
    checks.check_names(cells, names, path)
    metrics = list(dict.fromkeys(cells["metric"]))
    checks.check_count("metrics", metrics, path)
    cells = cells.assign(**{name: value for name, value in DEFAULTS.items() if name not in cells})
    keys = ["dataset", "form", "model", "method", "replicate", "item"]
    checks.check_unique(cells, [*keys, "metric"], path)
    if has_clusters:
        checks.check_clusters(cells, ["dataset", "item"], path)
    sign = decimal_sign({"score": cells["score"]}, table.dialect and table.dialect.separator, path)
    cells = cells.assign(score=checks.numbers(cells["score"], path, sign))
    checks.check_range(cells["score"], cells["metric"], path)
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
    return wide[[*KEYS, *metrics]], metrics, CLUSTER if has_clusters else ITEM, ignored


def _of_wide(table: TableFile, path) -> tuple[pd.DataFrame, list[str], str, list[str]]:
    checks.check_columns(table.columns, WIDE, ("target", *OPTIONAL), path)
    written = _clusters_written(table)
    not_metrics = {*KEYS, *MASSES, "class", *([OF_CLUSTERS] if written else [])}
    metrics = [name for name in table.columns if name not in not_metrics]
    checks.check_count("metrics", metrics, path)
    cells = read_cells(table, table.columns)
    columns = (name for name in (CLUSTER, TARGET) if name in cells and (cells[name] != "").any())
    clusters = written or next(columns, ITEM)
    names = [name for name in (*WIDE, *OPTIONAL) if name in cells]
    checks.check_filled(cells, names, path)
    checks.check_names(cells, names, path)
    checks.check_names(pd.DataFrame({"metric": metrics}, index=[1] * len(metrics)), ["metric"], path)
    cells = cells.assign(**{name: value for name, value in DEFAULTS.items() if name not in cells})
    if "target" not in cells:
        cells = cells.assign(target="")
    question = ["dataset", "form", "model", "method", "replicate", "mosaic", "target"]
    checks.check_unique(cells, question, path)
    if clusters == CLUSTER:
        checks.check_clusters(cells, ["dataset", "target", "mosaic"], path)
    if not metrics:
        raise UserError(f"{path}: row 1: no column of a metric beside {', '.join(table.columns)}")
    masses = [name for name in MASSES if name in cells]
    columns = {name: cells[name] for name in (*masses, *metrics)}
    sign = decimal_sign(columns, table.dialect and table.dialect.separator, path)
    measured = {name: checks.numbers(column, path, sign) for name, column in columns.items()}
    for name, values in measured.items():
        checks.check_range(values, name, path)
    labels = cells["mosaic"] if clusters == ITEM else cells[clusters]
    wide = cells.assign(**measured, cluster=labels)
    return wide[[*KEYS, *masses, *metrics]], metrics, clusters, []


def _clusters_written(table: TableFile) -> str | None:
    """Return what the clusters are by the column that our own tables end with; None for any other table."""
    if OF_CLUSTERS not in table.columns:
        return None
    written = set(read_cells(table, [OF_CLUSTERS])[OF_CLUSTERS])
    return next((kind for kind, words in CLUSTERS.items() if written == {words}), None)


def _directions(metrics: Sequence[str], settings: Settings, path) -> list[list[str]]:
    """Say of every metric of a table which way is better; raises UserError where that is not known."""
    asked = {"higher": settings.higher_is_better, "lower": settings.lower_is_better}
    ways = {
        way: names_within(names, metrics, f"{path}: {way}_is_better", "metric")
        for way, names in asked.items()
    }
    both = sorted(set(ways["higher"]) & set(ways["lower"]))
    if both:
        raise UserError(
            f"{path}: metric {both[0]!r}: is in higher_is_better and in lower_is_better; keep one"
        )
    better = {}
    for name in metrics:
        named = [way for way, names in ways.items() if name in names]
        if named:
            better[name] = named[0]
        elif name in KNOWN:
            better[name] = "higher" if KNOWN[name].higher_is_better else "lower"
    unknown = [name for name in metrics if name not in better]
    if unknown:
        options = (
            " ".join(f"--{way}-is-better {shlex.quote(name)}" for name in unknown[:SHOWN_NAMES])
            for way in asked
        )
        raise UserError(
            f"{path}: metric {listed(map(repr, unknown))}: which way is better is not known; give "
            f"{' or '.join(options)} (in a config higher_is_better or lower_is_better)"
        )
    return [[name, better[name]] for name in metrics]
