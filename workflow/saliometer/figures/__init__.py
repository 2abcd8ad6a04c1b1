"""Figures: functions of tables (panels: of shards too), and the list of files they end in.

``figure_files`` follows from the study's settings alone, so that a workflow can declare the files before
any data exist; it imports no drawing library and reads nothing.
"""

from saliometer.figures.file_names import safe_name
from saliometer.findings.scope import Scope, all_scopes, is_given, real_methods, shown_metrics, study_within

GROUPS = ("scores", "reliability", "panels")
# Of the items, by mean score over the real methods; the words of each.
PANEL_CHOICES = {
    "best": "best",
    "median": "median",
    "worst": "worst",
    "worst_2": "second worst",
    "worst_3": "third worst",
}
OF_EACH_METRIC = ("decision", "ranks", "anchors", "spearman")
PANEL_SATURATION = 99.5  # percentile of |relevance| at which the colour of a map is full

_CATEGORIES = {"scores": "Scores", "reliability": "Reliability", "panels": "Mosaics"}


def figure_files(group: str, study: dict) -> list[dict]:
    """List the figures of a group.

    Parameters: ``group``, one of GROUPS; ``study``, the settings of the study (datasets, forms, models,
    methods, metrics). Returns one dict per figure: ``stem``, the path relative to the figures folder without
    its suffix (each figure is a .png and a .svg); ``labels``, ``caption`` (the file of its caption in the
    workflow's report folder) and ``category`` for the Snakemake report; ``kind``, ``scope`` and
    ``subject`` (a metric, a choice of item, or "" for all metrics), which say what is drawn.
    Raises ValueError for an unknown group.
    """
    if group not in GROUPS:
        raise ValueError(f"figure group {group!r}: must be one of {', '.join(GROUPS)}")
    return [
        _figure(group, kind, scope, subject)
        for scope in all_scopes(study)
        for kind, subject in _subjects(group, study_within(study, scope))
    ]


def _subjects(group: str, study: dict) -> list[tuple[str, str]]:
    """The figures of a group within one scope: pairs of kind and subject."""
    metrics = shown_metrics(study)
    if group == "scores":
        repeated = any(len(study.get("replicates", {}).get(method, ())) > 1 for method in real_methods(study))
        return [*(("violins", metric) for metric in metrics), *([("replicates", "")] if repeated else [])]
    if group == "reliability":
        whole = [(kind, "") for kind in ("agreement", "components")]
        return whole + [(kind, metric) for kind in OF_EACH_METRIC for metric in metrics]
    return [] if is_given(study) else [("panels", choice) for choice in PANEL_CHOICES]


def _figure(group: str, kind: str, scope: Scope, subject: str) -> dict:
    name = f"{kind}_{subject}" if subject else kind
    return {
        # Folders, not joined names: the parts are the user's own and may hold any separator.
        "stem": "/".join((group, *map(safe_name, (*scope, name)))),
        "labels": {**scope._asdict(), "figure": name.replace("_", " ")},
        "caption": f"{kind}.rst",
        "category": _CATEGORIES[group],
        "kind": kind,
        "scope": scope,
        "subject": subject,
    }
