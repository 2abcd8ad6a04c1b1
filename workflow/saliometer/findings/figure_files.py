"""Which figures a study has, and the files that they end in: from settings alone, before any data exist.

What a figure is stands in its module in figures/, which declares a ``FIGURE``; it is read there as text, so
that neither a plan nor the page imports a drawing library.
"""

import hashlib
import re
from typing import NamedTuple

from saliometer.findings.scope import (
    Scope,
    all_scopes,
    is_table_study,
    real_methods,
    shown_metrics,
    study_within,
)
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
SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,79}")


class FigureSpec(NamedTuple):
    """What is known of a figure before anything is drawn.

    It is read from the text of the figure's module: literals alone, with their keywords.
    The module's ``draw(study, tables, scope, name)`` returns the figure of one scope.

    Attributes
    ----------
    group : "scores" or "reliability": whose job draws it, and from which tables
    place : the lower comes first in its group
    of_each_metric : whether there is one for each metric shown, whose name ``draw`` gets; else one of all
    of_replicates : whether it is drawn only where a saliency method has several replicates
    caption : what the page says under it, of ``{metric}`` and ``{over}`` (what intervals generalise over)
    """

    group: str
    place: int
    of_each_metric: bool = False
    of_replicates: bool = False
    caption: str = ""


# The figures that need tables alone, in the order of their places.
_DECLARED = declared_in("saliometer.figures", "FIGURE")
FIGURES: dict[str, FigureSpec] = dict(
    sorted(
        ((kind, FigureSpec(**keywords)) for kind, keywords in _DECLARED.items()),
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
        return [] if is_table_study(study) else [("panels", choice) for choice in PANEL_CHOICES]
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


def safe_name(name: str) -> str:
    """Return a name that a file can have: itself, or its letters and digits with a digest of it."""
    if SAFE.fullmatch(name):
        return name
    letters = re.sub(r"[^A-Za-z0-9_.+-]+", "_", name).strip("_.")[:60]
    return f"{letters or 'name'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
