"""Intervals over clusters: questions of one target (or one photograph) are not independent of each other.

Percentile bootstraps over few clusters are too narrow (with 10 clusters a nominal .95 covers .90) and
resampling clusters and then questions within them counts the within-cluster variance twice. Student's t on
C - 1 degrees of freedom keeps its level from C = 3 clusters of one size on. Where sizes differ, a mean has
as many degrees of freedom as its largest clusters leave it, and its variance is corrected for the share that
they have in the mean (CR2, ``strata.squares_within``).
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from pydantic import Field
from scipy.special import stdtr, stdtrit

from saliometer import settings
from saliometer.reliability.clustering.design_effect import design_effect
from saliometer.reliability.clustering.shared_images import Links, links_among
from saliometer.reliability.clustering.strata import (
    about_stratum_mean,
    squares_left_out,
    squares_within,
    strata_of_clusters,
)

CLUSTER_T = "cluster_t"
JACKKNIFE = "cluster_jackknife_t"
JACKKNIFE_FISHER = "cluster_jackknife_t_fisher_z"
DYADIC = "_dyadic"  # ends the name of what counts the covariance of rows that share an image
DYADIC_T = CLUSTER_T + DYADIC

LARGEST_CORRELATION = 1 - 1e-12  # Fisher's z of 1 is infinite


class Settings(settings.Settings):
    """How intervals are computed."""

    clusters: Literal["target_class", "target_image"] = Field(
        "target_class",
        description="What is independent: the asked classes, or the photographs on the target tile "
        "(needs mosaics with one target tile)",
    )
    confidence: float = Field(0.95, ge=0.5, le=0.999, description="Confidence level of every interval")
    smallest_difference: float = Field(
        0.02,
        ge=0,
        le=1,
        description="Smallest difference of two means that matters, as a share of the metric's range (.02 of "
        "a metric in [0, 1]); smaller ones that are told apart are named as such",
    )


class Interval(NamedTuple):
    """An estimate with its interval.

    ``p``: two-sided, of the null value, by the Student's t that the interval is from. Interval and p are NaN
    when there is no more than one cluster.
    """

    estimate: float
    low: float
    high: float
    p: float
    n_clusters: int


def cluster_t(
    values: ArrayLike,
    clusters: ArrayLike,
    confidence: float,
    null: float = 0.0,
    links: Links = None,
    strata: ArrayLike | None = None,
) -> Interval:
    """Estimate a mean with a cluster-robust t interval.

    Parameters
    ----------
    values : array of shape (N,); NaN rows take no part
    clusters : array of shape (N,), labels of any kind
    confidence : level in (0, 1)
    null : the mean that ``p`` tests
    links : boolean of shape (N, N), rows of different clusters that depend on each other (``shared_images``)
    strata : array of shape (N,), labels of the fixed groups in which the clusters lie (``strata``), or None

    The mean is that of all rows. Its variance is sum_c (sum_i (x_ci - mean))^2 / (1 - n_c / N) / N^2 and the
    degrees of freedom are Satterthwaite's (CR2: ``strata.squares_within``), for clusters of one size the
    variance of the cluster means over C, and C - 1. With ``strata`` it is added up over them, deviations
    about the mean of each. That is exact for independent normal rows of one variance, in clusters of any
    sizes, but for the t of few unequal ones; for correlated rows it is approximate: a nominal .95 covers .93
    to .96 with two thirds of the rows in one cluster of 20 (docs/reliability.md). ``links`` multiply the
    variance by its ``design_effect``, to first order, and leave the degrees of freedom as they are.
    No defined row: all NaN.
    """
    values = np.asarray(values, dtype=np.float64)
    defined = ~np.isnan(values)
    values = values[defined]
    if not len(values):
        return Interval(np.nan, np.nan, np.nan, np.nan, 0)
    codes = np.unique(np.asarray(clusters)[defined], return_inverse=True)[1]
    n_clusters = int(codes.max()) + 1
    # Of equal values the mean is that value, to the last bit, and the variance exactly 0.
    mean = values[0] + (values - values[0]).mean()
    if n_clusters == 1:
        return Interval(float(mean), np.nan, np.nan, np.nan, 1)
    residuals, of_clusters = values - mean, None
    if strata is not None:
        of_clusters = strata_of_clusters(codes, np.asarray(strata)[defined])
    if of_clusters is not None:
        residuals = about_stratum_mean(values, of_clusters[codes])
    squares, freedom = squares_within(np.bincount(codes, residuals), np.bincount(codes), of_clusters)
    error = np.sqrt(squares) / len(values)
    error *= np.sqrt(design_effect(residuals[:, None], codes, links_among(links, defined))[0])
    return _student(mean, mean, error, n_clusters, freedom, confidence, null)


def jackknife(
    estimate: float,
    left_out: ArrayLike,
    confidence: float,
    null: float = 0.0,
    fisher: bool = False,
    effect: float = 1.0,
    strata: np.ndarray | None = None,
) -> Interval:
    """Put an interval around an estimate by leaving out one cluster at a time.

    Parameters
    ----------
    estimate : the coefficient of all clusters
    left_out : array of shape (C,), the coefficient without each of the clusters
    confidence, null : as for ``cluster_t``
    fisher : compute on Fisher's z = atanh(estimate), for correlations
    effect : by which the squared error is multiplied, a ``design_effect``
    strata : array of shape (C,), from ``strata_of_clusters``, or None

    Squared error (C-1)/C sum_c (theta_(c) - theta_(.))^2 (Efron & Stein, 1981), t on C - 1 degrees of
    freedom; with strata see ``strata.squares_left_out``. All NaN but the estimate for C < 2, or when
    the coefficient is undefined without one of the clusters.
    """
    left_out = np.asarray(left_out, dtype=np.float64)
    n_clusters = len(left_out)
    if n_clusters < 2 or np.isnan(estimate) or np.isnan(left_out).any():
        return Interval(float(estimate), np.nan, np.nan, np.nan, n_clusters)
    centre = _fisher_z(estimate) if fisher else estimate
    replicates = _fisher_z(left_out) if fisher else left_out
    squares, freedom = squares_left_out(replicates, strata)
    error = np.sqrt(squares) * np.sqrt(effect)
    null = _fisher_z(null) if fisher else null
    interval = _student(estimate, centre, error, n_clusters, freedom, confidence, null)
    if not fisher:
        return interval
    low, high = np.tanh(interval.low), np.tanh(interval.high)
    return interval._replace(low=float(min(low, estimate)), high=float(max(high, estimate)))


def counting(ci_method: str, links: Links) -> str:
    """Return the name of a kind of interval, with DYADIC where shared images are counted in it."""
    return ci_method if links is None else ci_method + DYADIC


def _fisher_z(correlation: ArrayLike) -> np.ndarray:
    return np.arctanh(np.clip(correlation, -LARGEST_CORRELATION, LARGEST_CORRELATION))


def _student(estimate, centre, error, n_clusters, freedom, confidence, null) -> Interval:
    """t interval of ``centre`` and two-sided p of ``null``; p is NaN where both error and effect are 0."""
    if np.isnan(error):
        return Interval(float(estimate), np.nan, np.nan, np.nan, n_clusters)
    reach = stdtrit(freedom, (1 + confidence) / 2) * error
    effect = abs(centre - null)
    no_error = 0.0 if effect > 0 else np.nan
    p = 2 * stdtr(freedom, -effect / error) if error > 0 else no_error
    return Interval(float(estimate), float(centre - reach), float(centre + reach), float(p), n_clusters)
