"""Krippendorff's alpha of each metric with its interval: do single questions rank the methods alike?"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from saliometer.figures import style
from saliometer.figures.coefficients import coefficient_rows
from saliometer.figures.numerals import decimal
from saliometer.figures.scope import Scope, clusters_in_words, shown_metrics
from saliometer.reliability.rows import ALPHA

ROW_HEIGHT = 0.30  # inches
RIGHT, TOP, BOTTOM, LINE = 0.40, 0.24, 0.66, 0.145  # inches
NOTE_CHARACTERS = 60  # on a line under the axes


def draw(study: dict, tables: dict[str, pd.DataFrame], scope: Scope, name: str = "") -> Figure:
    """Draw alpha by metric, from table ``reliability``; under the axes, why a metric has none."""
    metrics = shown_metrics(study)
    labels = [metric.label for metric in metrics.values()]
    rows = coefficient_rows(study, tables["reliability"], scope, ALPHA)
    rows = rows.set_index("metric").reindex(list(metrics))
    reasons = missing_reasons(rows)
    interval = f"{study['intervals']['confidence']:.0%} interval over the {clusters_in_words(study)}"
    notes = [f"dot: estimate; bar: {interval}"]
    for number, reason in enumerate(dict.fromkeys(reasons.values()), start=1):
        notes += style.wrap(f"({number}) {reason}", NOTE_CHARACTERS)
    with style.applied():
        bottom = BOTTOM + LINE * (len(notes) - 1)
        figure = style.new_figure(style.COLUMN_WIDTH, TOP + bottom + ROW_HEIGHT * len(metrics))
        axes = style.add_axes(figure, style.text_width(labels) + 0.12, RIGHT, TOP, bottom)
        _furnish(axes, labels, rows)
        _draw_rows(axes, rows, reasons)
        place = 0.05 / figure.get_figheight()
        small = {"fontsize": style.SMALL_FONT_SIZE, "linespacing": 1.3}
        figure.text(0.5, place, "\n".join(notes), ha="center", **small)
    return figure


def missing_reasons(rows: pd.DataFrame) -> dict[str, str]:
    """Return why a metric has no coefficient, by metric, for rows that are indexed by it."""
    missing = rows.loc[rows["estimate"].isna(), "reason"]
    return {metric: "not computed" if pd.isna(why) else str(why) for metric, why in missing.items()}


def _draw_rows(axes: Axes, rows: pd.DataFrame, reasons: dict[str, str]) -> None:
    beside = {"xycoords": ("axes fraction", "data"), "va": "center", "fontsize": style.SMALL_FONT_SIZE}
    numbers = {reason: number for number, reason in enumerate(dict.fromkeys(reasons.values()), start=1)}
    colour = style.INK  # the palette is for methods
    for position, (metric, row) in enumerate(rows.iterrows()):
        if metric in reasons:
            text = f"no coefficient ({numbers[reasons[metric]]})"
            blank = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
            look = {"style": "italic", "color": style.FAINT_INK, "ha": "right", "bbox": blank}
            axes.annotate(text, (0.98, position), **look, **beside)
            continue
        ends = [row["ci_low"], row["ci_high"]]
        axes.plot(ends, [position] * 2, color=colour, linewidth=2.2, solid_capstyle="butt")
        dot = {"markersize": 5.5, "markeredgecolor": "white", "markeredgewidth": 0.7}
        axes.plot(row["estimate"], position, "o", color=colour, **dot)
        number = decimal(row["estimate"])
        axes.annotate(number, (1.0, position), xytext=(6, 0), textcoords="offset points", **beside)


def _furnish(axes: Axes, labels: list[str], rows: pd.DataFrame) -> None:
    lowest = np.nanmin([-0.05, *rows["estimate"].to_numpy(float), *rows["ci_low"].to_numpy(float)])
    axes.set_xlim(max(-1.0, float(lowest) - 0.03), 1.02)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xlabel("Krippendorff\N{RIGHT SINGLE QUOTATION MARK}s \N{GREEK SMALL LETTER ALPHA}, ordinal")
    axes.xaxis.grid(True, color=style.RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.axvline(0, color=style.INK, linewidth=0.9, linestyle=(0, (4, 2)))
    for value, words, align in ((0, "by chance", "left"), (1, "same ranking", "right")):
        axes.annotate(
            words,
            (value, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            ha=align,
            fontsize=style.SMALL_FONT_SIZE,
            color=style.FAINT_INK,
        )
