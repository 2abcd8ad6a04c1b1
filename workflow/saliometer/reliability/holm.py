"""Holm's adjustment of p-values, for tables of verdicts."""

import numpy as np
from numpy.typing import ArrayLike


def holm(p: ArrayLike) -> np.ndarray:
    """Adjust p-values so that verdicts at level a are all free of false ones with probability 1 - a.

    Parameters: ``p``, array of any shape in [0, 1]; NaN is no test: it stays NaN and does not count.

    Returns float64 of the same shape, in [p, 1]: the i-th smallest of n becomes
    max_{j <= i} min(1, (n - j + 1) p_(j)), whatever the dependence between the tests.
    Raises ValueError for a p outside [0, 1].

    Source: Holm, "A simple sequentially rejective multiple test procedure" (Scand. J. Statist. 6, 1979).
    """
    p = np.asarray(p, dtype=np.float64)
    tested = ~np.isnan(p)
    raw = p[tested]
    if ((raw < 0) | (raw > 1)).any():
        raise ValueError("p-values must lie in [0, 1], or be NaN")
    order = np.argsort(raw, kind="stable")
    steps = np.arange(len(raw), 0, -1) * raw[order]
    adjusted = np.full(p.shape, np.nan)
    found = np.empty(len(raw))
    found[order] = np.minimum(np.maximum.accumulate(steps), 1)
    adjusted[tested] = found
    return adjusted
