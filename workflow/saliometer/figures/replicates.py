"""Bland-Altman plots of replicates: the difference of two scores of the same item against their mean.

Source: Bland & Altman, "Statistical methods for assessing agreement" (The Lancet 327, 1986).
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from saliometer.figures import forest, style
from saliometer.findings.figure_files import FigureSpec
from saliometer.findings.numbers import decimal
from saliometer.findings.replicates import limits, replicate_pairs
from saliometer.findings.scope import Scope, leading_metric, method_label, real_methods, shown_metrics, within

FIGURE = FigureSpec(
    group="scores",
    place=20,
    of_replicates=True,
    caption="{metric}: differences of two replicates of the same item against their mean.",
)

COLUMNS = 2
TALL, LEFT, RIGHT, ABOVE, BELOW = 1.05, 0.52, 0.10, 0.30, 0.30  # inches, of each panel
BOTTOM = 0.30  # inches, for the words under all of them
TITLE_CHARACTERS = 20
FEWEST = 2  # pairs
DRAWN_AS_PIXELS = 2000  # points, beyond which they are no outlines in the SVG


def draw(study: dict, tables: dict[str, pd.DataFrame], scope: Scope, name: str = "") -> Figure:
    """Draw the first two replicates of every stochastic method by the leading metric, from table ``scores``.

    Lines are the bias and the limits of agreement, bias -+ 1.96 standard deviations of the differences.
    """
    metric = leading_metric(study)
    label = shown_metrics(study)[metric].label
    scores = within(tables["scores"], scope)
    pairs = {method: replicate_pairs(scores, method, metric) for method in real_methods(study)}
    pairs = {method: pair for method, pair in pairs.items() if len(pair) >= FEWEST}
    with style.applied():
        if not pairs:
            return style.message_figure([f"{label}: no method has two replicates of the same items"])
        figure, panels = _layout(len(pairs))
        reach = 1.15 * max(_farthest(pair) for pair in pairs.values()) or 0.01
        colours = style.method_colours(study)
        for axes, (method, pair) in zip(panels, pairs.items(), strict=True):
            _panel(axes, pair, colours[method], reach)
            axes.set_title(short_label(method_label(study, method)), pad=4, loc="left")
        words = f"across: mean {label} of two replicates; up: their difference"
        figure.text(0.5, 0.09 / figure.get_figheight(), words, ha="center", fontsize=style.SMALL_FONT_SIZE)
    return figure


def short_label(label: str) -> str:
    """Cut a name that is wider than a panel."""
    if len(label) <= TITLE_CHARACTERS:
        return label
    return label[: TITLE_CHARACTERS - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _farthest(pair: np.ndarray) -> float:
    return float(np.abs([*limits(pair), *(pair[:, 0] - pair[:, 1])]).max())


def _layout(n: int) -> tuple[Figure, list[Axes]]:
    columns, rows = min(n, COLUMNS), -(-n // COLUMNS)
    pitch = ABOVE + TALL + BELOW
    figure = style.new_figure(style.COLUMN_WIDTH, rows * pitch + BOTTOM)
    width, height = figure.get_size_inches()
    wide = width / columns - LEFT - RIGHT
    panels = []
    for number in range(n):
        row, column = divmod(number, columns)
        left, bottom = column * width / columns + LEFT, height - (row + 1) * pitch + BELOW
        panels.append(figure.add_axes((left / width, bottom / height, wide / width, TALL / height)))
    return figure, panels


def _panel(axes: Axes, pair: np.ndarray, colour: str, reach: float) -> None:
    differences, means = pair[:, 0] - pair[:, 1], pair.mean(axis=1)
    axes.scatter(
        means, differences, s=5, color=colour, alpha=0.55, linewidth=0, rasterized=len(pair) > DRAWN_AS_PIXELS
    )
    low, bias, high = limits(pair)
    for value, line in ((low, forest.DASHED), (bias, "-"), (high, forest.DASHED)):
        axes.axhline(value, color=style.INK, linewidth=0.9, linestyle=line)
    axes.set_ylim(-reach, reach)
    axes.margins(x=0.06)
    axes.locator_params(axis="x", nbins=4)
    axes.set_yticks([low, bias, high], [decimal(value, 2) for value in (low, bias, high)])
    if high - low < 0.5 * reach:  # their numbers would overlap
        axes.set_yticks([low, high], [decimal(value, 3 if high - low < 0.02 else 2) for value in (low, high)])
    axes.tick_params(axis="y", labelsize=style.SMALL_FONT_SIZE)
