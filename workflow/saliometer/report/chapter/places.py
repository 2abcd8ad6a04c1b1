"""Which methods are told apart? Rank sets, and the pairs with their differences."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from saliometer.findings.numbers import ABSENT
from saliometer.findings.results import estimate_of
from saliometer.reliability.rows.columns import PAIR, RANK, SELECTED
from saliometer.reliability.rows.sides import side_of_pair
from saliometer.report.chapter.part import Part, data_of
from saliometer.report.material import Material
from saliometer.report.order_sentences import not_told_apart, pairs_in_words, separation_sentences
from saliometer.report.pictures.scope_figures import cards
from saliometer.report.sentences import percent
from saliometer.report.tables import Cell, HtmlTable, estimate_cell, make_table, p_cell

ABOUT = (
    "Places that each method may hold by its mean: with the given confidence all of these sets hold the "
    "true places at once. Two methods are told apart when the interval of the difference of their means, "
    "which holds for all pairs at once, excludes 0, and still does where undefined scores count as the "
    "worst. Resamples draw whole {over}, and count how often a method has the best mean."
)
CAVEAT = (
    "Methods that are not told apart are not shown to be equal: more {over} might part them. Differences are "
    "in the metric's own unit."
)
PAIRS_CAPTION = "All pairs: difference of the means; intervals and p hold for all pairs at once"


def places_part(material: Material) -> Part:
    """Rank sets, and the pairs of methods that are told apart."""
    row, ranking = material.leading_row(RANK), material.ranking
    verdict = []
    if ranking is not None:
        verdict.append(pairs_in_words(ranking, int(row["n_units"])))
        verdict += [f"{not_told_apart(group)}." for group in ranking.together]
    table = rank_table(material.of_leading, material.labels, f"Ranks by {material.words.name}")
    pairs = differences_table(material.rows_of(PAIR), material)
    return Part(
        "Which methods are told apart?",
        ABOUT,
        CAVEAT,
        data=data_of(row, material.over),
        findings=[] if ranking is None else separation_sentences(ranking),
        verdict=verdict,
        figures=cards(material, "ranks", [material.leading]),
        tables=[table] if table.rows else [],
        more="Ranks by the other metrics, and all pairs with their differences",
        more_figures=cards(material, "ranks", material.other_metrics),
        more_tables=[pairs] if pairs.rows else [],
    )


def rank_table(rows: pd.DataFrame, labels: Mapping[str, str], caption: str) -> HtmlTable:
    """Place by the mean, set of places and share of resamples in which it leads, of every method, best first.

    Parameters: ``rows`` of one metric, of RANK and SELECTED; ``labels`` by method.
    """
    ranks = rows[rows["coefficient"] == RANK].sort_values("estimate")
    shares = rows[rows["coefficient"] == SELECTED].set_index("method_a")["estimate"]
    body = [
        [
            Cell(labels[row["method_a"]]),
            Cell(f"{row['estimate']:g}", float(row["estimate"])),
            _places(row),
            Cell(percent(shares[row["method_a"]]), float(shares[row["method_a"]])),
        ]
        for _, row in ranks.iterrows()
    ]
    return make_table(caption, ["Method", "Place by mean", "Places it may hold", "Best in resamples"], body)


def _places(row: Mapping) -> Cell:
    low, high = row["ci_low"], row["ci_high"]
    if not np.isfinite(low):
        return Cell(ABSENT)
    return Cell(f"{low:.0f}" if low == high else f"{low:.0f} to {high:.0f}", float(low))


def differences_table(rows: pd.DataFrame, material: Material) -> HtmlTable:
    """Difference of the means of every pair of methods with its interval, p, and who scores better."""
    body = [
        [
            Cell(material.metrics[row["metric"]].label),
            Cell(material.labels[row["method_a"]]),
            Cell(material.labels[row["method_b"]]),
            estimate_cell(estimate_of(row)),
            p_cell(row["p"]),
            Cell(_who(row, material.labels)),
        ]
        for _, row in rows.iterrows()
        if row["metric"] in material.metrics
    ]
    columns = ["Metric", "Method", "Method", "Difference [interval]", "p", "Told apart"]
    return make_table(PAIRS_CAPTION, columns, body)


def _who(row: Mapping, labels: Mapping[str, str]) -> str:
    side = side_of_pair(row["verdict_code"], row["method_a"], row["method_b"])
    if side is None:
        return "undecided" if pd.isna(row["reason"]) else f"undecided: {row['reason']}"
    return f"{labels[side.better]}{', by too little to matter' if side.negligible else ''}"
