"""Would the same come out again? Replicates of methods that draw numbers, and parallel forms."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from saliometer.findings.numbers import decimal
from saliometer.findings.results import estimate_of
from saliometer.reliability.rows.columns import FORMS_GENERALIZABILITY, PARALLEL, RETEST
from saliometer.reliability.rows.form_variance import DESIGNS
from saliometer.report.chapter.part import Part
from saliometer.report.material import Material
from saliometer.report.pictures.scope_figures import cards
from saliometer.report.sentences import counted, percent, reason_of, with_interval

ABOUT = (
    "Methods that draw numbers score otherwise with other seeds. Replicates of the same items tell how "
    "much of a score that is; where there is one replicate it was not measured."
)
CAVEAT = (
    "F intervals of ICC take items as independent. That a method draws nothing makes it repeatable, not "
    "right."
)
SINGLE, NOISE, DETECTABLE = map(RETEST.format, ("icc_1_1", "noise_share", "minimal_detectable_difference"))
FORMS = {"icc_a_1": "rotations agree by ICC(A,1)", "icc_1_1": "redraws agree by ICC(1,1)"}


def retest_part(material: Material) -> Part:
    """Replicates and parallel forms."""
    rows, data = material.of_leading, ""
    repeated = rows[(rows["coefficient"] == SINGLE) & rows["n_raters"].notna()]
    if len(repeated):
        methods = counted(len(repeated), "stochastic method")
        replicates = counted(int(repeated["n_raters"].min()), "replicate")
        data = f"{methods}, {replicates}, {int(repeated['n_units'].max()):,} items."
    return Part(
        "Would the same come out again?",
        ABOUT,
        CAVEAT,
        data=data,
        findings=retest_sentences(rows, material.labels, material.words.name) + _forms(material),
        figures=cards(material, "replicates", [""]),
    )


def retest_sentences(rows: pd.DataFrame, labels: Mapping[str, str], metric: str) -> list[str]:
    """Say how much of a metric's scores are the explainers' own noise, or that it was not measured.

    Parameters: ``rows`` of one metric; ``labels`` by method; the metric's label, in running text.
    """
    by_method = rows.set_index(["coefficient", "method_a"])
    sentences: list[str] = []
    without: dict[str, list[str]] = {}
    for method in rows.loc[rows["coefficient"] == SINGLE, "method_a"]:
        row = by_method.loc[(SINGLE, method)]
        if not np.isfinite(row["estimate"]):
            without.setdefault(reason_of(row), []).append(labels[method])
            continue
        share, difference = (by_method.loc[(name, method), "estimate"] for name in (NOISE, DETECTABLE))
        sentences.append(
            f"{labels[method]}: replicates agree by ICC(1,1) {with_interval(estimate_of(row))}; "
            f"{percent(share)} of the variance of {metric} over items is its own sampling noise, which "
            f"alone hardly moves two means further apart than {difference:.2g}."
        )
    return sentences + [f"{', '.join(names)}: {reason}." for reason, names in without.items()]


def _forms(material: Material) -> list[str]:
    """Say how parallel forms agree, where there are any."""
    known = material.of_leading[np.isfinite(material.of_leading["estimate"])]
    agree = [
        f"{material.labels[row['method_a']]}: {words} {with_interval(estimate_of(row))}."
        for kind, words in FORMS.items()
        for _, row in known[known["coefficient"] == PARALLEL.format(kind)].iterrows()
    ]
    over_forms = (
        (kind, row)
        for kind in DESIGNS
        for _, row in known[known["coefficient"] == FORMS_GENERALIZABILITY.format(kind)].iterrows()
    )
    name = material.words.name
    return agree + [
        f"Over {kind}s as well, G by {name} is {decimal(row['estimate'], 3)} ({row['reason']})."
        for kind, row in over_forms
    ]
