"""What a run found, as plain records: the statistics, rank and verdict of every method."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from saliometer.figures.chance import chance_level
from saliometer.figures.scope import (
    Scope,
    is_applicable,
    method_label,
    real_methods,
    shown_methods,
    shown_metrics,
    within,
)

ABOVE, BELOW, OPEN, UNDEFINED = "above chance", "below chance", "undecided", "undefined"


class Estimate(NamedTuple):
    """A number with its interval; NaN where undefined."""

    value: float
    low: float
    high: float


class Difference(NamedTuple):
    """The mean difference of a method from one control, by the control's label."""

    control: str
    estimate: Estimate


class MethodResult(NamedTuple):
    """One method by one metric within one scope.

    ``rank`` among the real methods, 1 is best, equal means share the lowest; None for controls and where
    the mean is undefined. ``verdict`` is one of ABOVE, BELOW, OPEN, UNDEFINED; "" for controls and for
    metrics without a chance level.
    """

    name: str
    label: str
    control: bool
    applicable: bool
    n: int
    n_defined: int
    mean: Estimate
    median: float
    rank: int | None
    chance: float
    differences: list[Difference]
    verdict: str


def method_results(
    study: dict, tables: dict[str, pd.DataFrame], scope: Scope, name: str
) -> list[MethodResult]:
    """Collect the results of all methods by the metric ``name``, methods before controls.

    Parameters: ``tables`` with ``scores``, ``summary``, ``tiles`` and ``reliability``. Every number is the
    table's; only rank and verdict are made here.
    """
    metric = shown_metrics(study)[name]
    scores = within(tables["scores"], scope)
    chance = chance_level(metric, scores, within(tables["tiles"], scope))
    summary = within(tables["summary"], scope)
    rows = summary[summary["metric"] == name].set_index("method")
    ranks = rank_means(rows["mean"].reindex(real_methods(study)), metric.higher_is_better)
    results = []
    for method in shown_methods(study):
        row = rows.loc[method] if method in rows.index else None
        mean = (
            Estimate(np.nan, np.nan, np.nan)
            if row is None
            else Estimate(row["mean"], row["ci_low"], row["ci_high"])
        )
        control = study["methods"][method]["control"]
        differences = (
            [] if control else control_differences(study, tables["reliability"], scope, name, method)
        )
        results.append(
            MethodResult(
                name=method,
                label=method_label(study, method),
                control=control,
                applicable=is_applicable(study, method, metric),
                n=0 if row is None else int(row["n"]),
                n_defined=0 if row is None else int(row["n_defined"]),
                mean=mean,
                median=float("nan") if row is None else float(row["median"]),
                rank=ranks.get(method),
                chance=chance,
                differences=differences,
                verdict="" if control or np.isnan(chance) else judge(mean, chance, differences),
            )
        )
    return results


def rank_means(means: pd.Series, higher_is_better: bool = True) -> dict[str, int]:
    """Rank methods by their means, 1 is best, equal means share the lowest rank; NaN has no rank."""
    ranks = means.dropna().rank(method="min", ascending=not higher_is_better)
    return {method: int(rank) for method, rank in ranks.items()}


def judge(mean: Estimate, chance: float, differences: list[Difference]) -> str:
    """Say where a method stands: the whole interval of its mean and of each difference must agree.

    Above chance when the interval of the mean lies above the chance level and that of the paired
    difference from every control above 0; below likewise; else undecided, as it is without an interval
    (fewer than two clusters).
    """
    if np.isnan(mean.value):
        return UNDEFINED
    estimates = [difference.estimate for difference in differences]
    if mean.low > chance and all(estimate.low > 0 for estimate in estimates):
        return ABOVE
    if mean.high < chance and all(estimate.high < 0 for estimate in estimates):
        return BELOW
    return OPEN


def control_differences(
    study: dict, reliability: pd.DataFrame, scope: Scope, name: str, method: str
) -> list[Difference]:
    """List a method's paired mean difference from each control that the metric applies to."""
    metric = shown_metrics(study)[name]
    rows = within(reliability, scope)
    rows = rows[(rows["coefficient"] == "difference_from_control") & (rows["metric"] == name)]
    rows = rows[rows["method_a"] == method].set_index("method_b")
    return [
        Difference(
            method_label(study, control), Estimate(*rows.loc[control, ["estimate", "ci_low", "ci_high"]])
        )
        for control in rows.index
        if is_applicable(study, control, metric)
    ]


def coefficient_rows(reliability: pd.DataFrame, scope: Scope, coefficient: str) -> pd.DataFrame:
    """Return the rows of one coefficient within a scope."""
    rows = within(reliability, scope)
    return rows[rows["coefficient"] == coefficient]
