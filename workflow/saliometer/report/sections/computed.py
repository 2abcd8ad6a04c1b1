"""What a reader needs to compute the page again."""

import json
from collections.abc import Mapping

from saliometer.findings.font import missing_signs
from saliometer.findings.scope import clusters_in_words, is_table_study
from saliometer.report.sections.headline import INDEPENDENT


def computed_part(study: Mapping, versions: Mapping[str, str], confidence: str) -> dict:
    """Seeds, intervals, packages and all settings; ``versions`` of the packages that ran."""
    over, signs = clusters_in_words(study), missing_signs(study)
    packages = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    sentences = (_of_table if is_table_study(study) else _of_run)(study, confidence, over)
    sentences += [f"Packages, as they ran: {packages}."] if packages else []
    sentences += [f"{signs[0].upper()}{signs[1:]}."] if signs else []
    settings = json.dumps(study, indent=2, sort_keys=True, ensure_ascii=False)
    return {"sentences": sentences, "settings": settings}


def _of_run(study: Mapping, confidence: str, over: str) -> list[str]:
    return [
        f"Seed {study['seed']}: every drawn number follows from it, whatever the number of workers.",
        f"Intervals of means and differences: Student's t at {confidence}, with the {over} as clusters. "
        "Intervals of alpha and of correlations: jackknife over the same clusters.",
    ]


def _of_table(study: Mapping, confidence: str, over: str) -> list[str]:
    files = [f"Scores: {name} (sha256 {sha256})." for name, sha256 in study["table_study"]["tables"].items()]
    independent = [INDEPENDENT] if study["table_study"]["clusters"] == "item" else []
    return [
        *files,
        *independent,
        f"Intervals of means and differences: Student's t at {confidence}, over the {over}. Intervals of "
        "alpha and of correlations: jackknife over the same. What is drawn at random follows from the names "
        "of data set, form, model and metric.",
    ]
