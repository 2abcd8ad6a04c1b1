"""Do methods score beyond anchors whose result is known? Controls, and their own maps made blind."""

import pandas as pd

from saliometer.reliability.rows.columns import CLIFFS_DELTA, DIFFERENCE
from saliometer.reliability.rows.sides import ControlSide, control_side, withdrawn_of
from saliometer.report.chapter.part import Part
from saliometer.report.material import Material
from saliometer.report.pictures.scope_figures import cards
from saliometer.report.sentences import counted, listed, with_reason

ABOUT = (
    "Controls are scored on the same items as the methods. Paired Cliff's delta is the share of items on "
    "which the method scores higher, less that on which the control does: 1 always higher, 0 as often as "
    "not, \N{MINUS SIGN}1 never. Whether a method lies above a control is decided by the difference of their "
    "means."
)
CAVEAT = (
    "To score beyond a control is necessary, not sufficient: a method may do so and explain little. Verdicts "
    "are adjusted for the number of tests (Holm), intervals stand alone."
)


def anchors_part(material: Material) -> Part | None:
    """Methods against controls; None where the study has none."""
    figures = cards(material, "anchors", [material.leading])
    if material.rows_of(CLIFFS_DELTA).empty and not figures:
        return None
    rows = material.rows_of(DIFFERENCE)
    rows = rows[(rows["metric"] == material.leading) & rows["estimate"].notna()]
    data = ""
    if len(rows):
        methods, anchors = (rows[column].nunique() for column in ("method_a", "method_b"))
        shared = counted(int(rows["n_units"].min()), "shared item")
        data = f"{counted(methods, 'method')}, {counted(anchors, 'anchor')}, at least {shared}."
    none = f"By {material.words.name} no method has a control beside it."
    return Part(
        "Do methods score beyond anchors whose result is known?",
        ABOUT,
        CAVEAT,
        data=data,
        findings=anchor_sentences(material, rows) or [none],
        figures=figures,
        more="The other metrics",
        more_figures=cards(material, "anchors", material.other_metrics),
    )


def anchor_sentences(material: Material, rows: pd.DataFrame) -> list[str]:
    """Say of each anchor which methods lie above it, below it, or are not told apart from it."""
    higher_is_better = material.metrics[material.leading].higher_is_better
    sentences = []
    for anchor, against in rows.groupby("method_b", sort=False):
        groups: dict[str, list[str]] = {}
        for _, row in against.iterrows():
            side = _side_in_words(control_side(row["verdict_code"]), higher_is_better)
            label = with_reason(material.labels[row["method_a"]], withdrawn_of(row))
            groups.setdefault(side, []).append(label)
        sides = "; ".join(f"{side}: {listed(labels)}" for side, labels in sorted(groups.items()))
        name = material.labels.get(anchor, anchor.replace("_", " "))
        sentences.append(f"Against {name} by {material.words.name}, {sides}.")
    return sentences


def _side_in_words(side: ControlSide | None, higher_is_better: bool) -> str:
    """Say on which side of an anchor a method scores, and where lower is better what that means."""
    if side is None:
        return "not told apart"
    meaning = "" if higher_is_better else ", worse" if side.above else ", better"
    negligible = " by too little to matter" if side.negligible else ""
    return f"{'above' if side.above else 'below'}{meaning}{negligible}"
