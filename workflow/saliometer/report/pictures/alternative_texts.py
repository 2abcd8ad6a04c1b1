"""What the figures of the chapter on reliability show, in words, for those who do not see them."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from saliometer.findings.components import (
    MORE,
    PARTS,
    clusters_needed,
    components_by_name,
    design_of_run,
    is_noisy,
    predicted,
    shares,
)
from saliometer.findings.items import Chosen
from saliometer.findings.numbers import decimal
from saliometer.findings.replicates import limits, replicate_pairs
from saliometer.findings.results import MethodResult, estimate_of
from saliometer.findings.scope import anchor_label
from saliometer.reliability.rows.columns import ALPHA, BETWEEN, CLIFFS_DELTA, RANK, RHO
from saliometer.report.sentences import percent, with_interval


def violins_alt(results: Sequence[MethodResult], label: str) -> str:
    """Say what a violin figure shows."""
    means = [f"{one.label} {with_interval(one.mean)}" for one in results if one.applicable]
    absent = [one.label for one in results if not one.applicable]
    text = f"Violin plots of {label} by method. Means: {'; '.join(means) or 'none'}."
    return f"{text} Not applicable: {', '.join(absent)}." if absent else text


def spearman_alt(rows: pd.DataFrame, label: str, labels: Mapping[str, str]) -> str:
    """Say what a heat map shows; ``rows`` of one metric, ``labels`` of methods."""
    pairs = extreme_pairs(rows[rows["coefficient"] == RHO], labels)
    return f"Heat map of Spearman's rho between methods by {label}; {pairs or 'no pair could be compared'}."


def extreme_pairs(rows: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Name the least and the most correlated pair of methods; "" where no pair is known."""
    known = rows[rows["estimate"].notna()]
    if known.empty:
        return ""
    low, high = (
        f"{labels[row['method_a']]} and {labels[row['method_b']]} {decimal(row['estimate'])}"
        for row in (known.loc[known["estimate"].idxmin()], known.loc[known["estimate"].idxmax()])
    )
    return f"lowest: {low}" if len(known) == 1 else f"lowest: {low}; highest: {high}"


def panels_alt(choice: str, item: Chosen, target: str, measured: Mapping[str, float], label: str) -> str:
    """Say what the panels show; ``target`` is the class in words, ``measured`` the metric by method."""
    scores = "; ".join(f"{name} {decimal(value)}" for name, value in measured.items())
    return (
        f"The {choice} item: mosaic {item.mosaic} asked for {target}, and the map of every method "
        f"over it. {label}: {scores}."
    )


def agreement_alt(rows: pd.DataFrame, metrics: Mapping[str, str]) -> str:
    """Say what the figure of agreement shows; ``metrics`` maps names to labels, ``rows`` of one scope."""
    by = rows.drop_duplicates(["coefficient", "metric"]).set_index(["coefficient", "metric"])
    sentences = []
    for name, label in metrics.items():
        both = [by.loc[(kind, name)] for kind in (ALPHA, BETWEEN) if (kind, name) in by.index]
        if both and np.isfinite(both[0]["estimate"]):
            sentences.append(f"{label} {' and '.join(with_interval(estimate_of(row)) for row in both)}")
    return f"Alpha and mean rho between clusters, by metric: {'; '.join(sentences) or 'none is known'}."


def components_alt(rows: pd.DataFrame, metrics: Mapping[str, str], over: str) -> str:
    """Say what the stacked bars show."""
    sentences = []
    for name, label in metrics.items():
        parts = shares(components_by_name(rows[rows["metric"] == name]))
        words = [
            f"{PARTS[part].format(over=over)} {percent(share)}" for part, share in parts.items() if share
        ]
        if words:
            sentences.append(f"{label}: {', '.join(words)}")
    return f"Shares of the variance of one score by metric. {'; '.join(sentences) or 'None is known'}."


def decision_alt(rows: pd.DataFrame, label: str, over: str) -> str:
    """Say what the curves of one metric show."""
    design = design_of_run(rows)
    sentences = f"Curves of G by {label} against the number of {over}"
    if design is None:
        return f"{sentences}: none, as G is undefined."
    needed = clusters_needed(design, 0.8)
    counts = f" .80 takes {needed:,.0f} of them." if np.isfinite(needed) else ""
    phi = float(predicted(design, design.clusters, design.items).phi)
    counts += f" Phi is {decimal(phi)}." if np.isfinite(phi) else ""
    if is_noisy(design):
        more = MORE * design.replicates
        g = float(predicted(design, design.clusters, design.items, more).g)
        counts += f" With {more} instead of {design.replicates} replicates G would be {decimal(g)}."
    return f"{sentences}; this run has {with_interval(estimate_of(design.g))} with {design.clusters}.{counts}"


def ranks_alt(rows: pd.DataFrame, label: str, labels: Mapping[str, str]) -> str:
    """Say which places each method may hold by one metric."""
    known = rows[(rows["coefficient"] == RANK) & rows["estimate"].notna()].sort_values("estimate")
    sentences = [f"{labels[row['method_a']]} {_places(row)}" for _, row in known.iterrows()]
    return f"Places that each method may hold by {label}: {'; '.join(sentences) or 'no ranks are known'}."


def _places(row: pd.Series) -> str:
    if not np.isfinite(row["ci_low"]):
        return f"mean rank {decimal(row['estimate'])}"
    return f"{row['ci_low']:.0f} to {row['ci_high']:.0f}"


def anchors_alt(rows: pd.DataFrame, label: str, study: Mapping, labels: Mapping[str, str]) -> str:
    """Say how far each method lies from every anchor."""
    known = rows[(rows["coefficient"] == CLIFFS_DELTA) & rows["estimate"].notna()]
    sentences = [
        f"{labels[row['method_a']]} against {anchor_label(study, row['method_b'])} {decimal(row['estimate'])}"
        for _, row in known.iterrows()
    ]
    return f"Paired Cliff's delta by {label}: {'; '.join(sentences) or 'no method has a control beside it'}."


def replicates_alt(scores: pd.DataFrame, metric: str, label: str, methods: Mapping[str, str]) -> str:
    """Say how far replicates lie apart; ``methods`` maps names of saliency methods to labels."""
    sentences = []
    for name, shown in methods.items():
        pair = replicate_pairs(scores, name, metric)
        if len(pair) > 1:
            low, bias, high = (decimal(value, 3) for value in limits(pair))
            sentences.append(f"{shown} bias {bias}, limits {low} and {high}")
    return f"Bland-Altman plots of two replicates by {label}: {'; '.join(sentences) or 'no method has two'}."
