"""Agreement across settings: do data sets, models or metrics, taken as raters, rank the methods alike?

With few settings and few methods the scale is coarse: three settings that rank four methods at random reach
an alpha of .694 in 5.4 % of cases, and the next higher values are .756, .878 and 1. So the exact null
distribution stands beside the estimate.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from saliometer.reliability.inter_rater import inter_rater_alpha
from saliometer.reliability.ranks import rank_within

MOST_ARRANGEMENTS = 10**7


class SettingsAgreement(NamedTuple):
    """Ordinal alpha of settings as raters against independent random rankings with the same ties.

    ``p``: P(alpha >= estimate). ``upper``: the attainable values with P(alpha >= value) up to the asked
    tail, as (value, P) in ascending order of values; empty where the null was drawn and not counted
    (``exact`` False). ``n_methods``: those that are defined in every setting.
    """

    estimate: float
    p: float
    null_mean: float
    null_sd: float
    upper: list[tuple[float, float]]
    exact: bool
    n_settings: int
    n_methods: int


def agreement_across_settings(
    table: ArrayLike,
    seed: int,
    upper_tail: float = 0.1,
    most_arrangements: int = MOST_ARRANGEMENTS,
    n_draws: int = 9999,
) -> SettingsAgreement:
    """Compute Krippendorff's ordinal alpha between the rankings of methods in several settings.

    Parameters
    ----------
    table : real array of shape (settings, methods), each method's mean or median; higher is better in every
        row, so negate the rows of metrics where lower is; a method that is NaN in any setting is left out
    seed : of the drawn rankings, where the null is not counted
    upper_tail : largest P of the attainable values that are listed
    most_arrangements : arrangements that the exact null may go through
    n_draws : rankings drawn beyond

    The null permutes each setting's ranks independently. It is counted exactly when the (k!)^(m-1) joint
    rankings of m settings and k methods are at most ``most_arrangements``, and beyond while merging equal
    rank sums keeps the work as small; else drawn, with p = (b + 1) / (B + 1).
    All NaN for fewer than two settings or two methods, or rows that are all one tie.
    Raises ValueError for another shape or an infinite value.
    """
    table = np.asarray(table, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError(f"table must be (settings, methods), not {table.shape}")
    if np.isinf(table).any():
        raise ValueError("table must be finite, or NaN where missing")
    table = table[:, ~np.isnan(table).any(axis=0)]
    m, k = table.shape
    estimate = inter_rater_alpha(table) if m >= 2 and k >= 2 else np.nan
    if np.isnan(estimate):
        return SettingsAgreement(np.nan, np.nan, np.nan, np.nan, [], False, m, k)
    values = _pooled_mid_ranks(rank_within(table))
    observed = (values.sum(axis=0) ** 2).sum()
    counted = _count_null(values, most_arrangements)
    exact = counted is not None
    if exact:
        sums, chances = counted
        upper_p = np.minimum(np.cumsum(chances[::-1])[::-1], 1)  # sums of rounded shares
        p = float(upper_p[np.searchsorted(sums, observed)])
    else:
        sums = _draw_null(values, n_draws, np.random.default_rng(seed))
        chances = np.full(n_draws, 1 / n_draws)
        p = (np.count_nonzero(sums >= observed) + 1) / (n_draws + 1)
    alphas = _alpha_of_sums(values, sums)
    mean = float(chances @ alphas)
    upper = []
    if exact:
        listed = upper_p <= upper_tail
        upper = list(zip(alphas[listed].tolist(), upper_p[listed].tolist(), strict=True))
    sd = float(np.sqrt(chances @ (alphas - mean) ** 2))
    return SettingsAgreement(estimate, p, mean, sd, upper, exact, m, k)


def _pooled_mid_ranks(ranks: np.ndarray) -> np.ndarray:
    """Rank the ranks of all settings together, as the ordinal level does, in twice their unit: integers.

    They are centred at 0, exactly, so that alpha follows from the sums of each method.
    """
    pooled = stats.rankdata(ranks).reshape(ranks.shape)
    return np.rint(2 * pooled).astype(np.int64) - (ranks.size + 1)


def _alpha_of_sums(values: np.ndarray, sums_of_squares: np.ndarray) -> np.ndarray:
    """Return alpha from sum_u (sum_r v_ru)^2, all else being the same in every permutation."""
    m, n = len(values), values.size
    squares = (values**2).sum()
    return 1 - (m * squares - sums_of_squares) / (m - 1) * (n - 1) / (n * squares)


def _count_null(values: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Count sum_u (sum_r v_ru)^2 over all permutations within rows but the first.

    Which method has which sum does not matter to the next row's permutations, so sums that are the same
    but for their order are one state. Returns the values in ascending order and their probabilities; None
    when that would go through more than ``most`` arrangements.
    """
    states, chances, work = values[:1].astype(np.int32), np.ones(1), 0
    for row in values[1:-1]:
        work += len(states) * _count_orders(row)
        if work > most:
            return None
        merged = _add_row(states, chances, row)
        if merged is None:
            return None
        states, chances = merged
    last = values[-1]
    if work + len(states) * _count_orders(last) > most:
        return None
    orders = _orders(tuple(np.sort(last).tolist()), {}).astype(np.int64)
    products = sum(np.multiply.outer(states[:, u], orders[:, u]) for u in range(len(last)))
    squares = (states.astype(np.int64) ** 2).sum(axis=1) + (last**2).sum()
    totals, codes = np.unique((squares[:, None] + 2 * products).ravel(), return_inverse=True)
    return totals, np.bincount(codes, np.repeat(chances, len(orders)) / len(orders))


def _add_row(
    states: np.ndarray, chances: np.ndarray, row: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Add a row in all its orders to the states and merge equal ones; None if 64 bits can't number them."""
    orders = _orders(tuple(np.sort(row).tolist()), {})
    sums = (states[:, None, :] + orders).reshape(-1, len(row))
    sums.sort(axis=1)
    lowest, base = int(sums.min()), int(np.ptp(sums)) + 1
    if base ** len(row) > 2**62:
        return None
    keys = np.zeros(len(sums), dtype=np.int64)
    for column in sums.T:
        keys = keys * base + (column - lowest)
    _, first, codes = np.unique(keys, return_index=True, return_inverse=True)
    return sums[first], np.bincount(codes, np.repeat(chances, len(orders)) / len(orders))


def _count_orders(row: np.ndarray) -> int:
    repeats = np.unique(row, return_counts=True)[1]
    return math.factorial(len(row)) // math.prod(math.factorial(int(n)) for n in repeats)


def _orders(values: tuple[int, ...], known: dict[tuple[int, ...], np.ndarray]) -> np.ndarray:
    """List all distinct orders of sorted values, int32 (orders, len(values)); ``known`` remembers parts."""
    if len(values) < 2:
        return np.array([values], dtype=np.int32)
    if values not in known:
        blocks = []
        for value in sorted(set(values)):
            first = values.index(value)
            rest = _orders(values[:first] + values[first + 1 :], known)
            blocks.append(np.column_stack([np.full(len(rest), value, dtype=np.int32), rest]))
        known[values] = np.concatenate(blocks)
    return known[values]


def _draw_null(values: np.ndarray, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    totals = np.zeros((n_draws, values.shape[1]), dtype=np.int64)
    for row in values:
        totals += rng.permuted(np.tile(row, (n_draws, 1)), axis=1)
    return (totals**2).sum(axis=1)
