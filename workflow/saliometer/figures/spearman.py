"""Heat maps of Spearman's rho between methods: do they find the same questions hard?"""

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from saliometer.figures import style
from saliometer.findings.coefficients import coefficient_rows
from saliometer.findings.figure_files import FigureSpec
from saliometer.findings.numbers import ABSENT, correlation
from saliometer.findings.scope import Scope, is_applicable, method_label, shown_methods, shown_metrics
from saliometer.reliability.rows.columns import RHO

FIGURE = FigureSpec(
    group="reliability",
    place=60,
    of_each_metric=True,
    caption="{metric}: do two methods find the same items easy?",
)

RHO_IN_WORDS = "Spearman\N{RIGHT SINGLE QUOTATION MARK}s \N{GREEK SMALL LETTER RHO}"
COLOURS = "RdBu_r"  # diverging, told apart by colour-blind readers; red is positive, as in the maps
CELL, LARGEST_CELL = 0.31, 0.42  # inches; the smaller has room for a sign and two digits
HEADER, MARGIN, LINE = 0.44, 0.06, 0.135  # inches


def draw(study: dict, tables: dict[str, pd.DataFrame], scope: Scope, name: str) -> Figure:
    """Draw the matrix of the metric ``name`` from table ``reliability``: its lower triangle, annotated.

    Figures in bold have an interval that excludes 0. Methods that the metric does not apply to are left
    out, and the figure says so; where there is no coefficient at all it gives the reason.
    """
    metric = shown_metrics(study)[name]
    methods = [method for method in shown_methods(study) if is_applicable(study, method, metric)]
    left_out = [method_label(study, method) for method in shown_methods(study) if method not in methods]
    rows = coefficient_rows(study, tables["reliability"], scope, RHO)
    rows = rows[rows["metric"] == name]
    estimates, sure = correlation_matrix(rows, methods)
    with style.applied():
        if not np.isfinite(estimates).any():
            return style.message_figure([f"{metric.label}: no {RHO_IN_WORDS}", *reasons(rows)])
        labels = [method_label(study, method) for method in methods]
        notes = _notes(left_out)
        left, sides = style.text_width(labels) + 0.12, len(labels) - 1
        cell = max(CELL, min(LARGEST_CELL, (style.COLUMN_WIDTH - left - MARGIN) / sides))
        bottom = 0.707 * style.text_width(labels[:-1]) + 0.18 + LINE * len(notes)
        width = max(style.COLUMN_WIDTH, left + sides * cell + MARGIN)
        figure = style.new_figure(width, HEADER + sides * cell + bottom)
        right = width - left - sides * cell
        axes = style.add_axes(figure, left, right, HEADER, bottom)
        _matrix(axes, estimates, sure, labels)
        _part_controls(axes, sum(not study["methods"][method]["control"] for method in methods), len(methods))
        _header(figure, metric.label)
        figure.text(0.5, 0.01, "\n".join(notes), ha="center", fontsize=style.SMALL_FONT_SIZE, linespacing=1.3)
    return figure


def correlation_matrix(rows: pd.DataFrame, methods: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Collect Spearman's rho between methods from rows of the table of coefficients.

    Returns estimates (k, k), NaN where there is none, and booleans (k, k): the interval excludes 0.
    The rows have each pair once, in either order.
    """
    place = {method: number for number, method in enumerate(methods)}
    estimates = np.full((len(methods), len(methods)), np.nan)
    sure = np.zeros(estimates.shape, dtype=bool)
    for row in rows[rows["method_a"].isin(place) & rows["method_b"].isin(place)].itertuples():
        one, other = place[row.method_a], place[row.method_b]
        estimates[one, other] = estimates[other, one] = row.estimate
        sure[one, other] = sure[other, one] = row.ci_low > 0 or row.ci_high < 0
    return estimates, sure


def reasons(rows: pd.DataFrame) -> list[str]:
    """List the distinct reasons that rows of Spearman's rho give for having none."""
    return sorted(set(rows["reason"].dropna())) or ["fewer than two methods can be compared"]


def _matrix(axes: Axes, estimates: np.ndarray, sure: np.ndarray, labels: list[str]) -> None:
    """The lower triangle without the diagonal, whose ones say nothing."""
    k = len(labels)
    colours, norm = colormaps[COLOURS], Normalize(-1, 1)
    below = np.tril(np.ones((k, k), dtype=bool), -1)
    axes.imshow(np.ma.masked_where(~below | ~np.isfinite(estimates), estimates), cmap=COLOURS, norm=norm)
    for row, column in np.argwhere(below):
        value = estimates[row, column]
        known = np.isfinite(value)
        axes.text(
            column,
            row,
            correlation(value) if known else ABSENT,
            ha="center",
            va="center",
            fontsize=style.SMALL_FONT_SIZE,
            fontweight="bold" if sure[row, column] else "normal",
            color=style.ink_on(colours(norm(value))) if known else style.FAINT_INK,
        )
    axes.set_xlim(-0.5, k - 1.5)
    axes.set_ylim(k - 0.5, 0.5)
    axes.set_xticks(range(k - 1), labels[:-1], rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(1, k), labels[1:])
    axes.tick_params(axis="x", length=0, labelsize=style.FONT_SIZE)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _part_controls(axes: Axes, n_real: int, n_methods: int) -> None:
    """Lines between methods and controls, where there are both."""
    if 0 < n_real < n_methods:
        edge = n_real - 0.5
        axes.plot([-0.5, edge, edge], [edge, edge, n_methods - 0.5], color=style.FAINT_INK, linewidth=0.6)


def _header(figure: Figure, metric_label: str) -> None:
    """What is shown at the left, the scale of colours at the right."""
    width, height = figure.get_size_inches()
    top = 1 - 0.15 / height
    figure.text(0.02, top, f"{RHO_IN_WORDS}, {metric_label}", va="center")
    bar = figure.add_axes((1 - 1.10 / width, top - 0.05 / height, 0.95 / width, 0.10 / height))
    scale = figure.colorbar(ScalarMappable(Normalize(-1, 1), COLOURS), cax=bar, orientation="horizontal")
    scale.set_ticks([-1, 0, 1])
    scale.outline.set_linewidth(0.4)
    bar.tick_params(length=2, pad=1.5)


def _notes(left_out: list[str]) -> list[str]:
    notes = ["bold: interval excludes 0"]
    if left_out:
        notes += style.wrap(f"not applicable to: {', '.join(left_out)}", 58)
    return notes
