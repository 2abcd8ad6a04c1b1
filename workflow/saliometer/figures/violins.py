"""Violin plots: how the scores of each method are distributed, one figure per metric.

Violins after Hintze & Nelson (The American Statistician, 1998), with a Gaussian kernel and Scott's
bandwidth, cut at the lowest and the highest score. Scores of a few values, such as hit or miss, are bars.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from scipy.stats import gaussian_kde

from saliometer.figures import style
from saliometer.findings import scope as scopes
from saliometer.findings.chance import chance_level, tiles_within
from saliometer.findings.figure_files import FigureSpec
from saliometer.findings.numbers import decimal
from saliometer.metrics import MetricSpec

FIGURE = FigureSpec(
    group="scores",
    place=10,
    of_each_metric=True,
    caption="{metric}: distribution over items, mean with its interval, and median; controls in grey.",
)

HALF_WIDTH = 0.40  # of a row, where a violin is widest
CURVE_POINTS = 120
FEW_VALUES, BAR_WIDTH = 5, 0.03  # drawn as bars, of this share of the range
ROW_HEIGHT = 0.27  # inches
RIGHT, TOP, BOTTOM, NOTE = 0.40, 0.24, 0.80, 0.13  # inches
NOT_APPLICABLE = "not applicable: needs negative relevance, the method gives none"
BLANK = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
SMALL_NOTE = {"fontsize": style.SMALL_FONT_SIZE, "style": "italic", "color": style.FAINT_INK}
MEDIAN = {"color": "white", "marker": "|", "markersize": 9, "markeredgewidth": 1.3, "linestyle": "none"}
MEAN = {"color": style.INK, "marker": "o", "markersize": 4.2, "markeredgecolor": "white", "linewidth": 1.4}


def draw(study: dict, tables: dict[str, pd.DataFrame], scope: scopes.Scope, name: str) -> Figure:
    """Draw the scores of all methods by the metric ``name``.

    Parameters: ``tables`` with ``scores``, ``summary`` and ``tiles``. Each row is a method: the violin of
    its scores, their median, and the mean with its interval as the summary table has it, the mean also
    in figures. A method that the metric does not apply to keeps its row, which says so.
    """
    metric, methods = scopes.shown_metrics(study)[name], scopes.shown_methods(study)
    scores = scopes.within(tables["scores"], scope)
    summary = scopes.within(tables["summary"], scope)
    summary = summary[summary["metric"] == name].set_index("method")
    colours = style.method_colours(study)
    with style.applied():
        labels = [scopes.method_label(study, method) for method in methods]
        figure = style.new_figure(style.COLUMN_WIDTH, TOP + BOTTOM + ROW_HEIGHT * len(methods))
        axes = style.add_axes(figure, style.text_width(labels) + 0.12, RIGHT, TOP, BOTTOM)
        _furnish(axes, labels, metric.label, len(scopes.control_methods(study)))
        ends = [] if scopes.is_table_study(study) else [0.0, 1.0]  # whose range is not known
        for row, method in enumerate(methods):
            values = scores.loc[scores["method"] == method, name].to_numpy(dtype=float)
            defined = values[np.isfinite(values)]
            if defined.size:
                ends += [float(defined.min()), float(defined.max())]
                _violin(axes, row, defined, colours[method])
                _centre(axes, row, summary.loc[method])
            else:
                _note(axes, row, _why_empty(study, method, metric, values.size))
        ends = ends or [0.0, 1.0]
        margin = 0.02 * (max(ends) - min(ends) or 1.0)
        axes.set_xlim(min(ends) - margin, max(ends) + margin)
        _chance_line(axes, chance_level(metric, scores, tiles_within(tables, scope)))
        left_out = any(not scopes.is_applicable(study, method, metric) for method in methods)
        _legend(figure, study, NOT_APPLICABLE if left_out else "")
    return figure


def violin_outline(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return positions and relative density (greatest 1) along the range of ``values`` (n,), finite.

    Scores that are all equal (to rounding) have no density: their outline is a stroke of full width. Scores
    that are few values, each there several times, are bars as high as their shares.
    """
    low, high = float(values.min()), float(values.max())
    if high - low <= 1e-6 * max(1.0, abs(high)):
        return np.array([low, high]), np.ones(2)
    distinct, counts = np.unique(values, return_counts=True)
    if distinct.size <= min(FEW_VALUES, values.size // 4):
        half = BAR_WIDTH / 2 * (high - low)
        edges = distinct[:, None] + [-half, -half, half, half]
        density = counts[:, None] / counts.max() * [0, 1, 1, 0]
        return np.clip(edges.ravel(), low, high), density.ravel()
    positions = np.linspace(low, high, CURVE_POINTS)
    density = gaussian_kde(values)(positions)
    return positions, density / density.max()


def _violin(axes: Axes, row: int, values: np.ndarray, colour: str) -> None:
    positions, density = violin_outline(values)
    upper, lower = row - HALF_WIDTH * density, row + HALF_WIDTH * density
    axes.fill_between(positions, upper, lower, facecolor=colour, edgecolor=colour, linewidth=0.8, alpha=0.75)


def _centre(axes: Axes, row: int, statistics: pd.Series) -> None:
    """Mark the median by a white bar, the mean by a dot with its interval and in figures."""
    outline = [withStroke(linewidth=2.6, foreground=style.INK)]
    axes.plot(statistics["median"], row, zorder=3, path_effects=outline, **MEDIAN)
    axes.plot(
        [statistics["ci_low"], statistics["ci_high"]],
        [row] * 2,
        color=style.INK,
        linewidth=1.4,
        solid_capstyle="butt",
        zorder=4,
    )
    axes.plot(statistics["mean"], row, zorder=5, markeredgewidth=0.5, **MEAN)
    _beside(axes, row, decimal(statistics["mean"]))


def _beside(axes: Axes, row: float, text: str, **changes) -> None:
    """Write at the right of a row, outside the axes."""
    axes.annotate(
        text,
        (1.0, row),
        xycoords=("axes fraction", "data"),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=style.SMALL_FONT_SIZE,
        **changes,
    )


def _why_empty(study: dict, method: str, metric: MetricSpec, n: int) -> str:
    if not scopes.is_applicable(study, method, metric):
        return "not applicable"
    return f"undefined on all {n} maps" if n else "no scores"


def _note(axes: Axes, row: int, text: str) -> None:
    axes.annotate(
        text,
        (0.98, row),
        xycoords=("axes fraction", "data"),
        ha="right",
        va="center",
        bbox=BLANK,
        **SMALL_NOTE,
    )


def _furnish(axes: Axes, labels: list[str], metric_label: str, n_controls: int) -> None:
    """Scales and labels, and the line that parts methods from controls."""
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xlabel(metric_label)
    axes.xaxis.grid(True, color=style.RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    _beside(axes, -0.85, "mean", color=style.FAINT_INK)
    if 0 < n_controls < len(labels):
        axes.axhline(len(labels) - n_controls - 0.5, color=style.FAINT_INK, linewidth=0.6)


def _chance_line(axes: Axes, chance: float) -> None:
    if not np.isfinite(chance):
        return
    axes.axvline(chance, color=style.INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=3)
    axes.annotate(
        f"chance {decimal(chance)}",
        (chance, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        fontsize=style.SMALL_FONT_SIZE,
    )


def _legend(figure: Figure, study: dict, note: str) -> None:
    share, over = study["intervals"]["confidence"], scopes.clusters_in_words(study)
    median = Line2D([], [], path_effects=[withStroke(linewidth=2.6, foreground=style.INK)], **MEDIAN)
    figure.legend(
        [Line2D([], [], markeredgewidth=0.5, **MEAN), median],
        [f"mean, {share:.0%} interval over the {over}", "median"],
        loc="lower center",
        bbox_to_anchor=(0.5, NOTE / figure.get_figheight()),
        ncols=2,
        frameon=False,
        handlelength=1.6,
        columnspacing=1.2,
        borderaxespad=0.1,
    )
    figure.text(0.5, 0.03 / figure.get_figheight(), note, ha="center", **SMALL_NOTE)
