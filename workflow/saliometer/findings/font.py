"""The font of the figures, and which signs of a study's labels it lacks."""

import functools

from matplotlib import ft2font
from matplotlib.font_manager import FontProperties, findfont

from saliometer.errors import one_line
from saliometer.findings.scope import method_label, shown_metrics

FONT = "DejaVu Sans"  # comes with matplotlib, so it is the same on every machine
SIGNS_SHOWN = 10


def missing_signs(study: dict) -> str | None:
    """Say in one sentence which signs of a study's labels the font of the figures lacks; None for none."""
    labels = [method_label(study, name) for name in study["methods"]]
    labels += [metric.label for metric in shown_metrics(study).values()]
    lacking = sorted({sign for sign in one_line("".join(labels)) if ord(sign) not in _signs_of_font()})
    if not lacking:
        return None
    more = f" and {len(lacking) - SIGNS_SHOWN} more" if len(lacking) > SIGNS_SHOWN else ""
    shown = ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in lacking[:SIGNS_SHOWN])
    return (
        f"the font of the figures, {FONT}, lacks {len(lacking)} signs of the names and draws boxes for "
        f"them: {shown}{more}; tables and page have the names as they are"
    )


@functools.cache
def _signs_of_font() -> frozenset[int]:
    return frozenset(ft2font.FT2Font(findfont(FontProperties(family=FONT))).get_charmap())
