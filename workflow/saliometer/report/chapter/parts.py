"""What the parts of the chapter on reliability are, and what they are made of."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import pandas as pd

from saliometer.findings.items import Chosen
from saliometer.reliability.rows.columns import (
    ALL,
)
from saliometer.report.chapter import words
from saliometer.report.html_tables import HtmlTable
from saliometer.report.pictures.cards import Card
from saliometer.report.sentences import counted, listed
from saliometer.report.separated import Ranking


class Part(NamedTuple):
    """A part of the chapter: what a reader needs to cite it.

    ``findings`` are estimates with their intervals, ``verdict`` is what follows; "more" is folded away.
    """

    key: str
    question: str
    about: str
    data: str
    findings: list[str]
    verdict: list[str]
    caveat: str
    figures: list[Card]
    tables: list[HtmlTable]
    more: str
    more_figures: list[Card]
    more_tables: list[HtmlTable]


class Material(NamedTuple):
    """What the chapter of one scope is made of.

    ``rows``: those of the scope, of all forms and settings too; ``metrics`` and ``labels`` by name;
    ``leading``: a metric's name, ``name``: what running text calls it, ``higher_is_better`` of it;
    ``cards(kind, subjects)``: the figures; ``ranked``: all items, the best first; ``singles``: what single
    items are.
    """

    rows: pd.DataFrame
    metrics: Mapping[str, str]
    labels: Mapping[str, str]
    real: list[str]
    leading: str
    name: str
    higher_is_better: bool
    over: str
    singles: str
    cards: Callable[[str, list[str]], list[Card]]
    scores: pd.DataFrame
    ranked: list[Chosen]
    class_name: Callable[[int], str]
    ranking: Ranking | None


def make_part(material: Material, key: str, about: str, caveat: str, **content) -> Part:
    """Make a part; what is not given is empty; {over}, {units}, {singles} in its words are the material's."""
    nothing = {"data": "", "findings": [], "verdict": [], "figures": [], "tables": []}
    nothing |= {"more": "", "more_figures": [], "more_tables": []}
    # Not str.format: the words may hold names of the user's own, with braces in them.
    units = material.over if material.over.startswith("items") else f"{material.over} and items"
    for name, said in (("{over}", material.over), ("{units}", units), ("{singles}", material.singles)):
        about, caveat = about.replace(name, said), caveat.replace(name, said)
    return Part(key, words.QUESTIONS[key], about, caveat=caveat, **nothing | content)


def other_metrics(material: Material) -> list[str]:
    """Return the names of the metrics beside the leading one."""
    return [name for name in material.metrics if name != material.leading]


def rows_of(material: Material, coefficient: str, items: str = ALL) -> pd.DataFrame:
    """Return the rows of a coefficient."""
    rows = material.rows
    return rows[(rows["coefficient"] == coefficient) & (rows["items"] == items)]


def rows_of_leading(material: Material) -> pd.DataFrame:
    """Return the leading metric's rows of all items."""
    return material.rows[(material.rows["metric"] == material.leading) & (material.rows["items"] == ALL)]


def by_metric(material: Material, coefficient: str) -> dict[str, pd.Series]:
    """Return the row of each metric that has one, by the metric's label, in the order of the page."""
    found = {row["metric"]: row for _, row in rows_of(material, coefficient).iterrows()}
    return {label: found[name] for name, label in material.metrics.items() if name in found}


def leading_row(material: Material, coefficient: str) -> pd.Series | None:
    """Return the leading metric's row of a coefficient; None without one."""
    return by_metric(material, coefficient).get(material.metrics[material.leading])


def data_of(row: pd.Series | None, over: str) -> str:
    """Say what a coefficient of rankings is of: ``9 methods, 160 items, 20 photographs.``"""
    if row is None or pd.isna(row["n_units"]):
        return ""
    said = [counted(int(row["n_units"]), "method"), counted(int(row["n_raters"]), "item")]
    if not pd.isna(row["n_clusters"]):
        said.append(f"{int(row['n_clusters'])} {over}")
    missing = 0 if pd.isna(row["n_missing"]) else int(row["n_missing"])
    left = f"; {missing:,} left out, where a method is undefined" if missing else ""
    return f"{', '.join(said)}{left}."


def data_by_metric(rows: Mapping[str, pd.Series], over: str) -> str:
    """Say what the estimates of a coefficient are of, metrics of the same data together.

    Parameters: ``rows`` by the metric's label. Metrics without an estimate are not named.
    """
    data: dict[str, list[str]] = {}
    for label, row in rows.items():
        if pd.notna(row["estimate"]):
            data.setdefault(data_of(row, over), []).append(label)
    if len(data) == 1:
        return next(iter(data))
    return " ".join(f"{listed(labels)}: {said}" for said, labels in data.items())
