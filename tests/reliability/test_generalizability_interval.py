"""Intervals of the generalizability coefficient: algebra, brute-force jackknife, coverage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse, stats

from saliometer.reliability.clustering.shared_images import TOO_MANY
from saliometer.reliability.decision_study import decision_study, design_of
from saliometer.reliability.generalizability import variance_components
from saliometer.reliability.generalizability_interval import (
    clusters_for_lower_limit,
    feldt_interval,
    jackknife_interval,
    shared_effect,
)
from saliometer.reliability.sample import Sample


def draw(rng, sizes, methods, between=0.5, within=1.0):
    """Draw scores (items, k) about the means of k methods, with method x class and residual variance."""
    clusters, k = np.repeat(np.arange(len(sizes)), sizes), len(methods)
    classes = rng.normal(0, np.sqrt(between), (len(sizes), k))
    return methods + classes[clusters] + rng.normal(0, np.sqrt(within), (len(clusters), k)), clusters


def g_of_design(scores, clusters):
    return float(decision_study(variance_components(Sample(scores, clusters)), *design_of(clusters)).g)


@given(st.integers(0, 2**32), st.integers(2, 6), st.integers(2, 5), st.integers(1, 4))
def test_one_minus_one_over_f_is_the_coefficient_of_equal_classes(seed, n_classes, k, size):
    rng = np.random.default_rng(seed)
    scores, clusters = draw(rng, [size] * n_classes, 3 * rng.normal(size=k), between=2.0, within=0.1)
    g = feldt_interval(Sample(scores, clusters), 0.9)
    means = scores.reshape(n_classes, size, k).mean(axis=1)
    methods = n_classes * means.mean(axis=0).var(ddof=1)
    rest = means - means.mean(axis=0) - means.mean(axis=1)[:, None] + means.mean()
    f = methods / ((rest**2).sum() / ((n_classes - 1) * (k - 1)))
    df = k - 1, (k - 1) * (n_classes - 1)
    low, high = (1 - stats.f.ppf(q, *df) / f for q in (0.95, 0.05))
    assert g[:4] == pytest.approx((1 - 1 / f, low, high, stats.f.sf(f, *df)), rel=1e-6, abs=1e-9)
    assert g.n_clusters == n_classes
    components = variance_components(Sample(scores, clusters))
    if min(components.method, components.method_class) > 0 and not components.residual < 0:
        assert g_of_design(scores, clusters) == pytest.approx(g.estimate, abs=1e-9)


@pytest.mark.parametrize("sizes", [(4, 4, 4, 4), (2, 3, 9, 5, 6), (1, 1, 1, 1, 1), (1, 3, 1)])
def test_the_jackknife_leaves_each_class_out(sizes):
    rng = np.random.default_rng(3)
    scores, clusters = draw(rng, sizes, 2 * np.arange(4.0))
    g = jackknife_interval(Sample(scores, clusters), 0.9)
    left_out = [g_of_design(scores[clusters != one], clusters[clusters != one]) for one in range(len(sizes))]
    assert min(left_out) > 0, "or the coefficient is cut off at 0"
    logs, centre, c = np.log1p(-np.array(left_out)), np.log1p(-g_of_design(scores, clusters)), len(sizes)
    reach = stats.t.ppf(0.95, c - 1) * np.sqrt((c - 1) / c * ((logs - logs.mean()) ** 2).sum())
    expected = g_of_design(scores, clusters), -np.expm1(centre + reach), -np.expm1(centre - reach)
    assert g[:3] == pytest.approx(expected, rel=1e-9)
    assert np.isnan(g.p)
    assert g.n_clusters == c


@pytest.mark.parametrize("sizes", [(8,) * 5, (8,) * 12, (2, 4, 15, 8, 9, 3, 7, 12), (40, *(3,) * 14)])
def test_coverage(sizes):
    """Nominal .95: Feldt's for methods drawn at random, the jackknife for the methods that there are."""
    rng, hits = np.random.default_rng(4), np.zeros(2)
    classes, items = design_of(np.repeat(np.arange(len(sizes)), sizes))
    error = 0.5 / classes + 1 / (classes * items)
    for _ in range(400):
        methods = rng.normal(0, 0.5, 6)
        scores, clusters = draw(rng, sizes, methods)
        for kind, variance in enumerate((0.25, methods.var(ddof=1))):
            interval = (feldt_interval, jackknife_interval)[kind](Sample(scores, clusters), 0.95)
            hits[kind] += interval.low <= variance / (variance + error) <= interval.high
    assert hits[1] / 400 >= 0.925
    if max(sizes) < 40:  # Feldt's counts every class once, whatever its size
        assert 0.925 <= hits[0] / 400 <= 0.98


def test_the_lower_end_for_given_methods_is_the_jackknifes():
    """80 classes of one item, true G .92: the end reaches .80 in nine studies of ten, Feldt's in half."""
    rng, methods = np.random.default_rng(9), np.array([0.0, 0.15, 0.3, 0.45, 0.6])
    methods *= np.sqrt(0.92 / 0.08 / 80 / methods.var(ddof=1))
    reached = np.zeros(2)
    for _ in range(200):
        scores, clusters = draw(rng, (1,) * 80, methods, between=0.0)
        reached += [
            f(Sample(scores, clusters), 0.95).low >= 0.8 for f in (jackknife_interval, feldt_interval)
        ]
    assert reached[0] / 200 > 0.8
    assert reached[1] / 200 < 0.7


def test_the_predicted_number_of_classes_lifts_the_lower_end():
    """With as many classes as studies of 12 predict on the median, half the studies reach the wanted end."""
    rng, methods, needed = np.random.default_rng(10), 0.5 * np.arange(4), []
    for _ in range(60):
        g = jackknife_interval(Sample(*draw(rng, (4,) * 12, methods)), 0.95)
        needed.append(clusters_for_lower_limit(g.estimate, g.low, 12, 0.95, 0.8))
    sizes = (4,) * int(np.median(np.nan_to_num(needed, nan=np.inf)))
    assert len(sizes) > 12
    reached = [jackknife_interval(Sample(*draw(rng, sizes, methods)), 0.95).low >= 0.8 for _ in range(100)]
    assert 0.3 < np.mean(reached) < 0.7


def test_shared_images_lower_the_estimate_and_widen_the_interval():
    rng = np.random.default_rng(11)
    scores, clusters = draw(rng, (3,) * 12, np.arange(4.0), between=0.0)
    pairs = clusters // 2
    scores += rng.normal(size=(6, 4))[pairs]
    links = sparse.csr_array((pairs[:, None] == pairs) & (clusters[:, None] != clusters))
    effect = shared_effect(Sample(scores, clusters, links=links))
    assert effect > 1.2
    plain, counted = (jackknife_interval(Sample(scores, clusters, links=one), 0.95) for one in (None, links))
    assert 1 - counted.estimate == pytest.approx(effect * (1 - plain.estimate))
    widths = [np.log1p(-one.low) - np.log1p(-one.estimate) for one in (plain, counted)]
    assert widths[1] == pytest.approx(np.sqrt(effect) * widths[0])
    assert np.isnan(jackknife_interval(Sample(scores, clusters, links=TOO_MANY), 0.95)[:4]).all()


def test_degenerate_tables_have_no_interval():
    rng = np.random.default_rng(5)
    scores, clusters = draw(rng, (4, 4, 4), np.arange(3.0))
    for interval in (feldt_interval, jackknife_interval):
        for table, labels in (
            (scores, np.zeros(12)),
            (scores[:, :1], clusters),
            (scores[:0], clusters[:0]),
            (scores[:1], clusters[:1]),
            (np.full((12, 3), 0.1), clusters),
            (scores[:, :1] + np.zeros(3), clusters),
        ):
            assert np.isnan(interval(Sample(table, labels), 0.95)[:4]).all()
    assert np.isfinite(feldt_interval(Sample(scores[:8], clusters[:8]), 0.95)[:4]).all()
    two = jackknife_interval(Sample(scores[:8], clusters[:8]), 0.95)
    assert np.isfinite(two.estimate)
    assert np.isnan(two[1:4]).all()


def test_methods_without_error_have_an_interval_of_no_length():
    scores, clusters = np.tile([0.1, 0.7, 0.4], (12, 1)), np.repeat(np.arange(4), 3)
    assert feldt_interval(Sample(scores, clusters), 0.95)[:4] == pytest.approx((1, 1, 1, 0), abs=1e-12)
    assert jackknife_interval(Sample(scores, clusters), 0.95)[:3] == pytest.approx((1, 1, 1), abs=1e-9)


def test_methods_that_do_not_differ_have_no_lower_limit_above_zero():
    rng, low = np.random.default_rng(6), []
    for _ in range(100):
        scores, clusters = draw(rng, (6,) * 8, np.zeros(5))
        low.append([f(Sample(scores, clusters), 0.95).low > 0 for f in (feldt_interval, jackknife_interval)])
    assert (np.mean(low, axis=0) <= 0.08).all()
