"""What a study compares: its scopes, methods and metrics, in the order in which they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from saliometer.metrics import Metric, catalogue

if TYPE_CHECKING:
    import pandas as pd


class Scope(NamedTuple):
    """One combination of data set, form and model, within which methods are compared."""

    dataset: str
    form: str
    model: str


def all_scopes(study: dict) -> list[Scope]:
    """List the scopes of a study, sorted by name, each with its first form: others are held against that."""
    return [
        Scope(dataset, form, model)
        for dataset in sorted(study["datasets"])
        for form in study["forms"][:1]
        for model in sorted(study["models"])
    ]


def within(table: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Return the rows of a table that belong to a scope, over the scope columns that the table has."""
    for column, value in scope._asdict().items():
        if column in table.columns:
            table = table[table[column] == value]
    return table


def real_methods(study: dict) -> list[str]:
    """List the blocks of saliency methods proper, sorted by name."""
    return [name for name in sorted(study["methods"]) if not study["methods"][name]["control"]]


def control_methods(study: dict) -> list[str]:
    """List the blocks of controls, sorted by name."""
    return [name for name in sorted(study["methods"]) if study["methods"][name]["control"]]


def is_ceiling(study: dict, method: str) -> bool:
    """Tell whether a block is a positive anchor, which shows what its method could reach at best."""
    return study["methods"][method].get("ceiling_of") is not None


def shown_methods(study: dict) -> list[str]:
    """List all blocks of methods in the order of every figure and table: methods, then controls."""
    return real_methods(study) + control_methods(study)


def shown_metrics(study: dict) -> dict[str, Metric]:
    """Return the metrics of a study's families by name, without those that restate another one."""
    return {name: metric for name, metric in catalogue(study["metrics"]).items() if not metric.alias_of}


def leading_metric(study: dict) -> str:
    """Return the metric that headlines speak of and panels are chosen by.

    It is precision, or the first one of the first family where the study has none; higher is better.
    """
    names = list(shown_metrics(study))
    return "precision" if "precision" in names else names[0]


def method_label(study: dict, method: str) -> str:
    """Return the label of a block, with the block's name where several blocks share the label."""
    label = study["methods"][method]["label"]
    shared = sum(block["label"] == label for block in study["methods"].values()) > 1
    return f"{label} ({method})" if shared else label


def is_applicable(study: dict, method: str, metric: Metric) -> bool:
    """Tell whether a metric says anything about a method: some need maps with negative relevance."""
    return study["methods"][method]["signed"] or not metric.needs_negative


def clusters_in_words(study: dict) -> str:
    """Return what the intervals of a study generalise over."""
    return {"target_class": "classes", "target_image": "photographs"}[study["intervals"]["clusters"]]
