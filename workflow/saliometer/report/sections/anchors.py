"""The anchors of every method: its own maps made blind, and its ceiling."""

from collections.abc import Mapping

import pandas as pd

from saliometer.findings.numbers import ABSENT
from saliometer.findings.results import estimate_of
from saliometer.findings.scope import is_ceiling, real_methods
from saliometer.metrics import ROTATED_LABELS, SHUFFLED_SIGNS
from saliometer.reliability.codes import Code, decoded
from saliometer.reliability.rows.columns import CLIFFS_DELTA, DIFFERENCE
from saliometer.reliability.rows.sides import CEILING, control_side, withdrawn_of
from saliometer.report.material import Material
from saliometer.report.sentences import listed, size_in_words, with_reason
from saliometer.report.tables import NOT_APPLICABLE, Cell, HtmlTable, estimate_cell, make_table

ABOUT = (
    "Each method can also be held against itself on the same items: against its own maps made blind, "
    "negative anchors at its own resolution, and, where the study has it, against its ceiling. Cliff's delta "
    "is the share of items on which the method scores higher, less the share on which it scores lower. "
    "The verdicts above rest on chance and the controls alone."
)
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
INAPPLICABLE = {Code.POSITIVE_ONLY, Code.NO_SIGNS}


def anchors_part(material: Material) -> dict:
    """What the page says of anchors by the leading metric; no sentence where there are none."""
    rows = pd.concat([material.rows_of(kind) for kind in KINDS])
    rows = with_ceilings(material.study, rows[rows["metric"] == material.leading])
    caption = f"{material.metrics[material.leading].label}: each method and its anchors"
    return {
        "sentences": anchor_sentences(rows, material.labels, material.words.name),
        "table": anchors_table(material.study, rows, material.labels, caption),
    }


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
    sentences = []
    for anchor, meaning in MEANINGS.items():
        against = rows[(rows["method_b"] == anchor) & (rows["coefficient"] == DIFFERENCE)]
        if not against.empty:
            known = against[against["estimate"].notna()]
            sentences.append(f"{meaning} {_result(anchor, known, labels, metric)}")
    return sentences


def _result(anchor: str, known: pd.DataFrame, labels: Mapping[str, str], metric: str) -> str:
    """Name the methods that lie on the wrong side of an anchor, and those that do by too little to matter."""
    if known.empty:
        return "It could be computed for no method."
    clear, barely = [], []
    above = anchor != CEILING
    for _, row in known.iterrows():
        label, side = labels[row["method_a"]], control_side(row["verdict_code"])
        little = f"{label} (by {size_in_words(row['estimate'])})"
        if above and not (side and side.above):
            clear.append(with_reason(label, withdrawn_of(row)))
        elif side and side.above == above and side.negligible:
            barely.append(little)
        elif side and not above and not side.above:
            clear.append(label)
    if not above:
        text = f"By {metric}, reliably below it: {listed(clear) or 'none'}"
        return f"{text}; by too little to matter: {listed(barely)}." if barely else f"{text}."
    parts = [f"not reliably above it: {listed(clear)}"] if clear else []
    parts += [f"above it by too little to matter: {listed(barely)}"] if barely else []
    return f"By {metric}, {'; '.join(parts) or 'all that have it lie above it'}."


def anchors_table(study: dict, rows: pd.DataFrame, labels: Mapping[str, str], caption: str) -> HtmlTable:
    """Mean difference of every method from each of its anchors, and Cliff's delta.

    Parameters: as of ``anchor_sentences``. A cell without an estimate says "not applicable" or is a dash.
    """
    anchors = [name for name in NAMES if name in set(rows["method_b"])]
    by = {(row["coefficient"], row["method_b"], row["method_a"]): row for _, row in rows.iterrows()}
    body = [
        [Cell(labels[method]), *(_cell(by, kind, anchor, method) for anchor in anchors for kind in KINDS)]
        for method in real_methods(study)
        if anchors
    ]
    columns = [words.format(NAMES[anchor]) for anchor in anchors for words in KINDS.values()]
    return make_table(caption, ["Method", *columns], body)


def _cell(by: Mapping[tuple, Mapping], kind: str, anchor: str, method: str) -> Cell:
    """Return the cell of a row; where there is none, of what the row of the difference says."""
    row = by.get((kind, anchor, method))
    if row is None:
        row = by.get((DIFFERENCE, anchor, method))
        return Cell(NOT_APPLICABLE if row is not None and _is_inapplicable(row) else ABSENT)
    return Cell(NOT_APPLICABLE) if _is_inapplicable(row) else estimate_cell(estimate_of(row))


def _is_inapplicable(row: Mapping) -> bool:
    """Tell whether a row is empty because its method's maps have no negative relevance."""
    notes = decoded(row["reason_codes"])
    left_out = {code for one in notes for code, _ in one.arguments.get("groups", ())}
    return bool(INAPPLICABLE & ({one.code for one in notes} | left_out))
