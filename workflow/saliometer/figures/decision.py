"""Decision study: the G coefficient by one metric with other numbers of clusters and questions."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from saliometer.figures import forest, style
from saliometer.figures.coefficients import coefficient_rows
from saliometer.figures.numerals import decimal
from saliometer.figures.scope import Scope, clusters_in_words, shown_metrics, within
from saliometer.figures.variance_rows import Design, clusters_needed, curve, own_design
from saliometer.reliability.rows import ALL, GENERALIZABILITY

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 2.30, 0.52, 0.62, 0.12, 0.47  # inches
POINTS = 160  # of a curve
MORE = 4  # times as many questions in each cluster
WANTED = (0.8, 0.9)
TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
OWN_LINE, OTHER_LINES = "-", ((0, (1, 1.2)), (0, (5, 2)))


def draw(study: dict, tables: dict[str, pd.DataFrame], scope: Scope, name: str) -> Figure:
    """Draw G against the number of clusters for one, the run's own and more questions in each.

    The curves follow from the variance components of table ``reliability``; the dot is the run's own G
    with its interval. Where G is undefined the figure says why.
    """
    metric, over = shown_metrics(study)[name], clusters_in_words(study)
    rows = within(tables["reliability"], scope)
    design = own_design(rows[(rows["metric"] == name) & (rows["items"] == ALL)])
    with style.applied():
        if design is None:
            rows = coefficient_rows(study, tables["reliability"], scope, GENERALIZABILITY)
            why = rows.loc[rows["metric"] == name, "reason"].dropna().unique()
            return style.message_figure([f"{metric.label}: no G", *(why if len(why) else ["not computed"])])
        notes = style.wrap(needed_in_words(design, over), forest.NOTE_CHARACTERS)
        if np.isfinite(design.g["ci_low"]):
            notes += [f"dot: this run, with its {study['intervals']['confidence']:.0%} interval"]
        bottom = BOTTOM + forest.LINE * len(notes)
        figure = style.new_figure(style.COLUMN_WIDTH, HEIGHT + bottom - BOTTOM)
        axes = style.add_axes(figure, LEFT, RIGHT, TOP, bottom)
        last = most_clusters(design)
        _furnish(axes, last, over, metric.label, floor_of(design))
        _curves(axes, design, last)
        _own(axes, design)
        small = {"fontsize": style.SMALL_FONT_SIZE, "linespacing": 1.3}
        figure.text(0.5, 0.04 / figure.get_figheight(), "\n".join(notes), ha="center", **small)
    return figure


def most_clusters(design: Design) -> float:
    """Return where the axis of clusters ends: past the run's own and past what .90 takes, if that is near."""
    needed = clusters_needed(design, WANTED[-1])
    return max(50.0, 3 * design.clusters, min(1.5 * needed, 20 * design.clusters) if needed < np.inf else 0)


def floor_of(design: Design) -> float:
    """Return where the axis of G starts: 0, or .60 where neither a curve nor the interval lies below."""
    lowest = [float(curve(design, np.array([1.0]), items)[0]) for items in items_drawn(design)]
    return 0.0 if np.nanmin([design.g["ci_low"], design.g["estimate"], *lowest]) < 0.62 else 0.6


def items_drawn(design: Design) -> list[float]:
    """List the questions per cluster of the curves, the run's own first."""
    own = design.items
    if np.isnan(design.components.residual):
        return [own]  # of other designs nothing is known
    return [own, *([1.0] if own > 1 else []), MORE * own]


def needed_in_words(design: Design, over: str) -> str:
    """Say how many clusters G of .80 and .90 takes with the run's own number of questions in each."""
    said = [(wanted, clusters_needed(design, wanted)) for wanted in WANTED]
    if any(np.isnan(count) for _, count in said):
        return "what other designs would give is unknown"
    if any(np.isinf(count) for _, count in said):
        return "no number of them would do: the methods do not differ"
    counts = ", ".join(f"{decimal(wanted)} takes {count:,.0f}" for wanted, count in said)
    return f"with n = {questions(design.items).split()[0]}: G of {counts} {over}"


def questions(items: float) -> str:
    """Return a number of questions per cluster in words: ``8 questions``, ``2.5 questions``."""
    text = f"{items:.0f}" if abs(items - round(items)) < 0.05 else f"{items:.1f}"
    return f"{text} item" if text == "1" else f"{text} items"


def _curves(axes: Axes, design: Design, last: float) -> None:
    clusters = np.geomspace(1, last, POINTS)
    taken: list[float] = []
    for number, items in enumerate(items_drawn(design)):
        values = curve(design, clusters, items)
        line = OWN_LINE if number == 0 else OTHER_LINES[(number - 1) % 2]
        width = 1.8 if number == 0 else 1.1
        axes.plot(clusters, values, color=style.INK, linewidth=width, linestyle=line, zorder=3)
        if np.isfinite(values[-1]):
            taken.append(float(values[-1]))
    _label_curves(axes, design, taken)


def _label_curves(axes: Axes, design: Design, ends: list[float]) -> None:
    """Name the curves at their right ends, moved apart where they would overlap."""
    step = 0.075 * (axes.get_ylim()[1] - axes.get_ylim()[0])
    order = sorted(range(len(ends)), key=lambda number: ends[number])
    places = [ends[number] for number in order]
    for _ in range(50):
        for one in range(len(places) - 1):
            short = step - (places[one + 1] - places[one])
            if short > 1e-9:
                places[one] -= short / 2
                places[one + 1] += short / 2
    above = max((place - 1.0 for place in places), default=0)
    places = [place - max(0.0, above) for place in places]
    items = items_drawn(design)
    for place, number in zip(places, order, strict=True):
        text = f"n = {questions(items[number]).split()[0]}"
        weight = "bold" if number == 0 else "normal"
        forest.write_beside(axes, place, text, fontweight=weight)


def _own(axes: Axes, design: Design) -> None:
    g = design.g
    dot = {"markersize": 6, "markeredgecolor": "white", "markeredgewidth": 0.8, "zorder": 5}
    axes.plot(
        [design.clusters] * 2, [g["ci_low"], g["ci_high"]], color=style.OKABE_ITO[0], linewidth=2.2, zorder=4
    )
    axes.plot(design.clusters, g["estimate"], "o", color=style.OKABE_ITO[0], **dot)


def _furnish(axes: Axes, last: float, over: str, metric_label: str, floor: float) -> None:
    axes.set_xscale("log")
    axes.set_xlim(1, last)
    axes.set_ylim(floor, 1 + 0.02 * (1 - floor))
    axes.set_xticks([tick for tick in TICKS if tick <= last], [f"{t:,}" for t in TICKS if t <= last])
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.tick_params(axis="x", which="minor", length=0)
    ticks = [tick for tick in (0, 0.2, 0.4, 0.6, *WANTED, 1) if tick >= floor]
    axes.set_yticks(ticks, [decimal(tick, 1 if tick < WANTED[0] else 2) for tick in ticks])
    axes.set_xlabel(f"{over}, n items to each")
    axes.set_ylabel(f"G, {metric_label}")
    for wanted in WANTED:
        axes.axhline(wanted, color=style.FAINT_INK, linewidth=0.7, linestyle=forest.DASHED)
