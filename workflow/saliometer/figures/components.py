"""Variance components of each metric as stacked bars: what makes scores differ?"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from saliometer.figures import forest, style
from saliometer.findings.coefficients import coefficient_rows
from saliometer.findings.components import PARTS, components_by_name, shares
from saliometer.findings.figure_files import FigureSpec
from saliometer.findings.scope import Scope, clusters_in_words, shown_metrics, within
from saliometer.reliability.rows.columns import ALL, GENERALIZABILITY

FIGURE = FigureSpec(
    group="reliability",
    place=20,
    caption="What makes scores differ: shares of the variance of one score. Blue parts bear on the order.",
)

ROW_HEIGHT, BAR = 0.30, 0.66  # inches, and of a row
ROOM_FOR_NUMBER = 0.085  # of the bar
LEGEND_LINES = 3
# Blue parts decide on the order of methods, for it or against it; orange ones move all methods alike.
LOOKS = {
    "method": ("#08519c", ""),
    "method_class": ("#6baed6", ""),
    "residual": ("#c6dbef", ""),
    "replicate": ("#ffffff", "////"),
    "class": ("#d98b3a", ""),
    "item": ("#f6d2a6", ""),
}


def draw(study: dict, tables: dict[str, pd.DataFrame], scope: Scope, name: str = "") -> Figure:
    """Draw the shares of the variance of one score by metric, from table ``reliability``.

    Negative components are drawn as nothing and named under the axes, as are those that are undefined.
    """
    metrics = shown_metrics(study)
    rows = within(tables["reliability"], scope)
    rows = rows[rows["items"] == ALL]
    by_metric = {metric: components_by_name(rows[rows["metric"] == metric]) for metric in metrics}
    by_metric = {metric: parts for metric, parts in by_metric.items() if shares(parts)}
    of_g = coefficient_rows(study, tables["reliability"], scope, GENERALIZABILITY)
    why = of_g.drop_duplicates("metric").set_index("metric")["reason"].to_dict()
    absent = {
        metric: _reason(why.get(metric), metric in by_metric) for metric in metrics if metric not in by_metric
    }
    numbers = forest.number_reasons(absent)
    over = clusters_in_words(study)
    notes = [f"({number}) {reason}" for reason, number in numbers.items()]
    notes += notes_on(by_metric, {name: metric.label for name, metric in metrics.items()}, over)
    with style.applied():
        if not by_metric:
            return style.message_figure(["no variance components", *numbers])
        labels = [metric.label for metric in metrics.values()]
        figure, axes = forest.rows_figure(labels, ROW_HEIGHT, notes, 0.14, LEGEND_LINES)
        _furnish(axes)
        for place, metric in enumerate(metrics):
            if metric in by_metric:
                _bar(axes, place, shares(by_metric[metric]))
            else:
                forest.write_absent(axes, place, f"no components ({numbers[absent[metric]]})")
        _legend(figure, over)
    return figure


def notes_on(by_metric: dict[str, dict], labels: dict[str, str], over: str) -> list[str]:
    """Say which components are negative or undefined, metrics of the same case together."""
    cases: dict[str, list[str]] = {}
    for metric, parts in by_metric.items():
        for name, (value, reason) in parts.items():
            words = PARTS[name].format(over=over)
            if np.isnan(value):
                cases.setdefault(f"{words} undefined: {reason or 'not computed'}", []).append(labels[metric])
            elif value < 0:
                cases.setdefault(f"{words} below 0, drawn as 0", []).append(labels[metric])
    return [
        case if len(who) == len(by_metric) else f"{', '.join(who)}: {case}" for case, who in cases.items()
    ]


def _reason(reason, known: bool) -> str:
    return "scores do not vary, or were not computed" if reason is None or pd.isna(reason) else str(reason)


def _bar(axes: Axes, place: int, parts: dict[str, float]) -> None:
    left = 0.0
    for name, (colour, hatch) in LOOKS.items():
        share = parts.get(name, 0.0)
        if not share:
            continue
        look = {"edgecolor": style.FAINT_INK, "linewidth": 0.5, "hatch": hatch}
        axes.barh(place, share, BAR, left, color=colour, **look)
        if share >= ROOM_FOR_NUMBER:
            box = {"bbox": forest.BLANK} if hatch else {}
            axes.text(
                left + share / 2,
                place,
                f"{100 * share:.0f}",
                ha="center",
                va="center",
                fontsize=style.SMALL_FONT_SIZE,
                color=style.ink_on(colour),
                **box,
            )
        left += share


def _furnish(axes: Axes) -> None:
    axes.set_xlim(0, 1)
    axes.set_xticks(np.linspace(0, 1, 5), [f"{100 * tick:.0f}" for tick in np.linspace(0, 1, 5)])
    axes.set_xlabel("% of the variance of one score")
    axes.xaxis.grid(False)


def _legend(figure: Figure, over: str) -> None:
    patches = [
        Patch(facecolor=colour, hatch=hatch, edgecolor=style.FAINT_INK, linewidth=0.5)
        for colour, hatch in LOOKS.values()
    ]
    labels = [words.format(over=over) for words in PARTS.values()]
    figure.legend(
        patches,
        labels,
        loc="lower center",
        bbox_to_anchor=(0.5, 0.02 / figure.get_figheight()),
        ncols=2,
        frameon=False,
        handlelength=1.2,
        handleheight=0.8,
        columnspacing=1.0,
        borderaxespad=0.0,
        labelspacing=0.35,
    )
