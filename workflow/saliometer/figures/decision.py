"""Decision study: G and Phi by one metric with other numbers of clusters, items and replicates."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from saliometer.figures import forest, style
from saliometer.findings.coefficients import coefficient_rows
from saliometer.findings.components import (
    MORE,
    Design,
    clusters_needed,
    design_of_run,
    is_noisy,
    predicted,
)
from saliometer.findings.figure_files import FigureSpec
from saliometer.findings.numbers import decimal, number_in_words
from saliometer.findings.scope import Scope, clusters_in_words, shown_metrics, within
from saliometer.reliability.rows.columns import ALL, GENERALIZABILITY

FIGURE = FigureSpec(
    group="reliability",
    place=30,
    of_each_metric=True,
    caption="{metric}: G with other numbers of {over} and of items to each, and Phi.",
)

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 2.30, 0.52, 0.62, 0.12, 0.47  # inches
POINTS = 160  # of a curve
RELIABILITIES = (0.8, 0.9)
BESIDE = 0.14  # inches around the names of the curves
PHI_COLOUR = "#767676"  # 4.5:1 on white
TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
OWN_LINE, OTHER_LINES = "-", ((0, (1, 1.2)), (0, (5, 2)))
REPLICATES_LINE, PHI_LINE = (0, (5, 1.5, 1, 1.5)), "solid"


class Curve(NamedTuple):
    """A curve over numbers of clusters: its name beside it and how it is drawn."""

    label: str
    values: np.ndarray
    look: dict


def draw(study: dict, tables: dict[str, pd.DataFrame], scope: Scope, name: str) -> Figure:
    """Draw G against the number of clusters for one, the run's own and more items in each.

    Beside them Phi with the run's own items, and G with more replicates where the methods' own noise was
    measured. The curves follow from the variance components of table ``reliability``; the dot is the run's
    own G with its interval. Where G is undefined the figure says why.
    """
    metric, over = shown_metrics(study)[name], clusters_in_words(study)
    rows = within(tables["reliability"], scope)
    design = design_of_run(rows[(rows["metric"] == name) & (rows["items"] == ALL)])
    with style.applied():
        if design is None:
            rows = coefficient_rows(study, tables["reliability"], scope, GENERALIZABILITY)
            why = rows.loc[rows["metric"] == name, "reason"].dropna().unique()
            return style.message_figure([f"{metric.label}: no G", *(why if len(why) else ["not computed"])])
        last = most_clusters(design)
        clusters = np.geomspace(1, last, POINTS)
        drawn = curves(design, clusters)
        notes = [line for note in notes_on(study, design, over) for line in _wrapped(note)]
        bottom = BOTTOM + forest.LINE * len(notes)
        figure = style.new_figure(style.COLUMN_WIDTH, HEIGHT + bottom - BOTTOM)
        right = max(RIGHT, BESIDE + style.text_width([curve.label for curve in drawn]))
        axes = style.add_axes(figure, LEFT, right, TOP, bottom)
        _furnish(axes, last, over, metric.label, floor_of(design, drawn))
        for curve in drawn:
            axes.plot(clusters, curve.values, **curve.look)
        _label_curves(axes, [curve for curve in drawn if np.isfinite(curve.values[-1])])
        _own(axes, design)
        small = {"fontsize": style.SMALL_FONT_SIZE, "linespacing": 1.3}
        figure.text(0.5, 0.04 / figure.get_figheight(), "\n".join(notes), ha="center", **small)
    return figure


def most_clusters(design: Design) -> float:
    """Return where the axis of clusters ends: past the run's own and past what .90 takes, if that is near."""
    needed = clusters_needed(design, RELIABILITIES[-1])
    return max(50.0, 3 * design.clusters, min(1.5 * needed, 20 * design.clusters) if needed < np.inf else 0)


def floor_of(design: Design, drawn: list[Curve]) -> float:
    """Return where the axis of G starts: 0, or .60 where neither a curve nor the interval lies below."""
    lowest = [curve.values[0] for curve in drawn]
    return 0.0 if np.nanmin([design.g["ci_low"], design.g["estimate"], *lowest]) < 0.62 else 0.6


def curves(design: Design, clusters: np.ndarray) -> list[Curve]:
    """List the curves over numbers of clusters, the run's own G first."""
    items_of_run, ink = design.items, {"color": style.INK, "linewidth": 1.1, "zorder": 3}
    n, of_run = f"n = {number_in_words(items_of_run)}", predicted(design, clusters, items_of_run)
    drawn = [Curve(n, of_run.g, ink | {"linewidth": 1.8, "linestyle": OWN_LINE})]
    if not np.isnan(design.components.residual):  # else of designs with other items nothing is known
        for items, line in zip(
            [*([1.0] if items_of_run > 1 else []), MORE * items_of_run], OTHER_LINES, strict=False
        ):
            look = ink | {"linestyle": line}
            drawn.append(Curve(f"n = {number_in_words(items)}", predicted(design, clusters, items).g, look))
    if is_noisy(design):
        more = MORE * design.replicates
        values = predicted(design, clusters, items_of_run, more).g
        drawn.append(Curve(f"{more} replicates", values, ink | {"linestyle": REPLICATES_LINE}))
    grey = {"color": PHI_COLOUR, "linewidth": 1.1, "linestyle": PHI_LINE, "zorder": 2}
    return [*drawn, Curve(f"Phi, {n}", of_run.phi, grey)]


def notes_on(study: dict, design: Design, over: str) -> list[str]:
    """Say under the axes what other designs take and what the marks are."""
    notes = [needed_in_words(design, over)]
    if is_noisy(design):
        notes.append(f"this run has {design.replicates} replicates where a method draws at random")
    notes.append("grey: Phi, for the means themselves and not only their order")
    if np.isfinite(design.g["ci_low"]):
        notes.append(f"dot: G of this run, with its {study['intervals']['confidence']:.0%} interval")
    return notes


def needed_in_words(design: Design, over: str) -> str:
    """Say how many clusters G of .80 and .90 takes with the run's own number of items in each."""
    needed = [(reliability, clusters_needed(design, reliability)) for reliability in RELIABILITIES]
    if any(np.isnan(count) for _, count in needed):
        return "what other designs would give is unknown"
    if any(np.isinf(count) for _, count in needed):
        return "no number of them would do: the methods do not differ"
    counts = ", ".join(f"{decimal(reliability)} takes {count:,.0f}" for reliability, count in needed)
    return f"with n = {number_in_words(design.items)}: G of {counts} {over}"


def _wrapped(note: str) -> list[str]:
    return style.wrap(note, forest.NOTE_CHARACTERS)


def _label_curves(axes: Axes, drawn: list[Curve]) -> None:
    """Name the curves at their right ends, moved apart where they would overlap."""
    step = 0.075 * (axes.get_ylim()[1] - axes.get_ylim()[0])
    drawn = sorted(drawn, key=lambda curve: curve.values[-1])
    places = [float(curve.values[-1]) for curve in drawn]
    for _ in range(50):
        for one in range(len(places) - 1):
            short = step - (places[one + 1] - places[one])
            if short > 1e-9:
                places[one] -= short / 2
                places[one + 1] += short / 2
    above = max((place - 1.0 for place in places), default=0)
    for place, curve in zip(places, drawn, strict=True):
        weight = "bold" if curve.look["linestyle"] == OWN_LINE else "normal"
        colour = {"fontweight": weight, "color": curve.look["color"]}
        forest.write_beside(axes, place - max(0.0, above), curve.label, **colour)


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
    ticks = [tick for tick in (0, 0.2, 0.4, 0.6, *RELIABILITIES, 1) if tick >= floor]
    axes.set_yticks(ticks, [decimal(tick, 1 if tick < RELIABILITIES[0] else 2) for tick in ticks])
    axes.set_xlabel(f"{over}, n items to each")
    axes.set_ylabel(f"G, {metric_label}")
    for reliability in RELIABILITIES:
        axes.axhline(reliability, color=style.FAINT_INK, linewidth=0.7, linestyle=forest.DASHED)
