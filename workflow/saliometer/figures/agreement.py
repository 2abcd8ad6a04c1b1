"""Do single items rank the methods alike? Alpha and the mean rho of each metric against chance."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from saliometer.figures import forest, style
from saliometer.findings.coefficients import coefficient_rows
from saliometer.findings.figure_files import FigureSpec
from saliometer.findings.numbers import decimal
from saliometer.findings.scope import Scope, clusters_in_words, shown_metrics
from saliometer.reliability.rows.columns import ALPHA, BETWEEN, BY_CHANCE

FIGURE = FigureSpec(
    group="reliability",
    place=10,
    caption="Agreement of single items on the ranking of the methods, against that of chance rankings.",
)

ROW_HEIGHT = 0.36  # inches
HALF_BAND = 0.16  # of a row
# Place in the row, marker and words of each coefficient; the palette of colours is for methods.
DRAWN = {
    ALPHA: (
        -0.19,
        "o",
        style.INK,
        "Krippendorff\N{RIGHT SINGLE QUOTATION MARK}s \N{GREEK SMALL LETTER ALPHA}",
    ),
    BETWEEN: (0.19, "D", style.FAINT_INK, "mean \N{GREEK SMALL LETTER RHO} between"),
}
BAND = "#dcdcdc"


def draw(study: dict, tables: dict[str, pd.DataFrame], scope: Scope, name: str = "") -> Figure:
    """Draw alpha and the mean of Spearman's rho between clusters by metric, from table ``reliability``.

    The grey band of each is where it lies when the methods are exchangeable; under the axes stands why a
    metric has no coefficient.
    """
    metrics, over = shown_metrics(study), clusters_in_words(study)
    labels = [metric.label for metric in metrics.values()]
    rows = {kind: _rows(study, tables, scope, kind, metrics) for kind in DRAWN}
    bands = {kind: _rows(study, tables, scope, BY_CHANCE.format(kind), metrics) for kind in DRAWN}
    reasons = forest.missing_reasons(rows[ALPHA])
    share = f"{study['intervals']['confidence']:.0%}"
    notes = [f"bars: {share} intervals over the {over}"]
    notes += [f"({number}) {reason}" for reason, number in forest.number_reasons(reasons).items()]
    with style.applied():
        if len(reasons) == len(metrics):
            return style.message_figure(["no agreement between items", *dict.fromkeys(reasons.values())])
        figure, axes = forest.rows_figure(labels, ROW_HEIGHT, notes, legend=2)
        _furnish(axes, pd.concat([*rows.values(), *bands.values()]))
        for kind in DRAWN:
            _draw_kind(axes, kind, rows[kind], bands[kind], forest.number_reasons(reasons))
        _legend(figure, over, share)
    return figure


def _rows(study, tables, scope, coefficient, metrics) -> pd.DataFrame:
    rows_of_coefficient = coefficient_rows(study, tables["reliability"], scope, coefficient)
    return rows_of_coefficient.drop_duplicates("metric").set_index("metric").reindex(list(metrics))


def _draw_kind(axes: Axes, kind: str, rows: pd.DataFrame, bands: pd.DataFrame, numbers: dict) -> None:
    shift, marker, colour, _ = DRAWN[kind]
    for position, (metric, row) in enumerate(rows.iterrows()):
        place = position + shift
        if np.isnan(row["estimate"]):
            if kind == ALPHA:
                number = numbers[forest.missing_reasons(rows)[metric]]
                forest.write_absent(axes, position, f"no coefficient ({number})")
            continue
        low, high = bands.loc[metric, ["ci_low", "ci_high"]].astype(float)
        if np.isfinite(low):
            axes.fill_betweenx([place - HALF_BAND, place + HALF_BAND], low, high, color=BAND, linewidth=0)
        size = 5.5 if marker == "o" else 4.2
        forest.draw_estimate(axes, place, row, colour, marker=marker, markersize=size)
        forest.write_beside(axes, place, decimal(row["estimate"]), color=colour)


def _furnish(axes: Axes, rows: pd.DataFrame) -> None:
    axes.set_xlim(max(-1.0, forest.lowest_of(rows, -0.05) - 0.03), 1.02)
    axes.set_xlabel("agreement of single items")
    axes.axvline(0, color=style.INK, linewidth=0.9, linestyle=forest.DASHED)
    forest.write_above(axes, 0, "by chance", "left")
    forest.write_above(axes, 1, "same ranking", "right")


def _legend(figure: Figure, over: str, share: str) -> None:
    marks = [
        Line2D([], [], color=colour, marker=marker, markersize=4.5, linestyle="none")
        for _, marker, colour, _ in DRAWN.values()
    ]
    alpha, rho = (words for *_, words in DRAWN.values())
    figure.legend(
        [*marks, Patch(color=BAND)],
        [alpha, f"{rho} {over}", f"{share} of chance rankings"],
        loc="lower center",
        bbox_to_anchor=(0.5, 0.02 / figure.get_figheight()),
        ncols=2,
        frameon=False,
        handlelength=1.2,
        columnspacing=1.0,
        borderaxespad=0.0,
        labelspacing=0.3,
    )
