"""Panels: one item's mosaic, and over it the map of every method, with the score of each."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import ScaledTranslation

from saliometer.figures import style
from saliometer.figures.labels import cut
from saliometer.figures.overlay import POSITIVE_ONLY, SIGNED, overlay, shrink
from saliometer.figures.panel_shards import Gallery, Picture
from saliometer.findings.items import choose_items, scores_of
from saliometer.findings.numbers import decimal
from saliometer.findings.scope import (
    Scope,
    leading_metric,
    method_label,
    on_network,
    real_methods,
    shown_methods,
    shown_metrics,
    within,
)

COLUMNS = 3
GAP, MARGIN = 0.08, 0.03  # inches between panels, and around them
ABOVE, BELOW, SCALES = 0.19, 0.20, 0.48  # inches over and under a panel, and for the scale bars
PIXELS = 224  # longer side of a drawn panel: 210 to the inch
NAME_CHARACTERS = 20
SQUARE = (-0.21, -0.085)  # inches from the middle of a panel's lower edge


def draw(
    study: dict,
    tables: dict[str, pd.DataFrame],
    scope: Scope,
    choice: str,
    gallery: Gallery,
    class_names: dict[int, str],
) -> Figure:
    """Draw the panels of one chosen item: ``best``, ``median`` or ``worst``.

    Parameters: ``tables`` with ``scores``; ``gallery``, the mosaics and maps; ``class_names``, the
    labels of class indices. The colours of a map are relative to itself (``overlay.relative``); all maps
    share one scale of colours, positive-only ones its upper half.
    """
    scores = within(tables["scores"], scope)
    metric = leading_metric(study)
    chosen = choose_items(scores, real_methods(study), metric)
    with style.applied():
        if choice not in chosen:
            label = shown_metrics(study)[metric].label
            return style.message_figure([f"{label}: no map of a saliency method has a defined score"])
        item, methods = chosen[choice], shown_methods(study)
        picture = gallery.picture(scope, item.mosaic)
        figure, panels = _layout(len(methods) + 1, picture.pixels.shape)
        name = textwrap.shorten(
            class_names[item.target], NAME_CHARACTERS, placeholder="\N{HORIZONTAL ELLIPSIS}"
        )
        _panel(panels[0], picture, item.target, shrink(picture.pixels, PIXELS))
        _write(panels[0], "Mosaic", name, None)
        measured, colours = scores_of(scores, item, metric), style.method_colours(study)
        for axes, method in zip(panels[1:], methods, strict=True):
            saliency = gallery.saliency(on_network(study, scope, method), method, item.mosaic, item.target)
            shown = overlay(shrink(picture.pixels, PIXELS), shrink(saliency, PIXELS))
            _panel(axes, picture, item.target, shown)
            label = cut(method_label(study, method), side_of_panel(), style.SMALL_FONT_SIZE)
            _write(axes, label, decimal(measured[method]), colours[method])
        _scale_bars(figure, {study["methods"][method]["signed"] for method in methods})
    return figure


def side_of_panel() -> float:
    """Return the width of a panel in inches."""
    return (style.COLUMN_WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS


def _layout(n: int, shape: tuple[int, ...]) -> tuple[Figure, list[Axes]]:
    """Place ``n`` panels of the mosaic's shape in rows of COLUMNS, from the top left."""
    side = side_of_panel()
    tall = side * shape[0] / shape[1]
    pitch, n_rows = ABOVE + tall + BELOW, -(-n // COLUMNS)
    figure = style.new_figure(style.COLUMN_WIDTH, n_rows * pitch + SCALES)
    width, height = figure.get_size_inches()
    panels = []
    for number in range(n):
        row, column = divmod(number, COLUMNS)
        left, top = MARGIN + column * (side + GAP), row * pitch + ABOVE
        place = (left / width, 1 - (top + tall) / height, side / width, tall / height)
        panels.append(figure.add_axes(place, xticks=[], yticks=[]))
    return figure, panels


def _panel(axes: Axes, picture: Picture, target: int, image: np.ndarray) -> None:
    """Show an image of the mosaic's size with the seams faint and the target tiles outlined."""
    n_rows, n_columns = picture.tile_classes.shape
    axes.imshow(image, extent=(0, n_columns, n_rows, 0), interpolation="none", aspect="auto")
    for spine in axes.spines.values():
        spine.set_visible(False)
    for row, column in np.argwhere(picture.tile_classes == target):
        for colour, line in (("white", 2.0), (style.INK, 1.0)):
            inset = 0.018 * max(n_rows, n_columns) / 2
            box = Rectangle(
                (column + inset, row + inset),
                1 - 2 * inset,
                1 - 2 * inset,
                fill=False,
                edgecolor=colour,
                linewidth=line,
                joinstyle="miter",
            )
            axes.add_patch(box)
    axes.set(xlim=(0, n_columns), ylim=(n_rows, 0))


def _write(axes: Axes, above: str, below: str, colour: str | None) -> None:
    """The name over a panel; under it its score, with the method's colour."""
    place = {"xycoords": "axes fraction", "textcoords": "offset points", "fontsize": style.SMALL_FONT_SIZE}
    axes.annotate(above, (0, 1), xytext=(0, 3), **place)
    axes.annotate(below, (0.5, 0), xytext=(0, -3), ha="center", va="top", **place)
    if colour:
        square = {"marker": "s", "markersize": 5, "color": colour, "clip_on": False}
        axes.plot(
            0.5,
            0,
            transform=axes.transAxes + ScaledTranslation(*SQUARE, axes.figure.dpi_scale_trans),
            **square,
        )


def _scale_bars(figure: Figure, kinds: set[bool]) -> None:
    """One bar for signed maps and one for positive-only ones, as far as there are such maps."""
    bars = []
    if True in kinds:
        bars.append((SIGNED, Normalize(-1, 1), [-1, 0, 1], "signed maps"))
    if False in kinds:
        bars.append((POSITIVE_ONLY, Normalize(0, 1), [0, 1], "positive-only maps"))
    width, height = figure.get_size_inches()
    for number, (colours, norm, ticks, label) in enumerate(bars):
        left = MARGIN + 0.12 + number * 1.72
        axes = figure.add_axes((left / width, 0.20 / height, 1.45 / width, 0.08 / height))
        scale = figure.colorbar(ScalarMappable(norm, colours), cax=axes, orientation="horizontal")
        scale.set_ticks(ticks)
        scale.outline.set_linewidth(0.4)
        axes.tick_params(length=2, pad=1)
        axes.set_title(label, fontsize=style.SMALL_FONT_SIZE, pad=3)
