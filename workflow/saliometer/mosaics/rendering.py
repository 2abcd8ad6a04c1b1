"""Mosaics: their settings, and how tiles become pixels.

What is drawn is decided in ``saliometer.mosaics.drawing``; protocol of Fresz, Loercher & Huber (FAccT 2024).
"""

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
from PIL import Image
from pydantic import Field, model_validator

from saliometer import settings as base
from saliometer.errors import UserError

ORIGINAL, ROTATION, REDRAW = "original", "rotation", "redraw"
RESIZED_TO_CROPPED = 256 / 224  # the study resizes to 256 pixels and crops 224


class Settings(base.Settings):
    """How mosaics are drawn and rendered."""

    rows: int = Field(2, ge=1, le=8, description="Rows of tiles in a mosaic")
    columns: int = Field(2, ge=1, le=8, description="Columns of tiles in a mosaic")
    target_tiles: int = Field(
        2, ge=1, le=2, description="Tiles that show the target class (the study: 2; one photo per class: 1)"
    )
    targets: Literal["one", "all"] = Field(
        "one",
        description="Classes asked of a mosaic: the one it was drawn for, or each of its classes in turn",
    )
    round_over: Literal["class", "image"] = Field(
        "class", description="A round draws one mosaic for every class, or one for every image"
    )
    rounds: int = Field(
        10, ge=1, description="Rounds to draw; more rounds leave the existing ones as they are"
    )
    rounds_per_shard: int = Field(
        1, ge=1, description="Rounds in one shard (one job and one file); changes no mosaic"
    )
    tile_size: int = Field(224, ge=16, le=1024, description="Height and width of a tile in pixels")
    geometry: Literal["resize_then_crop", "keep_aspect"] = Field(
        "resize_then_crop",
        description="Resize both sides to 8/7 tile sizes (the study) or the short side; then crop the centre",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> "Settings":
        if self.target_tiles >= self.rows * self.columns:
            raise ValueError(
                f"target_tiles: {self.target_tiles} of {self.rows * self.columns} tiles leave none for other "
                "classes; use a larger grid or fewer target tiles"
            )
        for key, value in (("targets", "all"), ("round_over", "image")):
            if getattr(self, key) == value and self.target_tiles != 1:
                raise ValueError(f"{key}: '{value}' needs target_tiles: 1, not {self.target_tiles}")
        return self


class Forms(base.Settings):
    """Parallel forms of the mosaics, beside the original one."""

    rotations: int = Field(
        0,
        ge=0,
        le=63,
        description="Forms with the same images: in each they all move on by one place more, row by row and "
        "back again (of 2 x 2 tiles: round in a circle)",
    )
    redraws: int = Field(
        0,
        ge=0,
        le=99,
        description="Forms with the same target images in the same places, among newly drawn neighbours",
    )


def form_names(forms: Forms) -> list[str]:
    """Return the names of all forms, the original first."""
    rotations, redraws = (range(1, count + 1) for count in (forms.rotations, forms.redraws))
    return [ORIGINAL, *(f"{ROTATION}-{n}" for n in rotations), *(f"{REDRAW}-{n}" for n in redraws)]


def check_supply(images_of_class: Mapping[int, int], settings: Settings, dataset: str) -> None:
    """Raise UserError when a data set cannot make such mosaics without repeating an image in one.

    Parameters: ``images_of_class``, how many images each class has; ``dataset``, its name, for the message.
    """
    n_tiles = settings.rows * settings.columns
    n_others = n_tiles - settings.target_tiles
    n_classes, n_images = len(images_of_class), sum(images_of_class.values())
    if n_classes < 2:
        raise UserError(f"datasets.{dataset}: has {n_classes} class; a mosaic needs at least 2")
    if settings.targets == "all" and n_classes < n_tiles:
        raise UserError(
            f"datasets.{dataset}: has {n_classes} classes where mosaics.targets: all needs {n_tiles}, one "
            "per tile; add classes or use targets: one"
        )
    needed = settings.target_tiles if n_classes > n_others else max(settings.target_tiles, n_others)
    short = sorted(unit for unit, count in images_of_class.items() if count < needed)
    if short:
        raise UserError(
            f"datasets.{dataset}: class {short[0]} has {images_of_class[short[0]]} image(s) where one mosaic "
            f"needs {needed} of them ({len(short)} such classes); add images or set mosaics.target_tiles: 1"
        )
    longest = max(images_of_class, key=lambda unit: images_of_class[unit])
    if settings.round_over == "image" and n_images < n_tiles * images_of_class[longest]:
        raise UserError(
            f"datasets.{dataset}: class {longest} holds {images_of_class[longest]} of {n_images} images, too "
            f"many for mosaics of {n_tiles} classes; use mosaics.round_over: class"
        )


def render_tile(image: np.ndarray, tile_size: int, geometry: str) -> np.ndarray:
    """Resize and centre-crop an image to a tile.

    Parameters: ``image`` uint8 (height, width, 3); ``geometry``, see Settings.
    Returns uint8 (tile_size, tile_size, 3), resized with an antialiasing bilinear filter.
    """
    height, width = image.shape[:2]
    long = round(tile_size * RESIZED_TO_CROPPED)
    if geometry == "resize_then_crop":
        resized = (long, long)
    else:
        scale = long / min(height, width)
        resized = (max(long, round(width * scale)), max(long, round(height * scale)))
    left, top = ((side - tile_size) // 2 for side in resized)
    tile = Image.fromarray(image).resize(resized, Image.Resampling.BILINEAR)
    return np.asarray(tile.crop((left, top, left + tile_size, top + tile_size)))


def render_mosaic(tiles: np.ndarray, tile_of: Callable[[int], np.ndarray]) -> np.ndarray:
    """Lay tiles out without gaps.

    Parameters: ``tiles`` integers (rows, columns); ``tile_of`` gives the uint8 (size, size, 3) pixels of
    one of them. Returns uint8 (rows * size, columns * size, 3).
    """
    return np.concatenate([np.concatenate([tile_of(int(t)) for t in row], axis=1) for row in tiles], axis=0)


def asked_targets(
    tile_classes: np.ndarray, classes: np.ndarray, targets: str
) -> tuple[np.ndarray, np.ndarray]:
    """List the questions put to a model: which class is asked of which mosaic.

    Parameters: ``tile_classes`` (n, rows, columns); ``classes`` (n,), the class each was drawn for.
    Returns mosaic positions int32 (q,) and classes int16 (q,): q = n for ``one``; for ``all`` each
    distinct class of each mosaic in the order of its tiles.
    """
    if targets == "one":
        return np.arange(len(classes), dtype=np.int32), classes.astype(np.int16)
    asked = [
        (row, c) for row, tiles in enumerate(tile_classes) for c in dict.fromkeys(tiles.ravel().tolist())
    ]
    rows, classes_asked = zip(*asked, strict=True)
    return np.array(rows, dtype=np.int32), np.array(classes_asked, dtype=np.int16)


def shard_rounds(settings: Settings, shard: int) -> range:
    """Return the round numbers that shard ``shard`` (from 0) holds."""
    first = shard * settings.rounds_per_shard
    return range(first, min(first + settings.rounds_per_shard, settings.rounds))


def n_shards(settings: Settings) -> int:
    """Return the number of shards, which follows from the settings alone."""
    return -(-settings.rounds // settings.rounds_per_shard)
