"""Two replicates of the same items, and how far they lie apart (Bland & Altman, 1986)."""

import numpy as np
import pandas as pd

from saliometer.reliability.sample import QUESTION

REACH = 1.96  # standard deviations from the bias to the limits


def replicate_pairs(scores: pd.DataFrame, method: str, metric: str) -> np.ndarray:
    """Return the scores of the first two replicates, float64 (items, 2), where both are defined."""
    rows_of_method = scores[scores["method"] == method]
    first_two = sorted(rows_of_method["replicate"].unique())[:2]
    if len(first_two) < 2:
        return np.empty((0, 2))
    wide = rows_of_method.pivot_table(index=QUESTION, columns="replicate", values=metric, aggfunc="first")
    return wide.reindex(columns=first_two).dropna().to_numpy(dtype=np.float64)


def limits(pair: np.ndarray) -> tuple[float, float, float]:
    """Return the lower limit of agreement, the bias and the upper limit of scores (items, 2)."""
    differences = pair[:, 0] - pair[:, 1]
    bias, spread = float(differences.mean()), float(differences.std(ddof=1))
    return bias - REACH * spread, bias, bias + REACH * spread
