"""Intraclass correlation: the share of the variance of a table that lies between its rows.

Sources: Shrout & Fleiss, Intraclass correlations (Psychological Bulletin 86, 1979); names and intervals of
McGraw & Wong, Forming inferences about some intraclass correlation coefficients (Psychological Methods 1,
1996).

- ICC(1, .): one-way, the columns of a row are exchangeable (seeds, random redraws)
- ICC(A, .): two-way, absolute agreement: differences between columns are errors (labelled rotations)
- ICC(C, .): two-way, consistency: they are not. ICC(C,k) is Cronbach's alpha and, with methods as rows and
  class means as columns, the generalizability coefficient: 1 - 1 / F
- (., 1) is the reliability of one column, (., k) that of the mean over all k of them
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtrc, fdtri

from saliometer.reliability.clustering.intervals import Interval

ONE_WAY, ONE_WAY_MEAN = "ICC(1,1)", "ICC(1,k)"
AGREEMENT, AGREEMENT_MEAN = "ICC(A,1)", "ICC(A,k)"
CONSISTENCY, CONSISTENCY_MEAN = "ICC(C,1)", "ICC(C,k)"
FORMS = (ONE_WAY, ONE_WAY_MEAN, AGREEMENT, AGREEMENT_MEAN, CONSISTENCY, CONSISTENCY_MEAN)


class MeanSquares(NamedTuple):
    """Mean squares of a table of n rows and k columns: between rows and columns, within rows, residual."""

    n: int
    k: int
    rows: float
    columns: float
    within: float
    residual: float


def intraclass_correlations(table: ArrayLike, confidence: float) -> dict[str, Interval]:
    """Compute the six intraclass correlations of a table, by FORMS.

    Parameters
    ----------
    table : real array of shape (rows, columns); a row with any NaN takes no part
    confidence : level in (0, 1)

    Returns for each form the estimate, in [-1 / (k - 1), 1] for one column and at most 1 for the mean, with
    its interval from F distributions (McGraw & Wong, 1996, table 7), p of the one-sided F test of equal rows,
    and the number of rows as n_clusters. The interval takes rows as independent and normal. A lower limit
    that does not exist is -inf. All NaN for fewer than two rows or columns or a constant table; NaN too is
    a mean's reliability when the rows have equal means.

    Raises ValueError for another shape or an infinite value.
    """
    squares = mean_squares(table)
    n, k = squares.n, squares.k
    if n < 2 or k < 2 or squares.rows + squares.within == 0:
        return dict.fromkeys(FORMS, Interval(*[np.nan] * 4, n))
    one_way = _from_f(squares.rows, squares.within, n - 1, n * (k - 1), k, confidence, n)
    consistency = _from_f(squares.rows, squares.residual, n - 1, (n - 1) * (k - 1), k, confidence, n)
    agreement = _agreement(squares, confidence, consistency[0].p)
    return dict(zip(FORMS, (*one_way, *agreement, *consistency), strict=True))


def mean_squares(table: ArrayLike) -> MeanSquares:
    """Analyse the variance of a table (rows, columns); a row with any NaN takes no part.

    A mean square without degrees of freedom is NaN. Raises ValueError for another shape or an infinite value.
    """
    table = np.asarray(table, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError(f"a table must be (rows, columns), not {table.shape}")
    table = table[~np.isnan(table).any(axis=1)]
    if np.isinf(table).any():
        raise ValueError("a table must be finite, or NaN where missing")
    n, k = table.shape
    if n < 1 or k < 1:
        return MeanSquares(n, k, *[np.nan] * 4)
    rest = table - table[0]  # equal rows leave exactly nothing, equal columns nothing between columns
    by_column = table[0] - table[0, 0] + rest.mean(axis=0)
    by_row = rest[:, 0] + (rest - rest[:, :1]).mean(axis=1)
    rest = rest - by_row[:, None]
    rest -= rest.mean(axis=0)
    rows = k * ((by_row - by_row.mean()) ** 2).sum()
    columns, residual = n * ((by_column - by_column.mean()) ** 2).sum(), (rest**2).sum()
    return MeanSquares(
        n,
        k,
        _mean(rows, n - 1),
        _mean(columns, k - 1),
        _mean(columns + residual, n * (k - 1)),
        _mean(residual, (n - 1) * (k - 1)),
    )


def f_reliability(
    between: float, error: float, df_between: float, df_error: float, confidence: float, n: int
) -> Interval:
    """Return the reliability 1 - 1 / F of a mean, F = between / error, with its interval.

    Parameters: two mean squares and their degrees of freedom, the level, and n for n_clusters. The limits are
    1 - q / F for quantiles q of F(df_between, df_error) (Feldt, Psychometrika 30, 1965), p is one-sided.
    NaN unless between > 0 and error is defined.
    """
    if not (between > 0 and error >= 0):
        return Interval(*[np.nan] * 4, n)
    ratio = error / between
    upper, lower = (fdtri(df_between, df_error, (1 + sign * confidence) / 2) for sign in (1, -1))
    p = fdtrc(df_between, df_error, 1 / ratio) if ratio > 0 else 0.0
    return Interval(*(float(value) for value in (1 - ratio, 1 - upper * ratio, 1 - lower * ratio, p)), n)


def _from_f(between, error, df_between, df_error, k, confidence, n) -> tuple[Interval, Interval]:
    mean = f_reliability(between, error, df_between, df_error, confidence, n)
    if np.isnan(mean.estimate):  # equal rows: no reliability of the mean, one column's is the lowest
        lowest = -1 / (k - 1) if error > 0 else np.nan
        return Interval(*[lowest] * 3, 1.0 if error > 0 else np.nan, n), mean
    return mean._replace(**{name: _step_down(getattr(mean, name), k) for name in mean._fields[:3]}), mean


def _agreement(squares: MeanSquares, confidence: float, p: float) -> tuple[Interval, Interval]:
    n, k, rows, columns, _, residual = squares
    estimate = _ratio(rows - residual, rows + (k - 1) * residual + k / n * (columns - residual))
    # Satterthwaite's degrees of freedom of the weighted sum of the two error terms.
    a = k * estimate / n * columns
    b = (1 - estimate + k * estimate * (n - 1) / n) * residual
    scale = a**2 / (k - 1) + b**2 / ((n - 1) * (k - 1))
    df = max((a + b) ** 2 / scale, 1.0) if scale > 0 else 1.0  # without any error F cancels
    error = k * columns + (k * n - k - n) * residual
    upper, lower = (fdtri(n - 1, df, (1 + sign * confidence) / 2) for sign in (1, -1))
    if np.isnan(estimate):  # equal rows in two columns that only differ at random: 0 / 0
        return (Interval(*[np.nan] * 4, n),) * 2
    limits = [_ratio(n * (rows - f * residual), f * error + n * rows) for f in (upper, lower)]
    one = Interval(*(float(value) for value in (estimate, *limits, p)), n)
    estimate, low, high = (_step_up(value, k) for value in one[:3])
    if rows == 0 or np.isinf(estimate):
        return one, Interval(*[np.nan] * 4, n)
    return one, Interval(estimate, low, high, one.p, n)


def _step_down(reliability: float, k: int) -> float:
    return reliability / (k - (k - 1) * reliability)


def _step_up(correlation: float, k: int) -> float:
    """Spearman-Brown; -inf where a correlation at or below -1 / (k - 1) leaves the mean without a value."""
    whole = 1 + (k - 1) * correlation
    return np.nan if np.isnan(whole) else k * correlation / whole if whole > 0 else -np.inf


def _mean(squares: float, freedom: int) -> float:
    return float(squares / freedom) if freedom > 0 else np.nan


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else np.nan
