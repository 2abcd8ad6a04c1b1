"""Parts of the chapter on the ranking: may there be one, who is told apart, do items agree?"""

import numpy as np
import pandas as pd

from saliometer.findings.numbers import decimal
from saliometer.reliability.rows.columns import (
    ALL,
    ALPHA,
    BETWEEN,
    BY_CHANCE,
    GENERALIZABILITY,
    RANK,
    UNDECIDED,
)
from saliometer.report import ranking
from saliometer.report.chapter import words
from saliometer.report.chapter.designs_table import designs_table
from saliometer.report.chapter.parts import (
    Material,
    Part,
    by_metric,
    data_by_metric,
    data_of,
    leading_row,
    make_part,
    other_metrics,
    rows_of_leading,
)
from saliometer.report.chapter.tables import differences_table
from saliometer.report.reliability_sentences import alpha_sentences, estimate_of
from saliometer.report.sentences import counted, listed, with_interval
from saliometer.report.separated import not_told_apart, pairs_in_words, separation_sentences, use_sentence


def ranking_part(material: Material) -> Part:
    """G and its verdict by every metric."""
    found = by_metric(material, GENERALIZABILITY)
    row = leading_row(material, GENERALIZABILITY)
    unknown = row is None or pd.isna(row["n_units"])
    methods = counted(len(material.real) if unknown else int(row["n_units"]), "method")
    known = {label: one for label, one in found.items() if np.isfinite(one["estimate"])}
    by_verdict: dict[str, list[str]] = {}
    for label, one in known.items():
        by_verdict.setdefault(one["verdict"], []).append(label)
    undecided = by_verdict.pop(UNDECIDED, [])
    verdict = [f"{listed(labels)}: {said}." for said, labels in by_verdict.items()]
    use = material.ranking and use_sentence(material.ranking, material.metrics[material.leading])
    verdict += [use] if use and not material.ranking.orders else []
    verdict += [f"Undecided by {listed(undecided)}."] if undecided else []
    designs = designs_table(rows_of_leading(material), material.name, material.over)
    return make_part(
        material,
        "ranking",
        words.GENERALIZABILITY,
        words.CONDITIONAL.format(methods=methods),
        data=data_by_metric(found, material.over),
        findings=ranking.generalizability_sentences(found),
        verdict=verdict,
        figures=material.cards("decision", [material.leading]) + material.cards("components", [""]),
        more="What other designs would give, and G by the other metrics",
        more_tables=[] if designs is None else [designs],
        more_figures=material.cards("decision", other_metrics(material)),
    )


def places_part(material: Material) -> Part:
    """Rank sets, and the pairs of methods that are told apart."""
    row, found = leading_row(material, RANK), material.ranking
    verdict = []
    if found is not None:
        verdict.append(pairs_in_words(found, int(row["n_units"])))
        verdict += [f"{not_told_apart(group)}." for group in found.together]
    caption = f"Ranks by {material.name}"
    table = ranking.rank_table(rows_of_leading(material), material.labels, caption)
    pairs = differences_table(material.rows[material.rows["items"] == ALL], material.labels, material.metrics)
    return make_part(
        material,
        "places",
        words.PLACES,
        words.PLACES_CAVEAT,
        data=data_of(row, material.over),
        findings=[] if found is None else separation_sentences(found),
        verdict=verdict,
        figures=material.cards("ranks", [material.leading]),
        tables=[table] if table.rows else [],
        more="Ranks by the other metrics, and all pairs with their differences",
        more_figures=material.cards("ranks", other_metrics(material)),
        more_tables=[pairs] if pairs.rows else [],
    )


def agreement_part(material: Material) -> Part:
    """Alpha and the mean rho of single items against chance."""
    found = by_metric(material, ALPHA)
    findings = alpha_sentences(found, material.over)
    between, band = (leading_row(material, kind) for kind in (BETWEEN, BY_CHANCE.format(BETWEEN)))
    if between is not None and np.isfinite(between["estimate"]):
        said = (
            f"By {material.name}, the mean rho between {material.over} is "
            f"{with_interval(estimate_of(between))}"
        )
        if band is not None and np.isfinite(band["ci_low"]):
            said += f"; chance rankings reach {decimal(band['ci_low'])} to {decimal(band['ci_high'])}"
        findings.append(f"{said}.")
    return make_part(
        material,
        "agreement",
        words.AGREEMENT,
        words.AGREEMENT_CAVEAT,
        data=data_by_metric(found, material.over),
        findings=findings,
        figures=material.cards("agreement", [""]),
    )
