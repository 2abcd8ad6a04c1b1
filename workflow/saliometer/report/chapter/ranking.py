"""May the methods be ranked by these means? The generalizability coefficient G, its verdicts, and designs."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from saliometer.findings.coefficients import notes_of
from saliometer.findings.results import estimate_of
from saliometer.reliability.codes import Code
from saliometer.reliability.rows.columns import GENERALIZABILITY
from saliometer.reliability.rows.words import text_of
from saliometer.report.chapter.designs_table import designs_table
from saliometer.report.chapter.part import Part, data_by_metric
from saliometer.report.material import Material
from saliometer.report.order_sentences import use_sentence
from saliometer.report.pictures.scope_figures import cards
from saliometer.report.sentences import counted, listed, with_interval, without_estimate

ABOUT = (
    "The study reports means over many items. The generalizability coefficient G tells how far the "
    "differences between those means would be the same on other {units}: 1 when they would, "
    "0 when they are chance. A metric orders or separates methods when the whole interval of G is at "
    "least 0.80, the methods differ by more than chance (p below .05 after Holm's adjustment for the "
    "metrics), and pairs are told apart by a difference that matters and is beyond their own sampling noise. "
    "One method unlike all others makes G high, too: the metric then separates it and decides nothing among "
    "the rest."
)
VERDICTS = {  # for one metric, and for several
    Code.ORDERS_ALL: ("orders all", "each order all"),
    Code.SEPARATES_SOME: ("separates some", "each separate some"),
}
CONDITIONAL = "All of it is conditional on the {methods} compared, and says nothing of others."


def ranking_part(material: Material) -> Part:
    """G and its verdict by every metric."""
    rows, row = material.by_metric(GENERALIZABILITY), material.leading_row(GENERALIZABILITY)
    unknown = row is None or pd.isna(row["n_units"])
    methods = counted(len(material.real) if unknown else int(row["n_units"]), "method")
    use = material.ranking and use_sentence(material.ranking, material.metrics[material.leading].label)
    designs = designs_table(material.of_leading, material.words.name, material.over)
    return Part(
        "May the methods be ranked by these means?",
        ABOUT,
        CONDITIONAL.format(methods=methods),
        data=data_by_metric(rows, material.over),
        findings=generalizability_sentences(rows, material.labels),
        verdict=_verdict(rows, {material.metrics[material.leading].label: use} if use else {}),
        figures=cards(material, "decision", [material.leading]) + cards(material, "components", [""]),
        more="What other designs would give, and G by the other metrics",
        more_tables=[] if designs is None else [designs],
        more_figures=cards(material, "decision", material.other_metrics),
    )


def _verdict(rows: Mapping[str, pd.Series], uses: Mapping[str, str]) -> list[str]:
    """Gather the metrics of each verdict, the undecided last; ``uses``, sentences that say more of some."""
    by_verdict: dict[str, list[str]] = {}
    undecided = []
    for label, row in rows.items():
        if row["verdict_code"] == Code.UNDECIDED:
            undecided.append(label)
        elif np.isfinite(row["estimate"]) and label not in uses:
            by_verdict.setdefault(row["verdict_code"], []).append(label)
    sentences = list(uses.values())
    sentences += [
        f"{listed(labels)} {VERDICTS[verdict][len(labels) > 1]} of these methods."
        for verdict, labels in by_verdict.items()
    ]
    return sentences + ([f"Undecided by {listed(undecided)}."] if undecided else [])


def generalizability_sentences(rows: Mapping[str, Mapping], labels: Mapping[str, str]) -> list[str]:
    """Say by each metric what it separates, and what speaks against it.

    Parameters: ``rows`` of the G coefficient by the metric's label; a metric without a row is not named.
    ``labels`` of methods. Separated pairs are counted: they are named where methods are told apart.
    """
    sentences = []
    for label, row in rows.items():
        if np.isfinite(row["estimate"]):
            why = text_of(notes_of(row), labels, pairs=False)
            undecided = row["verdict_code"] == Code.UNDECIDED
            verdict = f"undecided: {why}" if undecided else f"{row['verdict']} ({why})"
            sentences.append(f"{label}: G {with_interval(estimate_of(row))}, {verdict}.")
    return sentences + [f"{text}." for text in without_estimate(rows, "no G")]
