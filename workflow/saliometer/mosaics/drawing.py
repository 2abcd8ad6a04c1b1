"""Which images make up which mosaic: a pure function of (index, settings, seed, round).

A *round* draws one mosaic for every unit: for every class (the study) or for every image
(``round_over: image``, for data sets with about one image per class). The units of a round stand on a
circle, classes in a seeded order; the mosaic of the unit at position p takes its other tiles from the
positions p + offset, with the same seeded offsets for all. So within a round

- every unit is the target of exactly one mosaic,
- every unit supplies exactly as many other tiles as a mosaic has,
- the classes of a mosaic differ, because offsets are further apart than any class is long,

and no round needs to know another, so more rounds leave the existing ones as they are.

In rounds over classes each class deals its images from one shuffled deck: target images from the top,
other tiles from the bottom. So no image is used in two mosaics until the deck is spent, and no target
image is used again before every image of its class was a target (Fresz et al. 2024, section 4).
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from saliometer.mosaics.rendering import ORIGINAL, REDRAW, ROTATION, Settings, check_supply
from saliometer.seeds import seed_from


class DrawnMosaic(NamedTuple):
    """One drawn mosaic: its id, the class it was drawn for, and a row of the index per tile.

    ``tiles`` has shape (rows, columns); quadrants are read row by row.
    """

    id: str
    class_index: int
    tiles: np.ndarray


def draw_round(
    index: pd.DataFrame, settings: Settings, seed: int, dataset: str, number: int, form: str = ORIGINAL
) -> list[DrawnMosaic]:
    """Draw all mosaics of one round.

    Parameters: ``index``, the images of the data set (columns id, class_index), sorted by class;
    ``number``, the round, from 0; ``form``, one of ``rendering.form_names``: a rotation has the images of the
    original moved on by so many places, a redraw its targets in their places among other neighbours, which
    are dealt as in the original. Returns one mosaic per unit, sorted by id.
    Raises UserError when the data set has too few classes or images for such mosaics.
    """
    kind, _, places = form.partition("-")
    anew = [form] if kind == REDRAW else []

    def drawn_by(*parts: str | int) -> np.random.Generator:
        return _generator(seed, dataset, *parts, number, *anew)

    classes = index["class_index"].to_numpy()
    decks = _decks(index, seed, dataset)
    check_supply({unit: len(deck) for unit, deck in decks.items()}, settings, dataset)
    if settings.round_over == "image":
        units, chosen = _draw_over_images(index, settings, decks, drawn_by)
        names = [index["id"].iloc[row] for row in units]
    else:
        units, chosen = _draw_over_classes(settings, decks, drawn_by, number)
        names = [f"{unit:04d}" for unit in units]
    drawn = []
    for name, rows in zip(names, chosen, strict=True):
        order = _generator(seed, dataset, "order", name, number).permutation(len(rows))
        tiles = rows[order].reshape(settings.rows, settings.columns)
        if kind == ROTATION:
            tiles = rotated(tiles, int(places))
        drawn.append(DrawnMosaic(f"{name}-{number:04d}", int(classes[rows[0]]), tiles))
    return sorted(drawn)


def rotated(tiles: np.ndarray, places: int) -> np.ndarray:
    """Move tiles (rows, columns) on by so many places along a path through all of them, and round.

    The path goes along the first row, back along the second, and so on; through 2 x 2 tiles that is a circle.
    """
    path = np.arange(tiles.size).reshape(tiles.shape)
    path[1::2] = path[1::2, ::-1].copy()
    moved = np.empty(tiles.size, dtype=tiles.dtype)
    moved[np.roll(path.ravel(), -places)] = tiles.ravel()[path.ravel()]
    return moved.reshape(tiles.shape)


def _draw_over_classes(settings, decks, drawn_by, number):
    """Target rows first, then the other tiles: (units,), (units, tiles) rows of the index."""
    order = drawn_by("circle").permutation(sorted(decks))
    offsets = _offsets(settings, len(order), 1, drawn_by("offsets"))
    n_targets, n_others = settings.target_tiles, len(offsets)
    chosen = np.empty((len(order), n_targets + n_others), dtype=np.int64)
    for position, unit in enumerate(order):
        deck = decks[unit]
        for tile in range(n_targets):
            chosen[position, tile] = deck[(number * n_targets + tile) % len(deck)]
        for tile, offset in enumerate(offsets):
            deck = decks[order[(position + offset) % len(order)]]
            chosen[position, n_targets + tile] = deck[-1 - (number * n_others + tile) % len(deck)]
    return [int(unit) for unit in order], chosen


def _draw_over_images(index, settings, decks, drawn_by):
    """One mosaic per image; images of a class stand side by side on the circle."""
    order = drawn_by("circle").permutation(sorted(decks))
    longest = max(len(deck) for deck in decks.values())
    within = {unit: drawn_by("block", int(unit)) for unit in order}
    circle = np.concatenate([within[unit].permutation(decks[unit]) for unit in order])
    offsets = _offsets(settings, len(circle), longest, drawn_by("offsets"))
    steps = np.concatenate([[0], offsets])
    positions = np.arange(len(circle))[:, None]
    return circle, circle[(positions + steps) % len(circle)]


def _offsets(settings: Settings, length: int, distance: int, generator: np.random.Generator) -> np.ndarray:
    """Draw the offsets of the other tiles on a circle of ``length`` units.

    All chosen positions, the target's included, are at least ``distance`` from each other, uniformly over
    all such choices. With fewer classes than tiles the offsets repeat.
    """
    n_others = settings.rows * settings.columns - settings.target_tiles
    slack = length - (n_others + 1) * distance
    if slack < 0:
        return generator.permutation(np.arange(1, length))[np.arange(n_others) % (length - 1)]
    bars = np.sort(generator.choice(slack + n_others, size=n_others, replace=False))
    return bars - np.arange(n_others) + distance * np.arange(1, n_others + 1)


def _decks(index: pd.DataFrame, seed: int, dataset: str) -> dict[int, np.ndarray]:
    """Shuffle the rows of each class, in an order that depends on the seed, data set and class."""
    rows = pd.Series(np.arange(len(index))).groupby(index["class_index"].to_numpy())
    return {
        int(unit): _generator(seed, dataset, "deck", int(unit)).permutation(members.to_numpy())
        for unit, members in rows
    }


def _generator(*parts: str | int) -> np.random.Generator:
    return np.random.default_rng(seed_from(*parts))
