"""Intervals over clusters: algebra, an independent regression, and coverage by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reliability_helpers import pair
from saliometer.reliability.cliffs_delta import difference_from_control
from saliometer.reliability.clustering.intervals import Settings, cluster_t, jackknife
from saliometer.reliability.codes import Code
from saliometer.reliability.rows.validity import control_verdict


def test_balanced_clusters_give_students_t_of_their_means():
    values = np.random.default_rng(0).normal(size=(7, 5)) + np.arange(7)[:, None]
    interval = cluster_t(values.ravel(), np.repeat(list("abcdefg"), 5), 0.9, null=2.0)
    expected = stats.ttest_1samp(values.mean(axis=1), 2.0)
    low, high = expected.confidence_interval(0.9)
    assert interval.estimate == pytest.approx(values.mean(), rel=1e-12)
    assert (interval.low, interval.high, interval.p) == pytest.approx((low, high, expected.pvalue), rel=1e-10)
    assert interval.n_clusters == 7


def test_rows_on_their_own_give_students_t():
    values = np.random.default_rng(1).normal(size=20)
    interval = cluster_t(values, np.arange(20), 0.95)
    low, high = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (interval.low, interval.high) == pytest.approx((low, high), rel=1e-10)


def dense_cr2(values, clusters, strata):
    """Error and degrees of freedom of the mean of all rows by the matrices of CR2, for any linear model.

    A_g is the inverse root of the own block of I - H, p_g = (I - H)_g' A_g X_g M c, G = P'P: Bell &
    McCaffrey (2002) with an independent working model, as R's clubSandwich has it.
    """
    n, levels = len(values), np.unique(strata)
    design = (strata[:, None] == levels).astype(float)
    contrast = design.mean(axis=0)
    bread = np.linalg.inv(design.T @ design)
    rest = np.eye(n) - design @ bread @ design.T
    squares, columns = 0.0, []
    for cluster in np.unique(clusters):
        members = clusters == cluster
        roots, vectors = np.linalg.eigh(rest[np.ix_(members, members)])
        adjusted = vectors @ np.diag(roots**-0.5) @ vectors.T @ design[members] @ bread @ contrast
        squares += (adjusted @ (rest @ values)[members]) ** 2
        columns.append(rest[members].T @ adjusted)
    products = np.array(columns) @ np.array(columns).T
    return np.sqrt(squares), np.trace(products) ** 2 / (products**2).sum()


@pytest.mark.parametrize("n_strata", [1, 2])
@pytest.mark.parametrize("sizes", [(30, 1, 2, 3, 1, 5, 2), (12, 12, 1, 2, 1, 1), (4, 4, 4, 4), (1, 9, 3, 1)])
def test_unbalanced_clusters_are_bell_and_mccaffreys_with_dense_matrices(sizes, n_strata):
    rng = np.random.default_rng(2)
    clusters = np.repeat(np.arange(len(sizes)), sizes)
    values = rng.normal(size=len(clusters)) + clusters
    strata = clusters % n_strata
    error, freedom = dense_cr2(values, clusters, strata)
    interval = cluster_t(values, clusters, 0.95, strata=strata)
    assert interval.high - interval.estimate == pytest.approx(stats.t.ppf(0.975, freedom) * error, rel=1e-9)
    assert interval.estimate - interval.low == pytest.approx(interval.high - interval.estimate, rel=1e-9)
    assert interval.p == pytest.approx(2 * stats.t.sf(abs(values.mean()) / error, freedom), rel=1e-9)


def test_the_jackknife_of_a_mean_of_equal_clusters_is_cluster_t():
    values = np.random.default_rng(3).normal(size=(6, 4))
    clusters = np.repeat(np.arange(6), 4)
    left_out = [np.delete(values, cluster, axis=0).mean() for cluster in range(6)]
    interval = jackknife(values.mean(), left_out, 0.95, null=0.1)
    assert interval == pytest.approx(cluster_t(values.ravel(), clusters, 0.95, null=0.1), rel=1e-9)


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.integers(0, 4)), min_size=2), st.floats(-1e3, 1e3))
def test_a_shift_moves_the_interval_and_the_order_of_rows_does_not_matter(rows, shift):
    values, clusters = map(np.array, zip(*rows, strict=True))
    here = np.array(cluster_t(values, clusters, 0.95))
    there = np.array(cluster_t(values[::-1] + shift, clusters[::-1], 0.95))
    np.testing.assert_allclose(there[:3] - here[:3], [shift] * 3 + here[:3] * 0, atol=1e-8)


def test_undefined_rows_take_no_part():
    values, clusters = np.array([1.0, 2, 4, np.nan]), np.array([0, 0, 1, 2])
    assert cluster_t(values, clusters, 0.95) == cluster_t(values[:3], clusters[:3], 0.95)


def test_too_few_clusters_give_no_interval():
    one = cluster_t([1.0, 2.0], ["a", "a"], 0.95)
    assert (one.estimate, one.n_clusters) == (1.5, 1)
    assert np.isnan([one.low, one.high, one.p]).all()
    none = cluster_t([np.nan], ["a"], 0.95)
    assert none.n_clusters == 0
    assert np.isnan(none[:4]).all()
    assert np.isnan(jackknife(0.5, [0.4], 0.95)[1:4]).all()
    assert np.isnan(jackknife(0.5, [0.4, np.nan], 0.95)[1:4]).all()


def test_equal_values_have_an_interval_of_no_length():
    interval = cluster_t([0.1] * 9, [0, 0, 0, 1, 1, 1, 2, 2, 2], 0.95)
    assert interval[:4] == (0.1, 0.1, 0.1, 0)
    assert np.isnan(cluster_t([0.1] * 4, [0, 0, 1, 1], 0.95, null=0.1).p)


def test_difference_from_a_control():
    rng = np.random.default_rng(4)
    clusters = np.repeat(np.arange(8), 5)
    control = rng.random(40)
    method = control + 0.3 + rng.normal(0, 0.05, 40)
    method[3] = np.nan
    interval = difference_from_control(pair(method, control, clusters), 0.95)
    assert interval == cluster_t(method - control, clusters, 0.95)
    assert interval.estimate == pytest.approx(np.nanmean(method - control), rel=1e-12)
    assert control_verdict(interval, "edges").code == Code.ABOVE
    turned = difference_from_control(pair(control, method, clusters), 0.95)
    assert control_verdict(turned, "edges").code == Code.BELOW
    noise = difference_from_control(pair(control + np.tile([0.1, -0.1], 20), control, clusters), 0.95)
    assert control_verdict(noise, "edges").code == Code.UNDECIDED
    alone = difference_from_control(pair(method, control, np.zeros(40)), 0.95)
    assert control_verdict(alone, "edges").code == Code.UNDECIDED


@pytest.mark.parametrize("n_clusters", [3, 5, 10, 19])
@pytest.mark.parametrize("cluster_sd", [0.0, 1.0])
def test_coverage(n_clusters, cluster_sd):
    """Nominal .95; 1,000 draws have a standard error of .007."""
    rng = np.random.default_rng(n_clusters)
    clusters = np.repeat(np.arange(n_clusters), 10)
    hits = 0
    for _ in range(1000):
        values = rng.normal(0, cluster_sd, n_clusters)[clusters] + rng.normal(size=len(clusters))
        interval = cluster_t(values, clusters, 0.95)
        hits += interval.low <= 0 <= interval.high
    assert 0.93 <= hits / 1000 <= 0.97


@pytest.mark.parametrize(
    "sizes", [(60, *(1 + i % 5 for i in range(19))), (40, 40, *(1 + i % 5 for i in range(18)))]
)
def test_coverage_of_clusters_of_unequal_sizes(sizes):
    """A cluster with the most rows: 75 and 83 % by C - 1 degrees of freedom without a correction."""
    rng, clusters, hits = np.random.default_rng(8), np.repeat(np.arange(20), sizes), 0
    for _ in range(1000):
        values = rng.normal(size=20)[clusters] + rng.normal(size=len(clusters))
        interval = cluster_t(values, clusters, 0.95)
        hits += interval.low <= 0 <= interval.high
    assert 0.92 <= hits / 1000 <= 0.97


def test_settings_are_strict():
    assert Settings().model_dump() == {
        "clusters": "target_class",
        "confidence": 0.95,
        "smallest_difference": 0.02,
    }
    for wrong in ({"clusters": "class"}, {"confidence": 95}, {"confidence": "0.9"}, {"level": 0.9}):
        with pytest.raises(ValueError, match="1 validation error"):
            Settings(**wrong)
