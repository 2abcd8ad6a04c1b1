"""Parts of the chapter on anchors and on what comes out again."""

import numpy as np
import pandas as pd

from saliometer.findings.numbers import decimal
from saliometer.reliability.rows.columns import (
    ALL,
    CLIFFS_DELTA,
    DIFFERENCE,
    FORMS_GENERALIZABILITY,
    PARALLEL,
    RETEST,
    ControlSide,
    control_side_of,
    withdrawn_of,
)
from saliometer.reliability.rows.form_variance import DESIGNS
from saliometer.report import ranking
from saliometer.report.chapter import words
from saliometer.report.chapter.parts import Material, Part, make_part, other_metrics, rows_of
from saliometer.report.reliability_sentences import estimate_of
from saliometer.report.sentences import counted, listed, with_interval


def anchors_part(material: Material) -> Part | None:
    """Methods against controls; None where the study has none."""
    rows = rows_of(material, CLIFFS_DELTA)
    if rows.empty and not material.cards("anchors", [material.leading]):
        return None
    own = rows_of(material, DIFFERENCE)
    own = own[(own["metric"] == material.leading) & own["estimate"].notna()]

    def name(one: str) -> str:
        return material.labels.get(one, one.replace("_", " "))

    findings = []
    for anchor, against in own.groupby("method_b", sort=False):
        groups: dict[str, list[str]] = {}
        for _, row in against.iterrows():
            why = withdrawn_of(row)
            shown = name(row["method_a"]) + (f" ({why})" if why else "")
            side = control_side_of(row)
            groups.setdefault(_side_in_words(side, material.higher_is_better), []).append(shown)
        said = [f"{words}: {listed(names)}" for words, names in sorted(groups.items())]
        findings.append(f"Against {name(anchor)} by {material.name}, {'; '.join(said)}.")
    data = ""
    if len(own):
        methods = counted(own["method_a"].nunique(), "method")
        shared = counted(int(own["n_units"].min()), "shared item")
        data = f"{methods}, {counted(own['method_b'].nunique(), 'anchor')}, at least {shared}."
    return make_part(
        material,
        "anchors",
        words.ANCHORS,
        words.ANCHORS_CAVEAT,
        data=data,
        findings=findings or [f"By {material.name} no method has a control beside it."],
        figures=material.cards("anchors", [material.leading]),
        more="The other metrics",
        more_figures=material.cards("anchors", other_metrics(material)),
    )


def _side_in_words(side: ControlSide | None, higher_is_better: bool) -> str:
    """Say on which side of an anchor a method scores, and where lower is better what that means."""
    if side is None:
        return "not told apart"
    meaning = "" if higher_is_better else ", worse" if side.above else ", better"
    negligible = " by too little to matter" if side.negligible else ""
    return f"{'above' if side.above else 'below'}{meaning}{negligible}"


def retest_part(material: Material) -> Part:
    """Replicates and parallel forms."""
    rows = material.rows[(material.rows["metric"] == material.leading) & (material.rows["items"] == ALL)]
    repeated = rows[(rows["coefficient"] == RETEST.format("icc_1_1")) & rows["n_raters"].notna()]
    data = ""
    if len(repeated):
        n = counted(int(repeated["n_raters"].min()), "replicate")
        data = (
            f"{counted(len(repeated), 'stochastic method')}, {n}, {int(repeated['n_units'].max()):,} items."
        )
    return make_part(
        material,
        "retest",
        words.RETEST,
        words.RETEST_CAVEAT,
        data=data,
        findings=ranking.retest_sentences(rows, material.labels, material.name) + _forms(material, rows),
        figures=material.cards("replicates", [""]),
    )


def _forms(material: Material, rows: pd.DataFrame) -> list[str]:
    """Say how parallel forms agree, where there are any."""
    kinds = {"icc_a_1": "rotations agree by ICC(A,1)", "icc_1_1": "redraws agree by ICC(1,1)"}
    agree = [
        f"{material.labels[row['method_a']]}: {said} {with_interval(estimate_of(row))}."
        for word, said in kinds.items()
        for _, row in rows[rows["coefficient"] == PARALLEL.format(word)].iterrows()
        if np.isfinite(row["estimate"])
    ]
    return agree + [
        f"Over {kind}s as well, G by {material.name} is {decimal(row['estimate'], 3)} ({row['reason']})."
        for kind in DESIGNS
        for _, row in rows[rows["coefficient"] == FORMS_GENERALIZABILITY.format(kind)].iterrows()
        if np.isfinite(row["estimate"])
    ]
