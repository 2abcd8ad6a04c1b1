"""Paired Cliff's delta: counts, the sign test, and what the interval does at the ends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reliability_helpers import pair
from saliometer.reliability.cliffs_delta import paired_cliffs_delta
from saliometer.reliability.clustering.intervals import cluster_t


def test_worked_by_hand():
    """5 above, 2 below, 1 tie of 8 defined pairs: 3/8."""
    scores = [5, 5, 5, 5, 5, 1, 1, 3, np.nan, 2]
    anchor = [3, 3, 3, 3, 3, 3, 3, 3, 3, np.nan]
    delta = paired_cliffs_delta(pair(scores, anchor, np.arange(10)), 0.95)
    assert delta.estimate == pytest.approx(3 / 8)
    assert delta.n_clusters == 8
    signs = np.array([1] * 5 + [-1] * 2 + [0])
    expected = stats.ttest_1samp(signs, 0)
    low, high = expected.confidence_interval(0.95)
    assert (delta.low, delta.high, delta.p) == pytest.approx((low, min(1, high), expected.pvalue))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 3)), min_size=2, max_size=30))
def test_counting_pair_by_pair(rows):
    scores, anchor, clusters = np.array(rows, dtype=float).T
    delta = paired_cliffs_delta(pair(scores, anchor, clusters), 0.9)
    signs = [(a > b) - (a < b) for a, b, _ in rows]
    if not any(signs):
        assert np.isnan(delta[:4]).all()
        return
    assert delta.estimate == pytest.approx(np.mean(signs), abs=1e-12)
    swapped = paired_cliffs_delta(pair(anchor, scores, clusters), 0.9)
    expected = [-delta.estimate, -delta.high, -delta.low, delta.p]
    np.testing.assert_allclose(swapped[:4], expected, atol=1e-12)
    stretched = paired_cliffs_delta(pair(np.exp(scores), np.exp(anchor), clusters), 0.9)
    np.testing.assert_array_equal(stretched, delta)
    if delta.n_clusters > 1:
        assert -1 <= delta.low <= delta.estimate <= delta.high <= 1


def test_clusters_widen_the_interval():
    rng = np.random.default_rng(0)
    clusters = np.repeat(np.arange(8), 10)
    scores = rng.normal(0, 1, 8)[clusters] + 0.3 + rng.normal(0, 0.3, 80)
    delta = paired_cliffs_delta(pair(scores, np.zeros(80), clusters), 0.95)
    assert delta == cluster_t(np.sign(scores), clusters, 0.95)._replace(
        low=max(-1, cluster_t(np.sign(scores), clusters, 0.95).low), high=delta.high
    )
    alone = paired_cliffs_delta(pair(scores, np.zeros(80), np.arange(80)), 0.95)
    assert delta.high - delta.low > 1.5 * (alone.high - alone.low)


@pytest.mark.parametrize("n_clusters", [2, 5, 6, 20])
def test_complete_dominance_is_as_sure_as_its_clusters_are_many(n_clusters):
    """The exact interval and sign test of n agreeing clusters, from scipy."""
    clusters = np.repeat(np.arange(n_clusters), 3)
    delta = paired_cliffs_delta(pair(np.ones(len(clusters)), np.zeros(len(clusters)), clusters), 0.95)
    expected = stats.binomtest(n_clusters, n_clusters)
    assert delta.estimate == delta.high == 1
    assert delta.low == pytest.approx(2 * expected.proportion_ci(0.95, "exact").low - 1, rel=1e-9)
    assert delta.p == pytest.approx(expected.pvalue, rel=1e-9)
    assert (delta.low > 0) == (delta.p < 0.05)


def test_degenerate_pairs():
    tied = paired_cliffs_delta(pair([1.0, 1, 1], [1.0, 1, 1], [0, 1, 2]), 0.95)
    assert np.isnan(tied[:4]).all()
    assert tied.n_clusters == 3
    undefined = paired_cliffs_delta(pair([np.nan, 1], [1, np.nan], [0, 1]), 0.95)
    assert np.isnan(undefined[:4]).all()
    assert undefined.n_clusters == 0
    alone = paired_cliffs_delta(pair([2.0, 3], [1.0, 1], ["a", "a"]), 0.95)
    assert alone.estimate == 1
    assert np.isnan(alone[1:4]).all()
    infinite = paired_cliffs_delta(pair([np.inf, 1], [np.inf, 0], [0, 1]), 0.95)
    assert infinite.estimate == 0.5, "equal infinities tie"
