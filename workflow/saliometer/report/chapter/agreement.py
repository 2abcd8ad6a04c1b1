"""Do single items agree on the ranking? Alpha, and the mean rho, against chance."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from saliometer.findings.numbers import decimal
from saliometer.findings.results import estimate_of
from saliometer.reliability.rows.columns import ALPHA, BETWEEN, BY_CHANCE
from saliometer.report.chapter.part import Part, data_by_metric
from saliometer.report.material import Material
from saliometer.report.pictures.scope_figures import cards
from saliometer.report.sentences import counted, with_interval, without_estimate

ABOUT = (
    "Each item ranks the methods. Krippendorff's alpha tells how far single items agree on that ranking: 1 "
    "when all rank alike, 0 when they agree as chance would have it. The mean of Spearman's rho between "
    "{over} leaves out what items of one of them share."
)
CAVEAT = (
    "Krippendorff's benchmarks of .667 and .800 are about the agreement of {singles}. They do not "
    "judge the mean over all of them, and drive no verdict here."
)


def agreement_part(material: Material) -> Part:
    """Alpha and the mean rho of single items against chance."""
    rows = material.by_metric(ALPHA)
    return Part(
        "Do single items agree on the ranking?",
        ABOUT,
        CAVEAT,
        data=data_by_metric(rows, material.over),
        findings=alpha_sentences(rows, material.over) + _between(material),
        figures=cards(material, "agreement", [""]),
    )


def alpha_sentences(rows: Mapping[str, Mapping], over: str) -> list[str]:
    """Say by each metric how far single items agree on the ranking of the methods, or why not known.

    Parameters: ``rows`` of the reliability table by the metric's label; ``over``, what the intervals
    generalise over. Metrics without a coefficient for the same reason share a sentence.
    """
    known = [
        f"{label}: alpha {with_interval(estimate_of(row))} for {int(row['n_units'])} methods "
        f"({counted(int(row['n_raters']), 'item')}, {int(row['n_clusters'])} {over}{_missing(row)}): "
        f"{row['verdict']}."
        for label, row in rows.items()
        if np.isfinite(row["estimate"])
    ]
    return known + [f"{text}." for text in without_estimate(rows, "no alpha")]


def _missing(row: Mapping) -> str:
    n = row["n_missing"]
    if pd.isna(n) or n == 0:
        return ""
    return f", {counted(int(n), 'item')} left out, where a method is undefined"


def _between(material: Material) -> list[str]:
    row, band = (material.leading_row(kind) for kind in (BETWEEN, BY_CHANCE.format(BETWEEN)))
    if row is None or not np.isfinite(row["estimate"]):
        return []
    chance = ""
    if band is not None and np.isfinite(band["ci_low"]):
        chance = f"; chance rankings reach {decimal(band['ci_low'])} to {decimal(band['ci_high'])}"
    rho = with_interval(estimate_of(row))
    return [f"By {material.words.name}, the mean rho between {material.over} is {rho}{chance}."]
