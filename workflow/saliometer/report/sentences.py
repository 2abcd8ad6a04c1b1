"""Sentences about numbers: pure functions, so that what the report says follows from what was found."""

from collections.abc import Sequence

import numpy as np

from saliometer.findings.numbers import decimal, interval
from saliometer.findings.results import Estimate

NARROW = 0.02  # intervals below this width are given with one more digit


def value_and_bounds(estimate: Estimate) -> tuple[str, str]:
    """Return ``0.78`` and ``[0.75, 0.81]``, both with the digits that the interval's width calls for."""
    digits = 3 if estimate.high - estimate.low < NARROW else 2
    return decimal(estimate.value, digits), interval(estimate.low, estimate.high, digits)


def with_interval(estimate: Estimate) -> str:
    """Return ``0.78 [0.75, 0.81]``; words where there is no interval, and for NaN."""
    if np.isnan(estimate.value):
        return "undefined"
    value, bounds = value_and_bounds(estimate)
    return f"{value} {bounds or '(no interval)'}"


def listed(words: Sequence[str]) -> str:
    """Join words as an English list: ``a``, ``a and b``, ``a, b and c``; "" for none."""
    *first, last = words or [""]
    return f"{', '.join(first)} and {last}" if first else last


def counted(n: int, singular: str, plural: str | None = None) -> str:
    """Return a count with its noun: ``1 photograph``, ``20 photographs``, ``1,000 mosaics``."""
    return f"{n:,} {singular if n == 1 else plural or singular + 's'}"


def percent(share: float) -> str:
    """Return a share in [0, 1] as a percentage without decimals."""
    return "undefined" if np.isnan(share) else f"{100 * share:.0f} %"
