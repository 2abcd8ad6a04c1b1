"""Methods against anchors: the paired Cliff's delta of every method and control by one metric.

Whether a method is told from an anchor is decided by the difference of their means, here as everywhere.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from saliometer.figures import forest, style
from saliometer.findings.coefficients import coefficient_rows
from saliometer.findings.figure_files import FigureSpec
from saliometer.findings.scope import (
    Scope,
    anchor_label,
    clusters_in_words,
    method_label,
    real_methods,
    shown_metrics,
)
from saliometer.reliability.rows.columns import CLIFFS_DELTA, DIFFERENCE
from saliometer.reliability.rows.sides import control_side

FIGURE = FigureSpec(
    group="reliability",
    place=50,
    of_each_metric=True,
    caption="{metric}: how far each method scores beyond every control.",
)

STEP, GAP = 0.125, 0.10  # inches from one anchor to the next, and between methods
MARKERS = "oDs^vP*X"
RIGHT = 0.12  # inches
LEGEND_CHARACTERS = 26


def draw(study: dict, tables: dict[str, pd.DataFrame], scope: Scope, name: str) -> Figure:
    """Draw paired Cliff's delta of each method against each anchor, from table ``reliability``.

    It is the share of items on which the method scores higher, less the share on which the anchor
    does. Filled marks are told apart by the difference of their means. Without any the figure says why.
    """
    metric = shown_metrics(study)[name]
    rows = coefficient_rows(study, tables["reliability"], scope, CLIFFS_DELTA)
    rows = rows[(rows["metric"] == name) & rows["estimate"].notna()]
    anchors = list(dict.fromkeys(rows["method_b"]))
    methods = [method for method in real_methods(study) if (rows["method_a"] == method).any()]
    with style.applied():
        if not methods:
            return style.message_figure([f"{metric.label}: no method shares items with a control"])
        share, over = study["intervals"]["confidence"], clusters_in_words(study)
        notes = [f"bars: {share:.0%} intervals over the {over}; filled: told apart by the means"]
        if not metric.higher_is_better:
            notes += ["lower is better by this metric"]
        legends = [legend_text(study, anchor) for anchor in anchors]
        legend_lines = -(-len(anchors) // 2) * max(text.count("\n") + 1 for text in legends)
        labels = [method_label(study, method) for method in methods]
        height = max(0.2, GAP + STEP * len(anchors))
        figure, axes = forest.rows_figure(labels, height, notes, RIGHT, legend_lines)
        _furnish(axes, metric.label)
        table = rows.drop_duplicates(["method_a", "method_b"]).set_index(["method_a", "method_b"])
        differences = coefficient_rows(study, tables["reliability"], scope, DIFFERENCE)
        differences = differences[differences["metric"] == name].to_dict("records")
        sure = {
            (row["method_a"], row["method_b"]) for row in differences if control_side(row["verdict_code"])
        }
        for place, method in enumerate(methods):
            for number, anchor in enumerate(anchors):
                if (method, anchor) in table.index:
                    shift = (number - (len(anchors) - 1) / 2) * STEP / height
                    row = table.loc[(method, anchor)]
                    _mark(axes, place + shift, row, number, (method, anchor) in sure)
        _legend(figure, legends)
    return figure


def legend_text(study: dict, anchor: str) -> str:
    """Return the words of an anchor's legend, broken into lines."""
    return "\n".join(style.wrap(f"against {anchor_label(study, anchor)}", LEGEND_CHARACTERS))


def _mark(axes: Axes, place: float, row: pd.Series, number: int, sure: bool) -> None:
    colour = _colour(number)
    face = colour if sure else "white"
    look = {"markersize": 4.2, "markeredgecolor": colour, "markeredgewidth": 0.9, "markerfacecolor": face}
    ends = row[["ci_low", "ci_high"]].astype(float).clip(-1, 1)
    bounded = {"estimate": row["estimate"], "ci_low": ends["ci_low"], "ci_high": ends["ci_high"]}
    forest.draw_estimate(axes, place, bounded, colour, marker=MARKERS[number % len(MARKERS)], **look)


def _colour(number: int) -> str:
    return style.INK if number % 2 == 0 else "#7a7a7a"


def _furnish(axes: Axes, metric_label: str) -> None:
    axes.set_xlim(-1.04, 1.04)
    axes.set_xticks(np.linspace(-1, 1, 5))
    axes.set_xlabel(
        f"paired Cliff\N{RIGHT SINGLE QUOTATION MARK}s \N{GREEK SMALL LETTER DELTA}, {metric_label}"
    )
    axes.axvline(0, color=style.INK, linewidth=0.9, linestyle=forest.DASHED)
    forest.write_above(axes, -1, "always lower", "left")
    forest.write_above(axes, 1, "always higher", "right")


def _legend(figure: Figure, labels: list[str]) -> None:
    marks = [
        Line2D([], [], color=_colour(n), marker=MARKERS[n % len(MARKERS)], markersize=4.2, linestyle="none")
        for n in range(len(labels))
    ]
    figure.legend(
        marks,
        labels,
        loc="lower center",
        bbox_to_anchor=(0.5, 0.02 / figure.get_figheight()),
        ncols=2 if len(labels) > 1 else 1,
        frameon=False,
        handlelength=1.2,
        columnspacing=1.2,
        borderaxespad=0.0,
        labelspacing=0.3,
    )
