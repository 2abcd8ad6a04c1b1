"""A part of the chapter on reliability, and what its estimates are of."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from saliometer.report.material import Material
from saliometer.report.pictures.cards import Card
from saliometer.report.sentences import counted, listed
from saliometer.report.tables import HtmlTable


class Part(NamedTuple):
    """A question with what a reader needs to cite the answer.

    ``findings`` are estimates with their intervals, ``verdict`` is what follows; "more" is folded away.
    """

    question: str
    about: str
    caveat: str
    data: str = ""
    findings: Sequence[str] = ()
    verdict: Sequence[str] = ()
    figures: Sequence[Card] = ()
    tables: Sequence[HtmlTable] = ()
    more: str = ""
    more_figures: Sequence[Card] = ()
    more_tables: Sequence[HtmlTable] = ()


def in_words_of(material: Material, part: Part) -> Part:
    """Fill in {over}, {units}, {singles} in what a part is about and in its caveat."""
    # Not str.format: the words may hold names of the user's own, with braces in them.
    units = material.over if material.is_of_independent_items else f"{material.over} and items"
    about, caveat = part.about, part.caveat
    for name, words in (("{over}", material.over), ("{units}", units), ("{singles}", material.singles)):
        about, caveat = about.replace(name, words), caveat.replace(name, words)
    return part._replace(about=about, caveat=caveat)


def data_of(row: pd.Series | None, over: str) -> str:
    """Say what a coefficient of rankings is of: ``9 methods, 160 items, 20 photographs.``"""
    if row is None or pd.isna(row["n_units"]):
        return ""
    sizes = [counted(int(row["n_units"]), "method"), counted(int(row["n_raters"]), "item")]
    if not pd.isna(row["n_clusters"]):
        sizes.append(f"{int(row['n_clusters'])} {over}")
    missing = 0 if pd.isna(row["n_missing"]) else int(row["n_missing"])
    left = f"; {missing:,} left out, where a method is undefined" if missing else ""
    return f"{', '.join(sizes)}{left}."


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
    return " ".join(f"{listed(labels)}: {sizes}" for sizes, labels in data.items())
