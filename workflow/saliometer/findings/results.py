"""What a run says of its methods, as plain records: the statistics, rank and standing of every method."""

from collections.abc import Mapping
from enum import StrEnum, auto
from typing import NamedTuple

import numpy as np
import pandas as pd

from saliometer.findings.chance import chance_level, tiles_within
from saliometer.findings.coefficients import coefficient_rows
from saliometer.findings.scope import (
    Scope,
    is_applicable,
    is_ceiling,
    method_label,
    real_methods,
    shown_methods,
    shown_metrics,
    within,
)
from saliometer.metrics import MetricSpec, smallest_difference
from saliometer.reliability.codes import Code
from saliometer.reliability.rows.columns import DIFFERENCE, RANK
from saliometer.reliability.rows.sides import ControlSide, control_side, withdrawn_of


class Standing(StrEnum):
    """Where a method stands against chance and every control; barely: by too little to matter."""

    ABOVE = auto()
    BARELY_ABOVE = auto()
    BELOW = auto()
    BARELY_BELOW = auto()
    UNDECIDED = auto()
    UNDEFINED = auto()


class Estimate(NamedTuple):
    """A number with its interval; NaN where undefined."""

    value: float
    low: float
    high: float


def estimate_of(row: Mapping) -> Estimate:
    """Return the estimate and interval of a row of coefficients."""
    return Estimate(float(row["estimate"]), float(row["ci_low"]), float(row["ci_high"]))


class Difference(NamedTuple):
    """The mean difference of a method from one control, by the control's label.

    ``side``: what the table concludes from it, after Holm's adjustment for all methods and controls; None
    where the two are not told apart. ``withdrawn``: why they are not though the interval excludes 0.
    """

    control: str
    estimate: Estimate
    side: ControlSide | None
    withdrawn: Code | None = None


class MethodResult(NamedTuple):
    """One method by one metric within one scope.

    ``rank`` among the real methods, 1 is best, equal means share the lowest; None for controls and where
    the mean is undefined. It is by the means on the items on which all compared methods are defined, as all
    that is said of pairs. ``standing`` is None for controls and for metrics without a chance level.
    ``ceiling``: of the controls, whether it is a positive anchor.
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
    standing: Standing | None
    ceiling: bool = False


def method_results(
    study: dict, tables: dict[str, pd.DataFrame], scope: Scope, name: str
) -> list[MethodResult]:
    """Collect the results of all methods by the metric ``name``, methods before controls.

    Parameters: ``tables`` with ``scores``, ``summary``, ``tiles`` and ``reliability``. Every number is the
    table's; only rank and standing are made here.
    """
    metric = shown_metrics(study)[name]
    scores = within(tables["scores"], scope)
    chance = chance_level(metric, scores, tiles_within(tables, scope))
    summary = within(tables["summary"], scope)
    rows = summary[summary["metric"] == name].set_index("method")
    places = coefficient_rows(study, tables["reliability"], scope, RANK)
    places = places[places["metric"] == name].set_index("method_a")["estimate"].dropna()
    ranks = rank_means(rows["mean"].reindex(real_methods(study)), metric.higher_is_better)
    if len(places):
        ranks = rank_means(places, higher_is_better=False)
    smallest = smallest_difference(metric, study["intervals"]["smallest_difference"])
    of_controls = coefficient_rows(study, tables["reliability"], scope, DIFFERENCE)
    of_controls = of_controls[of_controls["metric"] == name]
    results = []
    for method in shown_methods(study):
        row = rows.loc[method] if method in rows.index else None
        mean = (
            Estimate(np.nan, np.nan, np.nan)
            if row is None
            else Estimate(row["mean"], row["ci_low"], row["ci_high"])
        )
        control = study["methods"][method]["control"]
        differences = [] if control else control_differences(study, of_controls, metric, method)
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
                standing=None
                if control or np.isnan(chance)
                else standing_of(mean, chance, differences, smallest),
                ceiling=is_ceiling(study, method),
            )
        )
    return results


def rank_means(means: pd.Series, higher_is_better: bool = True) -> dict[str, int]:
    """Rank methods by their means, 1 is best, equal means share the lowest rank; NaN has no rank."""
    ranks = means.dropna().rank(method="min", ascending=not higher_is_better)
    return {method: int(rank) for method, rank in ranks.items()}


def standing_of(
    mean: Estimate, chance: float, differences: list[Difference], smallest: float = 0.0
) -> Standing:
    """Say where a method stands: the interval of its mean and the verdict on each difference must agree.

    Above chance when the interval of the mean lies above the chance level and the method is above every
    control; below likewise; else undecided, as it is without an interval (fewer than two clusters). Barely so
    when the mean is nearer to chance than ``smallest``, or a control is nearer than that.
    """
    if np.isnan(mean.value):
        return Standing.UNDEFINED
    sides = [difference.side for difference in differences]
    negligible = abs(mean.value - chance) < smallest or any(side and side.negligible for side in sides)
    if mean.low > chance and all(side and side.above for side in sides):
        return Standing.BARELY_ABOVE if negligible else Standing.ABOVE
    if mean.high < chance and all(side and not side.above for side in sides):
        return Standing.BARELY_BELOW if negligible else Standing.BELOW
    return Standing.UNDECIDED


def control_differences(study: dict, rows: pd.DataFrame, metric: MetricSpec, method: str) -> list[Difference]:
    """List a method's paired mean difference from each control that the metric applies to.

    Parameters: ``rows`` of DIFFERENCE of the metric within one scope. Rows of other anchors, a method's own
    maps with rotated labels or its ceiling, decide no verdict.
    """
    rows = rows[rows["method_a"] == method].set_index("method_b")
    return [
        Difference(
            method_label(study, control),
            Estimate(*rows.loc[control, ["estimate", "ci_low", "ci_high"]]),
            control_side(rows.loc[control, "verdict_code"]),
            withdrawn_of(rows.loc[control]),
        )
        for control in rows.index
        if control in study["methods"]
        and not is_ceiling(study, control)
        and is_applicable(study, control, metric)
    ]


def top1_ceiling(predictions: pd.DataFrame) -> float:
    """Return the greatest top-1 rate that a model can reach on the items of one scope.

    1 where each mosaic is asked for one class; else the mean of 1 / classes of a mosaic, since only one of
    them can come first.
    """
    several = predictions.groupby("mosaic")["target"].nunique().max() > 1
    return float((1 / predictions["n_classes"]).mean()) if several else 1.0


class Cost(NamedTuple):
    """What the maps of one method cost; NaN where that was not measured.

    ``seconds_per_map`` is of whole jobs, ``memory`` their greatest peak in MB.
    """

    label: str
    n_maps: int
    seconds_per_map: float
    memory: float
    devices: list[str]


def map_costs(study: dict, tables: dict[str, pd.DataFrame], scope: Scope) -> list[Cost]:
    """Collect what the maps of every method cost within one scope; ``tables`` with ``cost``, ``scores``."""
    jobs = within(tables["cost"], scope)
    jobs = jobs[jobs["stage"] == "maps"]
    n_maps = within(tables["scores"], scope).groupby("method").size()
    return [
        _method_cost(method_label(study, method), jobs[jobs["method"] == method], int(n_maps.get(method, 0)))
        for method in shown_methods(study)
    ]


def _method_cost(label: str, jobs: pd.DataFrame, n_maps: int) -> Cost:
    measured = len(jobs) > 0 and n_maps > 0
    seconds = float(jobs["seconds"].sum(skipna=False)) / n_maps if measured else float("nan")
    return Cost(label, n_maps, seconds, float(jobs["max_rss_mb"].max()), sorted(set(jobs["device"].dropna())))
