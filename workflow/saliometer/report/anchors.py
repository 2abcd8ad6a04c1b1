"""What the page says of the anchors that every method has of its own: its maps made blind."""

from collections.abc import Mapping

import pandas as pd

from saliometer.figures.numerals import ABSENT
from saliometer.figures.scope import real_methods
from saliometer.metrics import OWN_ANCHORS, ROTATED_LABELS, SHUFFLED_SIGNS
from saliometer.reliability.rows import CLIFFS_DELTA, DIFFERENCE
from saliometer.report.html_tables import NOT_APPLICABLE, Cell, HtmlTable, estimate_cell, make_table
from saliometer.report.reliability_sentences import estimate_of
from saliometer.report.sentences import listed

NAMES = {ROTATED_LABELS: "rotated labels", SHUFFLED_SIGNS: "shuffled signs"}
MEANINGS = {
    ROTATED_LABELS: "Rotated labels: the same maps, scored as if the class were on other tiles of the "
    "mosaic. A method that is not above that puts its relevance where it would put it anyway.",
    SHUFFLED_SIGNS: "Shuffled signs: the same maps, their signs drawn anew whatever the place. A signed "
    "method that is not above that finds the class by magnitude alone, and its signs say nothing of it.",
}


def anchor_sentences(rows: pd.DataFrame, labels: Mapping[str, str], metric: str) -> list[str]:
    """Say what each anchor is, and which methods do not lie above it.

    Parameters: ``rows`` of the reliability table, of one metric; ``labels`` by method; the metric's label in
    running text. An anchor without a row is not named.
    """
    said = []
    for anchor in OWN_ANCHORS:
        own = rows[(rows["method_b"] == anchor) & (rows["coefficient"] == DIFFERENCE)]
        known = own[own["estimate"].notna()]
        if own.empty:
            continue
        behind = [labels[row.method_a] for row in known.itertuples() if not row.ci_low > 0]
        if known.empty:
            result = "It could be computed for no method."
        elif behind:
            result = f"By {metric}, not reliably above it: {listed(behind)}."
        else:
            result = f"By {metric}, all that have it lie above it."
        said.append(f"{MEANINGS[anchor]} {result}")
    return said


def anchors_table(study: dict, rows: pd.DataFrame, labels: Mapping[str, str], caption: str) -> HtmlTable:
    """Mean difference of every method from each of its anchors, and Cliff's delta.

    Parameters: as of ``anchor_sentences``. A cell without an estimate says "not applicable" or is a dash.
    """
    anchors = [name for name in OWN_ANCHORS if name in set(rows["method_b"])]
    found = {(row["coefficient"], row["method_b"], row["method_a"]): row for _, row in rows.iterrows()}
    kinds = {DIFFERENCE: "minus {}", CLIFFS_DELTA: "Cliff's delta, {}"}
    body = [
        [
            Cell(labels[method]),
            *(_cell(found, kind, anchor, method) for anchor in anchors for kind in kinds),
        ]
        for method in real_methods(study)
        if anchors
    ]
    columns = [words.format(NAMES[anchor]) for anchor in anchors for words in kinds.values()]
    return make_table(caption, ["Method", *columns], body)


def _cell(found: Mapping[tuple, Mapping], kind: str, anchor: str, method: str) -> Cell:
    row = found.get((kind, anchor, method))
    if row is None:
        reason = found.get((DIFFERENCE, anchor, method), {}).get("reason")
        return Cell(NOT_APPLICABLE if NOT_APPLICABLE in str(reason) else ABSENT)
    if NOT_APPLICABLE in str(row["reason"]):
        return Cell(NOT_APPLICABLE)
    return estimate_cell(estimate_of(row))
