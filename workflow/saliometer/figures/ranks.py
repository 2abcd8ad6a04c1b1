"""Rank confidence sets: which places each method may hold by one metric, all at once."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from saliometer.figures import forest, style
from saliometer.findings.coefficients import coefficient_rows
from saliometer.findings.figure_files import FigureSpec
from saliometer.findings.numbers import ABSENT
from saliometer.findings.scope import Scope, method_label, shown_metrics
from saliometer.reliability.rows.columns import GENERALIZABILITY, RANK, SELECTED

FIGURE = FigureSpec(
    group="reliability",
    place=40,
    of_each_metric=True,
    caption="{metric}: places that each method may hold, all at once.",
)

ROW_HEIGHT, RIGHT = 0.24, 0.50  # inches
BAR = 0.62  # of a row
SET = {"alpha": 0.45, "linewidth": 0.8}


def draw(study: dict, tables: dict[str, pd.DataFrame], scope: Scope, name: str) -> Figure:
    """Draw each method's set of places as a bar and its place by the mean as a dot.

    The best place is at the top. At the right stands how often the method has the best mean when
    whole clusters are resampled. Without rankings the figure says why.
    """
    metric = shown_metrics(study)[name]
    ranks, often = (_rows(study, tables, scope, name, kind) for kind in (RANK, SELECTED))
    ranks = ranks[ranks["estimate"].notna()].sort_values("estimate", kind="stable")
    with style.applied():
        if ranks.empty:
            why = _rows(study, tables, scope, name, GENERALIZABILITY)["reason"].dropna().unique()
            return style.message_figure(
                [f"{metric.label}: no ranks", *(why if len(why) else ["not computed"])]
            )
        colours = style.method_colours(study)
        labels = [method_label(study, method) for method in ranks["method_a"]]
        has_sets = ranks["ci_low"].notna().any()
        share = f"{study['intervals']['confidence']:.0%}"
        notes = [f"bar: places it may hold, all at once with {share} confidence"] if has_sets else []
        notes += ["dot: place by the mean"]
        notes += [] if has_sets else sorted(set(ranks["reason"].dropna()))
        figure, axes = forest.rows_figure(labels, ROW_HEIGHT, notes, RIGHT)
        _furnish(axes, len(ranks), metric.label)
        by_method = often.drop_duplicates("method_a").set_index("method_a")["estimate"]
        for place, (_, row) in enumerate(ranks.iterrows()):
            _draw_row(axes, place, row, colours[row["method_a"]])
            value = by_method.get(row["method_a"], np.nan)
            text = f"{100 * value:.0f} %" if np.isfinite(value) else ABSENT
            forest.write_beside(axes, place, text)
    return figure


def _rows(study, tables, scope, name: str, coefficient: str) -> pd.DataFrame:
    rows = coefficient_rows(study, tables["reliability"], scope, coefficient)
    return rows[rows["metric"] == name]


def _draw_row(axes: Axes, place: int, row: pd.Series, colour: str) -> None:
    low, high = row["ci_low"], row["ci_high"]
    if np.isfinite(low):
        axes.barh(place, high - low + 0.7, BAR, low - 0.35, color=colour, edgecolor=colour, **SET)
    look = {"markersize": 5.5, "markeredgecolor": "white", "markeredgewidth": 0.7}
    axes.plot(row["estimate"], place, "o", color=style.INK, zorder=4, **look)


def _furnish(axes: Axes, n: int, metric_label: str) -> None:
    axes.set_xlim(0.5, n + 0.5)
    axes.set_xticks([place for place in range(1, n + 1) if n <= 10 or place % 5 == 0 or place == 1])
    axes.set_xlabel(f"place by {metric_label}")
    forest.write_above(axes, 1, "best", "center")
    forest.write_beside(axes, -0.85, "best in", color=style.FAINT_INK)
