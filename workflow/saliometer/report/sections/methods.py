"""The methods: what each is, how it was set, and what is less than in the published study."""

from collections.abc import Mapping

import pandas as pd

from saliometer.findings.scope import is_table_study
from saliometer.report.tables import Cell, HtmlTable, make_table

ABOUT = (
    "Each method explains how strongly the network responds to one asked class. Signed maps have positive "
    "and negative relevance, positive-only maps cannot speak against a class. Controls know nothing of the "
    "class: a method that scores no higher than they do has not shown that it does."
)
ABOUT_TABLE = (
    "Controls are methods that can't know the answer; they are not ranked, but methods are held against them."
)
# Settings of the study of Fresz, Loercher & Huber (FAccT 2024) that a run may lower to save time.
PUBLISHED = {
    "smoothgrad": {"samples": 10},
    "intgrad": {"steps": 30},
    "lime": {"samples": 1000},
    "shap": {"samples": 100},
}
PUBLISHED_MOSAICS = {"tile_size": 224}


def methods_part(study: Mapping, tables: Mapping[str, pd.DataFrame], labels: Mapping[str, str]) -> dict:
    """What the methods are; ``labels`` of all of them by name."""
    if is_table_study(study):
        table = table_methods(study, tables["scores"], labels)
        return {"sentence": ABOUT_TABLE, "table": table, "against_published": []}
    less = [*reduced_settings(study, labels), *not_explained_sentences(study)]
    return {"sentence": ABOUT, "table": run_methods(study, labels), "against_published": less}


def run_methods(study: Mapping, labels: Mapping[str, str]) -> HtmlTable:
    """What each method is, how it was set, and on which networks where that is not on all."""
    models = {name: study["methods"][name].get("models", list(study["models"])) for name in labels}
    some = any(len(names) < len(study["models"]) for names in models.values())
    rows = [
        [
            Cell(labels[name]),
            Cell(_role(block)),
            Cell("signed" if block["signed"] else "positive-only"),
            *([Cell(", ".join(models[name]))] if some else []),
            Cell(settings_in_words(block["settings"])),
        ]
        for name, block in ((name, study["methods"][name]) for name in labels)
    ]
    columns = ["Method", "Role", "Maps", *(["Networks"] if some else []), "Settings"]
    return make_table("Saliency methods and controls", columns, rows)


def table_methods(study: Mapping, scores: pd.DataFrame, labels: Mapping[str, str]) -> HtmlTable:
    """What a table tells of each method: its role, and how many rows and replicates it has."""
    n_rows = scores["method"].value_counts()
    rows = [
        [
            Cell(labels[name]),
            Cell(_role(study["methods"][name])),
            Cell(f"{n_rows[name]:,}", int(n_rows[name])),
            Cell(str(len(study["replicates"][name])), len(study["replicates"][name])),
        ]
        for name in labels
    ]
    return make_table("Methods and controls", ["Method", "Role", "Rows", "Replicates"], rows)


def _role(block: Mapping) -> str:
    if block.get("ceiling_of") is not None:
        return "positive anchor"
    return "control" if block["control"] else "method"


def settings_in_words(settings: Mapping) -> str:
    """Return settings as ``key value, key value``; a dash where there is nothing to set."""
    words = [f"{key} {value}" for key, value in settings.items() if value is not None]
    return ", ".join(words) or "\N{EN DASH}"


def reduced_settings(study: Mapping, labels: Mapping[str, str]) -> list[str]:
    """Say what was computed with fewer steps, samples or pixels than in the published study.

    Parameters: ``study``, the settings of the run; ``labels`` of the blocks of methods.
    """
    blocks = [
        (labels[name], block["settings"], PUBLISHED.get(block["method"], {}))
        for name, block in sorted(study["methods"].items())
    ]
    return [
        f"{label}: {key} {settings[key]}, where the published study has {published[key]}"
        for label, settings, published in [*blocks, ("Mosaics", study["mosaics"], PUBLISHED_MOSAICS)]
        for key in published
        if key in settings and settings[key] < published[key]
    ]


def not_explained_sentences(study: Mapping) -> list[str]:
    """Say which methods of the published study can't explain a model of the run, and why."""
    return [
        f"{one['label']} is left out, as it can't explain {one['model']} ({one['why']})"
        for one in study["not_explained"]
    ]
