"""One style for all figures: colours, sizes, and files that depend on the content alone.

Colours are the palette of Okabe & Ito (Color Universal Design, 2008), told apart by readers of every
colour vision; greys are for controls only. No meaning rests on colour alone: methods are always named.
"""

import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from saliometer.findings.font import FONT
from saliometer.findings.scope import control_methods, real_methods
from saliometer.products.files import replaced_whole
from saliometer.products.origins import PNG_KEY

COLUMN_WIDTH = 3.4  # inches, one column of a two-column page
FONT_SIZE = 8.0  # points
SMALL_FONT_SIZE = 7.0  # points; nothing is smaller
PNG_DPI = 300
MESSAGE_CHARACTERS = 52  # on a line of a figure that is all words

INK = "#1a1a1a"
FAINT_INK = "#595959"  # 7:1 on white
RULE = "#c8c8c8"

OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#F0E442")
CONTROL_GREYS = ("#9a9a9a", "#c4c4c4", "#6e6e6e", "#dedede")

PARAMETERS = {
    "font.family": FONT,
    "font.size": FONT_SIZE,
    "axes.labelsize": FONT_SIZE,
    "axes.titlesize": FONT_SIZE,
    "xtick.labelsize": SMALL_FONT_SIZE,
    "ytick.labelsize": FONT_SIZE,
    "legend.fontsize": SMALL_FONT_SIZE,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT_INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": FAINT_INK,
    "ytick.color": INK,
    "xtick.labelcolor": INK,
    "xtick.major.width": 0.6,
    "xtick.major.size": 3.0,
    "ytick.major.size": 0.0,
    "axes.unicode_minus": True,
    "text.parse_math": False,  # names are drawn as they are written, dollars too
    "svg.fonttype": "path",
    "svg.hashsalt": "saliometer",
    "figure.facecolor": "white",
}


@contextmanager
def applied() -> Iterator[None]:
    """Draw in the project's style, whatever the reader's own matplotlib settings are."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(PARAMETERS)
        yield


@contextmanager
def no_word_of_missing_signs() -> Iterator[None]:
    """Keep matplotlib from warning of each sign that the font lacks, each time: ``labels`` says it once."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .*missing from font")
        yield


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of ``width`` x ``height`` inches, without any window system."""
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


def wrap(text: str, characters: int) -> list[str]:
    """Break a text into lines of at most so many characters; a name such as Grad-CAM stays whole."""
    return textwrap.wrap(text, characters, break_on_hyphens=False)


def message_figure(lines: list[str]) -> Figure:
    """Return a small figure that says why there is nothing to draw."""
    wrapped = [part for line in lines for part in wrap(line, MESSAGE_CHARACTERS)]
    figure = new_figure(COLUMN_WIDTH, 0.4 + 0.16 * len(wrapped))
    figure.text(0.5, 0.5, "\n".join(wrapped), ha="center", va="center", color=FAINT_INK, linespacing=1.4)
    return figure


def text_width(texts: list[str], size: float = FONT_SIZE) -> float:
    """Return the width in inches of the longest of ``texts`` in the figures' font; 0 without any."""
    font = FontProperties(family=PARAMETERS["font.family"], size=size)
    lines = [line for text in texts for line in text.split("\n")]
    with no_word_of_missing_signs():
        return max((TextPath((0, 0), line, prop=font).get_extents().x1 for line in lines), default=0.0) / 72


def add_axes(figure: Figure, left: float, right: float, top: float, bottom: float) -> Axes:
    """Add axes that leave the given margins, in inches."""
    width, height = figure.get_size_inches()
    return figure.add_axes(
        (left / width, bottom / height, 1 - (left + right) / width, 1 - (top + bottom) / height)
    )


def save(figure: Figure, stem: str | Path, mark: str | None = None) -> None:
    """Write ``stem``.png and ``stem``.svg whole; equal figures give equal bytes.

    Parameters: ``mark``, a text that both carry inside (``origins.mark``).
    No date, version or random id enters the files.
    """
    stem = Path(stem)
    with applied(), no_word_of_missing_signs():
        with replaced_whole(stem.with_name(stem.name + ".png")) as temporary:
            metadata = {"Software": None, PNG_KEY: mark}
            figure.savefig(temporary, format="png", dpi=PNG_DPI, metadata=metadata)
        with replaced_whole(stem.with_name(stem.name + ".svg")) as temporary:
            metadata = {"Date": None, "Creator": None, "Identifier": mark}
            figure.savefig(temporary, format="svg", dpi=PNG_DPI, metadata=metadata)


def method_colours(study: dict) -> dict[str, str]:
    """Give every method of a study its colour, the same in all of the study's figures.

    Beyond the palette's seven colours they come again, lighter and lighter: methods are named anyway.
    """
    study = study.get("whole", study)
    colours = {
        method: _lighter(OKABE_ITO[number % len(OKABE_ITO)], number // len(OKABE_ITO))
        for number, method in enumerate(real_methods(study))
    }
    controls = enumerate(control_methods(study))
    return colours | {method: CONTROL_GREYS[number % len(CONTROL_GREYS)] for number, method in controls}


def ink_on(colour: str | tuple) -> str:
    """Return the ink, dark or white, that contrasts more with a background (WCAG relative luminance)."""
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    luminance = sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), channels, strict=True))
    return INK if luminance > 0.2 else "white"  # at 0.2 both contrast equally


def _lighter(colour: str, steps: int) -> str:
    keep = 0.6**steps
    return to_hex([1 - keep * (1 - channel) for channel in to_rgb(colour)])
