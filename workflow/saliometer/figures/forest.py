"""Rows of estimates with their intervals, a forest plot: what the figures of coefficients have in common."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from saliometer.figures import style

RIGHT, TOP, LINE = 0.40, 0.24, 0.145  # inches: beside and over the axes, and a line of notes
AXIS = 0.47  # inches between the axes and the notes
NOTE_CHARACTERS = 60  # on a line under the axes
LONGEST_LABEL = 1.6  # inches; longer names are broken into lines
BLANK = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
DASHED = (0, (4, 2))


def rows_figure(
    labels: Sequence[str], row_height: float, notes: Sequence[str], right: float = RIGHT, legend: int = 0
) -> tuple[Figure, Axes]:
    """Make a figure with a row for each label, top down from 0, and under it notes and room for a legend.

    Parameters: ``row_height`` and the margin ``right`` in inches; ``legend``, the lines that it takes.
    """
    lines = [line for note in notes for line in style.wrap(note, NOTE_CHARACTERS)]
    labels = [break_label(label) for label in labels]
    tallest = max((label.count("\n") for label in labels), default=0)
    row_height = max(row_height, 0.14 * (1 + tallest) + 0.04)
    below = LINE * legend + (0.08 if legend else 0.0)
    bottom = AXIS + LINE * len(lines) + below
    figure = style.new_figure(style.COLUMN_WIDTH, TOP + bottom + row_height * len(labels))
    widest = style.text_width([line for label in labels for line in label.split("\n")])
    axes = style.add_axes(figure, widest + 0.12, right, TOP, bottom)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_yticks(range(len(labels)), labels)
    axes.xaxis.grid(True, color=style.RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    small = {"fontsize": style.SMALL_FONT_SIZE, "linespacing": 1.3}
    place = (0.05 + below) / figure.get_figheight()
    figure.text(0.5, place, "\n".join(lines), ha="center", **small)
    return figure, axes


def break_label(label: str) -> str:
    """Break a long name into lines that leave room for what it names; a single long word too."""
    if style.text_width([label]) <= LONGEST_LABEL:
        return label
    fits = max(8, int(len(label) * LONGEST_LABEL / style.text_width([label])))
    return "\n".join(style.wrap(label, fits))


def draw_estimate(axes: Axes, place: float, row: Mapping, colour: str, **changes) -> None:
    """Draw an estimate as a dot and its interval, where it has one, as a bar."""
    look = {"marker": "o", "markersize": 5.5, "markeredgecolor": "white", "markeredgewidth": 0.7}
    ends = [row["ci_low"], row["ci_high"]]
    axes.plot(ends, [place] * 2, color=colour, linewidth=2.0, solid_capstyle="butt", zorder=3)
    axes.plot(row["estimate"], place, color=colour, linestyle="none", zorder=4, **(look | changes))


def write_beside(axes: Axes, place: float, text: str, **changes) -> None:
    """Write at the right of a row, outside the axes."""
    beside = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center"}
    small = {"fontsize": style.SMALL_FONT_SIZE}
    axes.annotate(text, (1.0, place), xytext=(6, 0), **(beside | small | changes))


def write_absent(axes: Axes, place: float, text: str) -> None:
    """Write in a row why it is empty."""
    look = {"style": "italic", "color": style.FAINT_INK, "ha": "right", "va": "center", "bbox": BLANK}
    where = {"xycoords": ("axes fraction", "data"), "fontsize": style.SMALL_FONT_SIZE}
    axes.annotate(text, (0.98, place), zorder=5, **look, **where)


def write_above(axes: Axes, value: float, words: str, align: str) -> None:
    """Write over the axes what a value means."""
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


def missing_reasons(rows: pd.DataFrame) -> dict[str, str]:
    """Return why a row has no coefficient, by its index."""
    missing = rows.loc[rows["estimate"].isna(), "reason"]
    return {name: "not computed" if pd.isna(why) else str(why) for name, why in missing.items()}


def number_reasons(reasons: Mapping[str, str]) -> dict[str, int]:
    """Number the distinct reasons from 1 in the order in which they come."""
    return {reason: number for number, reason in enumerate(dict.fromkeys(reasons.values()), start=1)}


def lowest_of(rows: pd.DataFrame, floor: float) -> float:
    """Return the lowest estimate or end of an interval, or ``floor`` if that is lower."""
    return float(np.nanmin([floor, *rows["estimate"].to_numpy(float), *rows["ci_low"].to_numpy(float)]))
