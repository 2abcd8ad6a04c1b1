"""Labels as figures draw them: as they are written where they fit, else cut in the middle."""

import functools
from collections.abc import Callable, Mapping

from matplotlib.figure import Figure

from saliometer.errors import one_line
from saliometer.figures import style
from saliometer.findings.scope import method_label, shown_metrics

WIDEST_METHOD = 2.8  # inches, on two lines
WIDEST_METRIC = 1.5  # inches, on one, as beside words of an axis
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
FEWEST_SIGNS = 2


def with_fitting_labels(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Make a drawer of figures one that draws labels that fit, of methods and of metrics."""

    @functools.wraps(draw)
    def drawing(study: dict, *arguments, **options) -> Figure:
        return draw(fitting(study), *arguments, **options)

    return drawing


def fitting(study: dict) -> dict:
    """Return a study with its labels as figures draw them; no two of its methods have one label."""
    whole = study.get("whole", study)
    of_methods = {name: method_label(study, name) for name in whole["methods"]}
    with style.applied():
        methods = fitted(of_methods, WIDEST_METHOD)
        metrics = fitted({name: metric.label for name, metric in shown_metrics(study).items()}, WIDEST_METRIC)
    labelled = {name: {**block, "label": methods[name]} for name, block in whole["methods"].items()}
    return {
        **study,
        "methods": {name: labelled[name] for name in study["methods"]},
        "metric_labels": metrics,
        "whole": {**whole, "methods": labelled, "metric_labels": metrics},
    }


def fitted(labels: Mapping[str, str], inches: float) -> dict[str, str]:
    """Return labels, one line each and no wider than so many inches, and different where they were.

    The middle of a wider one gives way, for names of one kind begin alike; where they end alike too they are
    numbered.
    """
    shortened: dict[str, str] = {}
    for name, label in labels.items():
        text = one_line(" ".join(label.split()) or label)
        short = unique = cut(text, inches)
        number = 1
        while short != text and unique in shortened.values():
            number += 1
            unique = f"{short} {number}"
        shortened[name] = unique
    return shortened


def cut(text: str, inches: float, size: float = style.FONT_SIZE) -> str:
    """Return a text no wider than so many inches; the middle of a wider one gives way.

    Parameters: ``size`` of its letters in points.
    """
    longest = int(inches * 72)  # signs of a point each: more can't fit
    kept = min(len(text), longest)
    shown = text if kept == len(text) else _ends(text, kept)
    while (width := style.text_width([shown], size)) > inches and kept > FEWEST_SIGNS:
        kept = max(FEWEST_SIGNS, min(kept - 1, int(kept * inches / width)))
        shown = _ends(text, kept)
    return shown


def _ends(text: str, characters: int) -> str:
    """Return the beginning and the end of a text, so many characters in all."""
    kept = min(characters, len(text) - 1)
    end = kept // 2
    return f"{text[: kept - end].rstrip()}{ELLIPSIS}{text[len(text) - end :].lstrip()}"
