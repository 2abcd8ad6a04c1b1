"""What the page says of somebody's table of scores, where it differs from the page of a run."""

from collections.abc import Mapping

import pandas as pd

from saliometer.findings.scope import all_scopes, clusters_in_words, leading_metric, shown_metrics
from saliometer.report import wording
from saliometer.report.table_study.sentences import INDEPENDENT, data_sentences, methods_table

HEADING = "How reliable are these scores?"
METHODS = (
    "Controls are methods that can't know the answer; they are not ranked, but methods are held against them."
)
LEADING = (
    "{label}: {meaning}. Means are over all defined scores, with {confidence} intervals over the {over}."
)
LEFT_OUT = {"models", "axioms", "cost"}
TABLES = ("scores", "summary", "undefined", "reliability")


def given_context(
    study: Mapping, tables: Mapping[str, pd.DataFrame], labels: Mapping, confidence: str
) -> dict:
    """Return what the template needs beyond the sections of the scopes."""
    over, scopes = clusters_in_words(study), all_scopes(study)
    metric = shown_metrics(study)[leading_metric(study)]
    return {
        "heading": HEADING,
        "data": [
            {
                "title": " / ".join(scope) if len(scopes) > 1 else "",
                "sentences": data_sentences(study, tables["scores"], scope),
            }
            for scope in scopes
        ],
        "models": [],
        "methods": {
            "sentence": METHODS,
            "table": methods_table(study, tables["scores"], labels),
            "against_published": [],
        },
        "axioms": [],
        "cost": [],
        "sections": [(key, name) for key, name in wording.SECTIONS.items() if key not in LEFT_OUT],
        "panels_are": "",
        "anchors_are": "",
        "leading_is": LEADING.format(
            label=metric.label,
            meaning=metric.meaning[0].upper() + metric.meaning[1:],
            confidence=confidence,
            over=over,
        ),
    }


def computed_sentences(study: Mapping, versions: Mapping[str, str], confidence: str, over: str) -> list[str]:
    """What a reader needs to compute the study again."""
    files = [f"Scores: {name} (sha256 {sha256})." for name, sha256 in study["given"]["tables"].items()]
    packages = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    independent = [INDEPENDENT] if study["given"]["clusters"] == "item" else []
    return [
        *files,
        *independent,
        f"Intervals of means and differences: Student's t at {confidence}, over the {over}. "
        "Intervals of alpha and of correlations: jackknife over the same. What is drawn at random "
        "follows from the names of data set, form, model and metric.",
        *([f"Packages, as they ran: {packages}."] if packages else []),
    ]
