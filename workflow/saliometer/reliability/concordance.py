"""Kendall's coefficient of concordance W: how far items agree in the order of the methods.

Source: Kendall & Babington Smith, "The problem of m rankings" (Annals of Mathematical Statistics 10, 1939);
with ties: Kendall & Gibbons, Rank Correlation Methods (1990), chapter 6.
"""

from numpy.typing import ArrayLike

from saliometer.reliability.ranks import rank_complete


def kendalls_w(scores: ArrayLike) -> float:
    """Compute Kendall's W, corrected for ties, of the rankings that items give the methods.

    Parameters
    ----------
    scores : real array of shape (items, methods), no NaN; ranks serve as well, only their order counts

    Returns W in [0, 1]: 1 when all items rank alike, 1 / items on average when by chance. NaN for fewer than
    two items and when every item ties all methods. An item that does so counts as a ranking without order.

    W = 12 S / (m^2 (k^3 - k) - m sum_i T_i) for m items and k methods, S the sum of squares of the total
    ranks about their mean, T_i the sum of t^3 - t over the ties of item i. As (k^3 - k - T_i) / 12 is the
    sum of squares of the item's ranks, that is S over m times all these. m (k - 1) W is Friedman's
    chi-square. Without ties the mean rho between items is (m W - 1) / (m - 1).
    Raises ValueError for another shape or a NaN.
    """
    ranks = rank_complete(scores)
    n_items, n_methods = ranks.shape
    centred = ranks - (n_methods + 1) / 2
    squares = (centred**2).sum()
    if n_items < 2 or squares == 0:
        return float("nan")
    return float((centred.sum(axis=0) ** 2).sum() / (n_items * squares))
