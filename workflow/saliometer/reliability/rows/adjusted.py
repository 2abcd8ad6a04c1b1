"""Verdicts of many tests at once: p after Holm's adjustment, and no verdict that does not survive it."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import ArrayLike

from saliometer.reliability.codes import Code, note
from saliometer.reliability.rows.columns import (
    ALPHA,
    BETWEEN,
    CONCORDANCE,
    CONSISTENCY,
    DIFFERENCE,
    PAIR,
    RHO,
    RHO_MEAN,
)


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
    sorted_back = np.empty(len(raw))
    sorted_back[order] = np.minimum(np.maximum.accumulate(steps), 1)
    adjusted[tested] = sorted_back
    return adjusted


# One table of verdicts for each metric, or one over all metrics of the scope.
BY_METRIC = {DIFFERENCE, RHO}
OVER_METRICS = {ALPHA, BETWEEN, CONCORDANCE, CONSISTENCY, RHO_MEAN}


def with_holm(rows: Sequence[dict], confidence: float, of_anchors: Collection[str] = ()) -> list[dict]:
    """Return the rows of one scope with ``p_holm``, and undecided where a verdict does not survive it.

    A table of verdicts is all rows of one coefficient and metric that compare methods, or of one coefficient
    over the metrics. Parameters: ``confidence`` of the verdicts, one stands when p_holm < 1 - confidence;
    ``of_anchors``, values of method_b whose rows are a table of their own: what methods have of themselves.
    """
    tables: dict[tuple, list[int]] = {}
    for number, row in enumerate(rows):
        name = row["coefficient"]
        if name in BY_METRIC | OVER_METRICS and not np.isnan(row.get("p", np.nan)):
            place = (row["metric"], row.get("method_b") in of_anchors) if name in BY_METRIC else ()
            tables.setdefault((name, *place), []).append(number)
    # p of a pair is already adjusted for all pairs: nothing is left to adjust.
    adjusted = [row | {"p_holm": row["p"]} if row["coefficient"] == PAIR else dict(row) for row in rows]
    for numbers in tables.values():
        for number, p_holm in zip(numbers, holm([rows[i]["p"] for i in numbers]), strict=True):
            adjusted[number] |= {"p_holm": float(p_holm)}
            if p_holm >= 1 - confidence:
                adjusted[number] |= _withdrawn(rows[number], len(numbers))
    return adjusted


def _withdrawn(row: dict, n_tests: int) -> dict:
    if row["verdict"] is None or row["verdict"].code == Code.UNDECIDED:
        return {}
    why = note(Code.NOT_AFTER_HOLM, verdict=row["verdict"], n=n_tests)
    return {"verdict": note(Code.UNDECIDED), "notes": (why, *row["notes"])}
