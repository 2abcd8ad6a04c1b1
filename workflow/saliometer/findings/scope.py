"""What a study compares: its scopes, methods and metrics, in the order in which they are shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from saliometer.metrics import MetricSpec, catalogue

if TYPE_CHECKING:
    import pandas as pd


# By what the clusters of given scores are.
OVER_OF_TABLES = {"cluster": "clusters", "target": "classes", "item": "items (assumed independent)"}


class Scope(NamedTuple):
    """One combination of data set, form and model, within which methods are compared.

    In the place of a model there may be a named comparison, which has each method on its own network.
    """

    dataset: str
    form: str
    model: str


def is_table_study(study: dict) -> bool:
    """Tell a study of scores that were computed elsewhere, of which no image and no map is known."""
    return "table_study" in study


def all_scopes(study: dict) -> list[Scope]:
    """List the scopes of a study, sorted by name, each with the original form: others are held against that.

    After the models of each data set come its comparisons. A table of given scores need not hold every
    combination: its study lists them.
    """
    if is_table_study(study):
        return [Scope(*scope) for scope in study["scopes"]]
    return [
        Scope(dataset, form, model)
        for dataset in sorted(study["datasets"])
        for form in study["forms"][:1]
        for model in [*sorted(study["models"]), *sorted(study.get("comparisons", {}))]
    ]


def network_scopes(study: dict) -> list[Scope]:
    """List the scopes of a study that are of one network, for what is said of networks."""
    return [scope for scope in all_scopes(study) if scope.model in study["models"]]


def networks_of(study: dict, scope: Scope) -> dict[str, list[str]]:
    """Return the networks of a scope, each with the methods that stand for it there, both sorted."""
    methods = study.get("whole", study)["methods"]
    if scope.model in study["models"]:
        return {scope.model: [name for name in sorted(methods) if _explains(methods[name], scope.model)]}
    members = study["comparisons"][scope.model]
    return {model: sorted(members[model]) for model in sorted(members)}


def _explains(block: dict, model: str) -> bool:
    return model in block.get("models", [model])  # where nothing is said, all of the study


def on_network(study: dict, scope: Scope, method: str) -> Scope:
    """Return the scope of the network that a method of a scope explains: another one in a comparison."""
    return next(
        scope._replace(model=model) for model, names in networks_of(study, scope).items() if method in names
    )


def study_within(study: dict, scope: Scope) -> dict:
    """Return a study as one scope sees it: with its methods alone, in the labels and colours of the whole."""
    chosen = {name for names in networks_of(study, scope).values() for name in names}
    whole = study.get("whole", study)
    methods = {name: block for name, block in whole["methods"].items() if name in chosen}
    return {**study, "methods": methods, "whole": whole}


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


def shown_metrics(study: dict) -> dict[str, MetricSpec]:
    """Return the metrics of a study's families by name, without those that restate another one.

    Their labels are those that the study may have of its own for them, under ``metric_labels``.
    """
    labels = study.get("metric_labels", {})
    return {
        name: replace(metric, label=labels.get(name, metric.label))
        for name, metric in catalogue(study["metrics"]).items()
        if not metric.alias_of
    }


def leading_metric(study: dict) -> str:
    """Return the metric that headlines speak of and panels are chosen by.

    It is precision, or the first one of the first family where the study has none; higher is better, unless
    no metric of a given table is.
    """
    metrics = shown_metrics(study)
    names = [name for name, metric in metrics.items() if metric.higher_is_better] or list(metrics)
    return "precision" if "precision" in names else names[0]


def method_label(study: dict, method: str) -> str:
    """Return the label of a block, with the block's name where several blocks share the label."""
    blocks = study.get("whole", study)["methods"]
    label = blocks[method]["label"]
    shared = sum(block["label"] == label for block in blocks.values()) > 1
    return f"{label} ({method})" if shared else label


def anchor_label(study: dict, anchor: str) -> str:
    """Return the label of a control, or the name in words of an anchor that is no method of the study."""
    return method_label(study, anchor) if anchor in study["methods"] else anchor.replace("_", " ")


def is_applicable(study: dict, method: str, metric: MetricSpec) -> bool:
    """Tell whether a metric says anything about a method: some need maps with negative relevance."""
    return study["methods"][method]["signed"] or not metric.needs_negative


def clusters_in_words(study: dict) -> str:
    """Return what the intervals of a study generalise over."""
    if is_table_study(study):
        return OVER_OF_TABLES[study["table_study"]["clusters"]]
    return {"target_class": "classes", "target_image": "photographs"}[study["intervals"]["clusters"]]
