"""Sums of squared differences over all ordered pairs of values within groups, by level of measurement.

What Krippendorff's alpha needs of a table of ratings. Each function takes values (N,), their
groups (N,), integers from 0, and the number of groups, and returns float64 (groups,).
"""

from collections.abc import Callable

import numpy as np

BLOCK = 2**20  # pairs compared at once at the ratio level


def _squared_differences(values: np.ndarray, groups: np.ndarray, n_groups: int) -> np.ndarray:
    values = values - values.mean()  # far from 0 the squares would lose their digits
    sizes = np.bincount(groups, minlength=n_groups)
    means = np.bincount(groups, values, n_groups) / np.maximum(sizes, 1)
    return 2 * sizes * np.bincount(groups, (values - means[groups]) ** 2, n_groups)


def _unequal_pairs(values: np.ndarray, groups: np.ndarray, n_groups: int) -> np.ndarray:
    distinct, codes = np.unique(values, return_inverse=True)
    cells, counts = np.unique(groups * len(distinct) + codes, return_counts=True)
    equal = np.bincount(cells // len(distinct), counts.astype(np.float64) ** 2, n_groups)
    return np.bincount(groups, minlength=n_groups) ** 2 - equal


def _relative_differences(values: np.ndarray, groups: np.ndarray, n_groups: int) -> np.ndarray:
    ends = np.cumsum(np.bincount(groups, minlength=n_groups))[:-1]
    parts = np.split(values[np.argsort(groups, kind="stable")], ends)
    return np.array([_relative_sum(part) for part in parts])


def _relative_sum(values: np.ndarray) -> float:
    """Sum ((a - b) / (a + b))^2 over ordered pairs, 0 for two zeros, a block of rows at a time."""
    total, rows = 0.0, max(1, BLOCK // max(1, len(values)))
    for start in range(0, len(values), rows):
        left = values[start : start + rows, None]
        sums = left + values
        ratio = np.divide(left - values, sums, out=np.zeros_like(sums), where=sums != 0)
        total += float((ratio**2).sum())
    return total


PAIR_SUMS: dict[str, Callable[[np.ndarray, np.ndarray, int], np.ndarray]] = {
    "nominal": _unequal_pairs,
    "ordinal": _squared_differences,
    "interval": _squared_differences,
    "ratio": _relative_differences,
}
