"""Figures in the page: the picture inline, its size, a caption, and what it shows in words."""

import base64
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from saliometer.errors import UserError
from saliometer.findings.items import Chosen
from saliometer.findings.numbers import decimal
from saliometer.findings.results import MethodResult
from saliometer.report.reliability_sentences import extreme_pairs
from saliometer.report.sentences import with_interval

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


def violins_alt(results: Sequence[MethodResult], metric_label: str) -> str:
    """Say what a violin figure shows."""
    means = [f"{r.label} {with_interval(r.mean)}" for r in results if r.applicable]
    absent = [r.label for r in results if not r.applicable]
    said = f"Violin plots of {metric_label} by method. Means: {'; '.join(means) or 'none'}."
    return f"{said} Not applicable: {', '.join(absent)}." if absent else said


def spearman_alt(rows: pd.DataFrame, metric_label: str, label) -> str:
    """Say what a heat map shows; ``label`` is a function from a method to its label."""
    said = f"Heat map of Spearman's rho between methods by {metric_label}"
    return f"{said}; {extreme_pairs(rows, label) or 'no pair could be compared'}."


def panels_alt(
    choice: str, item: Chosen | None, target: str, measured: dict[str, float], metric_label: str
) -> str:
    """Say what the panels show; ``target`` is the class in words, ``measured`` the metric by method."""
    if item is None:
        return f"The {choice} item: {metric_label} is undefined on every map."
    scores = "; ".join(f"{name} {decimal(value)}" for name, value in measured.items())
    return (
        f"The {choice} item: mosaic {item.mosaic} asked for {target}, and the map of every method "
        f"over it. {metric_label}: {scores}."
    )
