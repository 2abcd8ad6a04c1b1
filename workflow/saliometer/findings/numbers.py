"""Numbers as they are printed in figures and in the report."""

import math

MINUS = "\N{MINUS SIGN}"
ABSENT = "\N{EN DASH}"
LARGE = 1e6


def decimal(value: float, digits: int = 2) -> str:
    """Return a number rounded to ``digits`` with a true minus sign and no negative zero; NaN is a dash.

    From a million on it has three digits and a power of ten.
    """
    if value is None or not math.isfinite(value):
        return ABSENT
    if abs(value) >= LARGE:
        return f"{value:.3g}".replace("-", MINUS)
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text.replace("-", MINUS)


def correlation(value: float) -> str:
    """Return a correlation in the shortest usual form: two digits, no zero before the point."""
    return decimal(value).replace("0.", ".", 1)


def interval(low: float, high: float, digits: int = 2) -> str:
    """Return ``[low, high]``, or "" where there is no interval."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"[{decimal(low, digits)}, {decimal(high, digits)}]"


def number_in_words(items: float) -> str:
    """Return a mean number of items per cluster: ``8``, ``2.5``."""
    return f"{items:.0f}" if abs(items - round(items)) < 0.05 else f"{items:.1f}"
