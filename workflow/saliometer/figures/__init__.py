"""Figures: functions of tables (panels: of shards too), and the list of files they end in.

``figure_files`` follows from the study's settings and from what each figure's module declares, so that a
workflow can declare the files before any data exist; it imports no drawing library and reads no data.
"""

from pathlib import Path

from saliometer.figures.file_names import safe_name
from saliometer.figures.spec import FigureSpec
from saliometer.findings.scope import Scope, all_scopes, is_given, real_methods, shown_metrics, study_within
from saliometer.kinds import declared_in

GROUPS = ("scores", "reliability", "panels")
# Of the items, by mean score over the real methods; the words of each.
PANEL_CHOICES = {
    "best": "best",
    "median": "median",
    "worst": "worst",
    "worst_2": "second worst",
    "worst_3": "third worst",
}
PANEL_SATURATION = 99.5  # percentile of |relevance| at which the colour of a map is full

# The figures that need tables alone, in the order of their places.
FIGURES: dict[str, FigureSpec] = dict(
    sorted(
        ((kind, FigureSpec(**keys)) for kind, keys in declared_in(Path(__file__).parent, "FIGURE").items()),
        key=lambda one: one[1].place,
    )
)

_CATEGORIES = {"scores": "Scores", "reliability": "Reliability", "panels": "Mosaics"}


def figure_files(group: str, study: dict) -> list[dict]:
    """List the figures of a group.

    Parameters: ``group``, one of GROUPS; ``study``, the settings of the study (datasets, forms, models,
    methods, metrics). Returns one dict per figure: ``stem``, the path relative to the figures folder without
    its suffix (each figure is a .png and a .svg); ``labels`` and ``category`` for the Snakemake report;
    ``kind``, ``scope`` and ``subject`` (a metric, a choice of item, or "" for all metrics): what is drawn.
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
    if group == "panels":
        return [] if is_given(study) else [("panels", choice) for choice in PANEL_CHOICES]
    repeated = any(len(study.get("replicates", {}).get(method, ())) > 1 for method in real_methods(study))
    return [
        (kind, subject)
        for kind, spec in FIGURES.items()
        if spec.group == group and (repeated or not spec.of_replicates)
        for subject in (shown_metrics(study) if spec.of_each_metric else [""])
    ]


def _figure(group: str, kind: str, scope: Scope, subject: str) -> dict:
    name = f"{kind}_{subject}" if subject else kind
    return {
        # Folders, not joined names: the parts are the user's own and may hold any separator.
        "stem": "/".join((group, *map(safe_name, (*scope, name)))),
        "labels": {**scope._asdict(), "figure": name.replace("_", " ")},
        "category": _CATEGORIES[group],
        "kind": kind,
        "scope": scope,
        "subject": subject,
    }
