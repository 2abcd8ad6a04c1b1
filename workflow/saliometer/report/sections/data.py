"""The data: photographs and mosaics of a run, or what a table of scores holds."""

from collections.abc import Mapping

import pandas as pd

from saliometer.findings.scope import Scope, all_scopes, is_table_study, within
from saliometer.report.sentences import counted, listed

CLUSTERS_ARE = {
    "cluster": "Items of one cluster (column cluster) may be alike; intervals generalise over clusters.",
    "target": "Items that are asked for the same class may be alike; intervals generalise over classes.",
    "item": "The table has no column cluster: items assumed independent. If some of them share an image, a "
    "class or a subject, the intervals are too narrow: give the table a column cluster.",
}
CLUSTER_NOUNS = {"cluster": ("cluster", "clusters"), "target": ("class", "classes")}
FORMS_NAMED = 3  # more are counted


def data_parts(study: Mapping, tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    """One part for each data set and form, or for each scope of a table."""
    scopes = all_scopes(study)
    if is_table_study(study):
        parts = {" / ".join(scope): table_sentences(study, tables["scores"], scope) for scope in scopes}
    else:
        parts = {f"{scope.dataset} / {scope.form}": _of_run(study, tables, scope) for scope in scopes}
    return [
        {"title": title if len(parts) > 1 else "", "sentences": sentences}
        for title, sentences in parts.items()
    ]


def _of_run(study: Mapping, tables: Mapping[str, pd.DataFrame], scope: Scope) -> list[str]:
    use, predictions = (
        table[(table["dataset"] == scope.dataset) & (table["form"] == scope.form)]
        for table in (tables["image_use"], tables["predictions"])
    )
    items = predictions.drop_duplicates(["mosaic", "target"])
    source = study["datasets"][scope.dataset]["source"]
    n_mosaics = items["mosaic"].nunique()
    return data_sentences(scope.dataset, source, use, study["mosaics"], n_mosaics, len(items))


def data_sentences(
    name: str, source: str, use: pd.DataFrame, mosaics: Mapping, n_mosaics: int, n_items: int
) -> list[str]:
    """Describe one data set and form.

    Parameters: ``name`` of the data set and ``source`` of its images, as the config has them; ``use``, its
    rows of table image_use; ``mosaics``, the settings of the mosaics; the numbers of mosaics and of
    items (mosaic and asked class).
    """
    photographs = counted(len(use), "photograph")
    classes = counted(use["class_index"].nunique(), "class", "classes")
    grid = f"{mosaics['rows']} \N{MULTIPLICATION SIGN} {mosaics['columns']} tiles"
    target_tiles = counted(int(mosaics["target_tiles"]), "tile")
    asked = (
        "Every class of a mosaic is asked for in turn"
        if mosaics["targets"] == "all"
        else "Each mosaic is asked for the class it was drawn for"
    )
    shared = int(use["n_mosaics"].max()) > 1
    end = "; mosaics share photographs, so they are not independent." if shared else "."
    return [
        f"Data set {name} (source {source}): {photographs} of {classes} make {counted(n_mosaics, 'mosaic')} "
        f"of {grid} of {mosaics['tile_size']} pixels; a target is shown on {target_tiles}.",
        f"{asked}: {counted(n_items, 'item')}, each a mosaic and an asked class.",
        f"Each photograph is on {_range(use['n_tiles'], 'tile')} and is the target of "
        f"{_range(use['n_target'], 'item')}{end}",
    ]


def _range(counts: pd.Series, noun: str) -> str:
    low, high = int(counts.min()), int(counts.max())
    return counted(low, noun) if low == high else f"{low:,} to {counted(high, noun)}"


def table_sentences(study: Mapping, scores: pd.DataFrame, scope: Scope) -> list[str]:
    """Say what a table of scores holds of one scope."""
    rows = within(scores, scope)
    n_items, kind = len(rows.drop_duplicates(["mosaic", "target"])), study["table_study"]["clusters"]
    metrics = len(study["metrics"]["table_study"]["directions"])
    methods = counted(rows["method"].nunique(), "method")
    sentences = [f"{methods} scored on {counted(n_items, 'item')} by {counted(metrics, 'metric')}."]
    if kind in CLUSTER_NOUNS:
        sentences.append(f"They fall into {counted(rows['cluster'].nunique(), *CLUSTER_NOUNS[kind])}.")
    return [*sentences, CLUSTERS_ARE[kind]]


def form_sentences(study: Mapping, scores: pd.DataFrame, scope: Scope) -> list[str]:
    """Say which form a scope is of, where its data set has several; ``scores`` of the whole study."""
    there = set(scores["form"][scores["dataset"] == scope.dataset])
    others = [form for form in study["forms"] if form in there and form != scope.form]
    if not others:
        return []
    named = listed(others) if len(others) <= FORMS_NAMED else f"{len(others)} other forms"
    verb = "is" if len(others) == 1 else "are"
    return [f"This is about the form {scope.form}; {named} {verb} held against it under Reliability."]
