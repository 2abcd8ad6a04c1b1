"""What may be concluded of the ranking of the methods, in words: the verdict beside every G coefficient.

A metric may be used to rank these methods when the whole interval of G at the run's own design is at least
.80, methods are exchanged too rarely by chance (permutation of labels within clusters, p below .05 after
Holm's adjustment for the metrics of the scope), and some methods are separated. Else it is undecided. The
methods are fixed: nothing is said of others. Krippendorff's benchmarks are of single items and take no part.
"""

from collections.abc import Sequence

import numpy as np

from saliometer.reliability.holm import holm
from saliometer.reliability.rows import CONCORDANCE, GENERALIZABILITY, NEEDED, PAIR, UNDECIDED

ENOUGH, LEVEL = 0.8, 0.05
USABLE = "may be used to rank these methods"


def with_verdicts(rows: Sequence[dict]) -> list[dict]:
    """Return the rows of one scope with the verdicts of their G coefficients, and why not where undecided."""
    tests = {row["metric"]: row["p"] for row in rows if row["coefficient"] == CONCORDANCE and "p" in row}
    adjusted = dict(zip(tests, holm(list(tests.values())), strict=True)) if tests else {}
    return [
        row | _verdict(row, rows, adjusted.get(row["metric"], np.nan))
        if row["coefficient"] == GENERALIZABILITY and row.get("verdict") is not None
        else row
        for row in rows
    ]


def _verdict(row: dict, rows: Sequence[dict], p: float) -> dict:
    own = [other for other in rows if other.get("metric") == row["metric"]]
    separated = [r for r in own if r["coefficient"] == PAIR and r.get("verdict") not in (None, UNDECIDED)]
    against = []
    if not row["ci_low"] >= ENOUGH:
        against.append(f"the interval of G reaches below {ENOUGH:.2f}")
    if not p < LEVEL:
        against.append(f"methods differ by chance with p {p:.3g} after Holm")
    if not separated:
        against.append("no two methods are separated")
    if not against:
        return {"verdict": USABLE, "reason": f"{len(separated)} pairs separated; p {p:.3g} after Holm"}
    (needed,) = (r["estimate"] for r in own if r["coefficient"] == NEEDED.format("80"))
    if needed > 0:
        against.append(f"{needed:,.0f} items of different clusters would give the mean a reliability of .80")
    return {"verdict": UNDECIDED, "reason": "; ".join(against)}
