"""Parts of sentences: numbers, lists and reasons in words, as pure functions."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from saliometer.findings.numbers import decimal, interval
from saliometer.findings.results import Estimate
from saliometer.reliability.codes import Code

NARROW = 0.02  # intervals below this width are given with one more digit
TOO_LITTLE = ", which is too little to matter"
WITHDRAWN = {
    Code.NOT_WHERE_UNDEFINED: "where undefined scores count as the worst",
    Code.NOT_AFTER_HOLM: "after Holm's adjustment",
}


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


def size_in_words(difference: float) -> str:
    """Return the size of a difference with two digits, or as many as it takes to be more than 0."""
    size = abs(difference)
    return decimal(size) if size >= 0.005 or size == 0 else f"{size:.1g}"


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


def with_reason(label: str, withdrawn: Code | None) -> str:
    """Name a method, and why it is not told apart where its verdict was withdrawn."""
    return f"{label} ({WITHDRAWN[withdrawn]})" if withdrawn else label


def reason_of(row: Mapping) -> str:
    """Return the reason that a row gives for having no estimate."""
    return "no reason was recorded" if pd.isna(row["reason"]) else str(row["reason"])


def without_estimate(rows: Mapping[str, Mapping], what: str) -> list[str]:
    """Return ``Sensitivity and F1: no alpha, <reason>`` for each distinct reason among ``rows`` by label."""
    reasons = {label: reason_of(row) for label, row in rows.items() if not np.isfinite(row["estimate"])}
    return [
        f"{listed([label for label in reasons if reasons[label] == reason])}: {what}, {reason}"
        for reason in dict.fromkeys(reasons.values())
    ]
