"""Figures in the page: the picture inline, its size, a caption, and what it shows in words."""

import base64
import re
from pathlib import Path
from typing import NamedTuple

from saliometer.errors import UserError

POINTS_TO_PIXELS = 96 / 72
VIEW_BOX = re.compile(rb'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')


class Card(NamedTuple):
    """A figure: ``source`` is a data URI, ``width`` and ``height`` are in CSS pixels."""

    source: str
    width: int
    height: int
    alt: str
    caption: str


def read_card(path: Path, alt: str, caption: str) -> Card:
    """Make a card of an SVG file; raises UserError when it is not there or no figure of ours.

    As an image, not as inline markup: the ids of several figures in one page would collide, and nothing
    in an image can run or load anything.
    """
    if not path.is_file():
        raise UserError(f"{path}: no such figure; run the figures stage again")
    content = path.read_bytes()
    box = VIEW_BOX.search(content)
    if box is None:
        raise UserError(f"{path}: not a figure of this program; delete it and run the figures stage again")
    width, height = (round(float(size) * POINTS_TO_PIXELS) for size in box.groups())
    source = "data:image/svg+xml;base64," + base64.b64encode(content).decode()
    return Card(source, width, height, alt, caption)
