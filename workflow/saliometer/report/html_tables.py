"""Tables of the page as plain records, each cell with its text and the number it sorts by."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from saliometer.findings.numbers import ABSENT, decimal, interval
from saliometer.findings.results import Cost, Estimate, MethodResult
from saliometer.metrics import MetricSpec
from saliometer.report.conclusions import verdict_words
from saliometer.report.context_sentences import settings_in_words
from saliometer.report.sentences import value_and_bounds

NOT_APPLICABLE = "not applicable"


class Cell(NamedTuple):
    """``sort`` is a number, or None for a cell that sorts by its text (missing numbers sort last).

    ``bounds`` is the interval of a number, which may stand below it.
    """

    text: str
    sort: float | None = None
    bounds: str = ""


class HtmlTable(NamedTuple):
    """A table: the first cell of each row is its heading; ``numeric`` tells the columns of numbers."""

    caption: str
    columns: list[str]
    numeric: list[bool]
    rows: list[list[Cell]]


def make_table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> HtmlTable:
    """Make a table; a column is numeric when any of its cells sorts by a number."""
    numeric = [any(row[place].sort is not None for row in rows) for place in range(len(columns))]
    return HtmlTable(caption, list(columns), numeric, [list(row) for row in rows])


def number_cell(value: float, digits: int = 2) -> Cell:
    """Return a number's cell; NaN is a dash and sorts last."""
    return Cell(decimal(value, digits), float(value)) if np.isfinite(value) else Cell(ABSENT)


def estimate_cell(estimate: Estimate) -> Cell:
    """Return the cell of an estimate with its interval; NaN is a dash and sorts last."""
    if not np.isfinite(estimate.value):
        return Cell(ABSENT)
    value, bounds = value_and_bounds(estimate)
    return Cell(value, float(estimate.value), bounds)


def leading_table(results: Sequence[MethodResult], caption: str) -> HtmlTable:
    """Rank, mean, median, differences from the controls and verdict of every method, best first."""
    controls = list(dict.fromkeys(d.control for result in results for d in result.differences))
    columns = ["Method", "Rank", "Mean [interval]", "Median", *(f"minus {c}" for c in controls), "Verdict"]
    rows = []
    for result in sorted(results, key=lambda r: (r.control, r.rank or np.inf)):
        differences = {d.control: estimate_cell(d.estimate) for d in result.differences}
        rows.append(
            [
                Cell(result.label),
                Cell(ABSENT) if result.rank is None else Cell(str(result.rank), result.rank),
                estimate_cell(result.mean),
                number_cell(result.median),
                *(differences.get(control, Cell(ABSENT)) for control in controls),
                Cell(verdict_words(result)),
            ]
        )
    return make_table(caption, columns, rows)


def metrics_table(by_metric: Mapping[str, Sequence[MethodResult]], caption: str) -> HtmlTable:
    """Mean and interval by metric of every method that any of them applies to.

    Parameters: ``by_metric`` maps a metric's label to the results of all methods, in one order.
    """
    rows = [
        [Cell(results[0].label), *map(_mean_cell, results)]
        for results in zip(*by_metric.values(), strict=True)
        if any(result.applicable for result in results)
    ]
    return make_table(caption, ["Method", *by_metric], rows)


def meanings_table(metrics: Sequence[MetricSpec]) -> HtmlTable:
    """What each metric is."""
    rows = [[Cell(one.label), Cell(f"{one.meaning[0].upper()}{one.meaning[1:]}.")] for one in metrics]
    return make_table("What these metrics are", ["Metric", "Meaning"], rows)


def _mean_cell(result: MethodResult) -> Cell:
    return estimate_cell(result.mean) if result.applicable else Cell(NOT_APPLICABLE)


def methods_table(study: Mapping, labels: Mapping[str, str]) -> HtmlTable:
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


def _role(block: Mapping) -> str:
    if block.get("ceiling_of") is not None:
        return "positive anchor"
    return "control" if block["control"] else "method"


def pairs_table(rows: pd.DataFrame, labels: Mapping[str, str], metrics: Mapping[str, str]) -> HtmlTable:
    """Spearman's rho of every pair of methods with its interval; ``metrics`` maps names to labels."""
    cells = [
        [
            Cell(metrics[row.metric]),
            Cell(labels[row.method_a]),
            Cell(labels[row.method_b]),
            number_cell(row.estimate),
            Cell(interval(row.ci_low, row.ci_high) or ABSENT),
        ]
        for row in rows.itertuples()
        if row.metric in metrics
    ]
    columns = ["Metric", "Method", "Method", "Spearman's rho", "Interval"]
    return make_table("All pairs", columns, cells)


def cost_table(costs: Sequence[Cost]) -> HtmlTable:
    """Maps, seconds per map, memory and device by method."""
    rows = [
        [
            Cell(cost.label),
            Cell(f"{cost.n_maps:,}", cost.n_maps),
            number_cell(cost.seconds_per_map, 3),
            number_cell(cost.memory, 0),
            Cell(", ".join(cost.devices) or ABSENT),
        ]
        for cost in costs
    ]
    return make_table(
        "Cost of the maps", ["Method", "Maps", "Seconds per map", "Peak memory, MB", "Device"], rows
    )
