"""What the page says of the anchors of every method: its own maps made blind, and its ceiling."""

from collections.abc import Mapping

import pandas as pd

from saliometer.findings.numbers import ABSENT
from saliometer.findings.scope import is_ceiling, real_methods
from saliometer.metrics import ROTATED_LABELS, SHUFFLED_SIGNS
from saliometer.reliability.rows.columns import (
    CEILING,
    CLIFFS_DELTA,
    DIFFERENCE,
    control_side_of,
    withdrawn_of,
)
from saliometer.report.html_tables import NOT_APPLICABLE, Cell, HtmlTable, estimate_cell, make_table
from saliometer.report.reliability_sentences import estimate_of
from saliometer.report.sentences import listed
from saliometer.report.separated import difference_in_words

NAMES = {ROTATED_LABELS: "rotated labels", SHUFFLED_SIGNS: "shuffled signs", CEILING: CEILING}
MEANINGS = {
    ROTATED_LABELS: "Rotated labels: the same maps, scored as if the class were on other tiles of the "
    "mosaic. A method that is not above that puts its relevance where it would put it anyway.",
    SHUFFLED_SIGNS: "Shuffled signs: the same maps, their signs drawn anew whatever the place. A signed "
    "method that is not above that finds the class by magnitude alone, and its signs say nothing of it.",
    CEILING: "Its ceiling: the same method, where the network sees each tile on its own. Nothing outside the "
    "target's tiles can matter there, so what is missing to a perfect score is the method's own doing; what "
    "a method scores below it is what the tiles do to each other.",
}
KINDS = {DIFFERENCE: "minus {}", CLIFFS_DELTA: "Cliff's delta, {}"}


def with_ceilings(study: dict, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of DIFFERENCE and CLIFFS_DELTA with one name, CEILING, for each method's own ceiling.

    Of several ceilings of a method, which are blocks of the same settings, the first counts.
    """
    ceilings = [name for name in study["methods"] if is_ceiling(study, name)]
    rows = rows.assign(method_b=rows["method_b"].replace(dict.fromkeys(ceilings, CEILING)))
    return rows.drop_duplicates(["coefficient", "metric", "method_a", "method_b"])


def anchor_sentences(rows: pd.DataFrame, labels: Mapping[str, str], metric: str) -> list[str]:
    """Say what each anchor is, and which methods do not lie above it.

    Parameters: ``rows`` of the reliability table, of one metric; ``labels`` by method; the metric's label in
    running text. An anchor without a row is not named.
    """
    said = []
    for anchor in NAMES:
        own = rows[(rows["method_b"] == anchor) & (rows["coefficient"] == DIFFERENCE)]
        if not own.empty:
            said.append(f"{MEANINGS[anchor]} {_result(anchor, own[own['estimate'].notna()], labels, metric)}")
    return said


def _result(anchor: str, known: pd.DataFrame, labels: Mapping[str, str], metric: str) -> str:
    if known.empty:
        return "It could be computed for no method."
    sides = [(labels[row["method_a"]], control_side_of(row), row["estimate"]) for _, row in known.iterrows()]
    if anchor == CEILING:
        below = [label for label, side, _ in sides if side and not (side.above or side.negligible)]
        barely = [
            f"{label} (by {difference_in_words(-size)})"
            for label, side, size in sides
            if side and not side.above and side.negligible
        ]
        said = f"By {metric}, reliably below it: {listed(below) or 'none'}"
        return f"{said}; by too little to matter: {listed(barely)}." if barely else f"{said}."
    behind = [
        label + (f" ({why})" if why else "")
        for (label, side, _), why in zip(sides, map(withdrawn_of, known.to_dict("records")), strict=True)
        if not (side and side.above)
    ]
    barely = [
        f"{label} (by {difference_in_words(size)})"
        for label, side, size in sides
        if side and side.above and side.negligible
    ]
    said = [f"not reliably above it: {listed(behind)}"] if behind else []
    said += [f"above it by too little to matter: {listed(barely)}"] if barely else []
    return f"By {metric}, {'; '.join(said) or 'all that have it lie above it'}."


def anchors_table(study: dict, rows: pd.DataFrame, labels: Mapping[str, str], caption: str) -> HtmlTable:
    """Mean difference of every method from each of its anchors, and Cliff's delta.

    Parameters: as of ``anchor_sentences``. A cell without an estimate says "not applicable" or is a dash.
    """
    anchors = [name for name in NAMES if name in set(rows["method_b"])]
    found = {(row["coefficient"], row["method_b"], row["method_a"]): row for _, row in rows.iterrows()}
    body = [
        [
            Cell(labels[method]),
            *(_cell(found, kind, anchor, method) for anchor in anchors for kind in KINDS),
        ]
        for method in real_methods(study)
        if anchors
    ]
    columns = [words.format(NAMES[anchor]) for anchor in anchors for words in KINDS.values()]
    return make_table(caption, ["Method", *columns], body)


def _cell(found: Mapping[tuple, Mapping], kind: str, anchor: str, method: str) -> Cell:
    row = found.get((kind, anchor, method))
    if row is None:
        reason = found.get((DIFFERENCE, anchor, method), {}).get("reason")
        return Cell(NOT_APPLICABLE if NOT_APPLICABLE in str(reason) else ABSENT)
    if NOT_APPLICABLE in str(row["reason"]):
        return Cell(NOT_APPLICABLE)
    return estimate_cell(estimate_of(row))
