"""Limits of agreement against Bland & Altman's peak flows, and by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_helpers import pair
from saliometer.reliability.bland_altman import limits_of_agreement
from saliometer.reliability.clustering.intervals import cluster_t
from saliometer.reliability.sample import Sample

# Bland & Altman (1986), table 1: first readings of 17 subjects, l/min.
WRIGHT = np.array([494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427.0])
MINI = np.array([512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451.0])


def printed(interval):
    return tuple(round(value, 1) for value in interval[:3])


def test_published_example():
    limits = limits_of_agreement(pair(WRIGHT, MINI, np.arange(17)), 0.95, reach=2)
    assert round(limits.bias.estimate, 1) == -2.1
    assert round(limits.deviation, 1) == 38.8
    assert (limits.n, limits.n_missing) == (17, 0)


def test_published_limits():
    """Bland & Altman went on from the rounded -2.1 and 38.8, and so does this, with limits at 2 s."""
    differences = WRIGHT - MINI
    rounded = (differences - differences.mean()) / differences.std(ddof=1) * 38.8 - 2.1
    limits = limits_of_agreement(pair(rounded, np.zeros(17), np.arange(17)), 0.95, reach=2)
    assert printed(limits.bias) == (-2.1, -22.0, 17.8)
    assert printed(limits.lower) == (-79.7, -114.3, -45.1)
    assert printed(limits.upper) == (75.5, 40.9, 110.1)


def test_default_limits_hold_95_percent_of_normal_differences():
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(2, 50000))
    limits = limits_of_agreement(pair(first, second, np.arange(50000)), 0.95)
    inside = (limits.lower.estimate < first - second) & (first - second < limits.upper.estimate)
    assert inside.mean() == pytest.approx(0.95, abs=0.005)
    assert limits.upper.estimate == pytest.approx(1.96 * np.sqrt(2), abs=0.03)


def test_clusters_of_two_pairs_are_nearly_single_pairs_when_those_are_independent():
    differences = np.random.default_rng(1).normal(size=20000)
    alone, paired = (
        limits_of_agreement(pair(differences, 0 * differences, clusters), 0.95, reach=2)
        for clusters in (np.arange(20000), np.arange(20000) // 2)
    )
    for a, b in zip(alone[:3], paired[:3], strict=True):
        assert a.estimate == b.estimate
        assert b.high - b.low == pytest.approx(a.high - a.low, rel=0.05)


def test_coverage_of_the_limits_over_dependent_pairs():
    """15 classes of 8 pairs with half of the variance between classes: .88 of a nominal .95, as the docstring
    says; standard error .016."""
    rng = np.random.default_rng(2)
    clusters, hits, naive = np.repeat(np.arange(15), 8), 0, 0
    for _ in range(400):
        differences = rng.normal(size=15)[clusters] + rng.normal(size=120)
        true = 1.96 * np.sqrt(2)
        for labels in (clusters, np.arange(120)):
            upper = limits_of_agreement(pair(differences, np.zeros(120), labels), 0.95).upper
            hit = upper.low <= true <= upper.high
            hits, naive = hits + hit * (labels is clusters), naive + hit * (labels is not clusters)
    assert 0.83 <= hits / 400 <= 0.93
    assert naive / 400 < 0.8, "pairs of one class are no independent pairs"


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.integers(0, 3)), min_size=2))
def test_swapped_scores_mirror_the_limits(rows):
    first, second, clusters = map(np.array, zip(*rows, strict=True))
    here = limits_of_agreement(pair(first, second, clusters), 0.95)
    there = limits_of_agreement(pair(second, first, clusters), 0.95)
    for a, b in zip((here.bias, here.lower, here.upper), (there.bias, there.upper, there.lower), strict=True):
        np.testing.assert_allclose(a[:3], [-b.estimate, -b.high, -b.low], atol=1e-9)
    assert here.bias == cluster_t(first - second, clusters, 0.95)


def test_gaps_and_too_few_pairs():
    gaps = limits_of_agreement(pair([*WRIGHT, np.nan], [*MINI, 3], np.arange(18)), 0.95)
    assert gaps[:5] == limits_of_agreement(pair(WRIGHT, MINI, np.arange(17)), 0.95)[:5]
    assert gaps.n_missing == 1
    one = limits_of_agreement(pair([1.0], [0.5], [0]), 0.95)
    assert one.bias.estimate == 0.5
    assert np.isnan([one.deviation, *one.lower[:4], *one.upper[:4]]).all()
    none = limits_of_agreement(pair([np.nan], [0.5], [0]), 0.95)
    assert np.isnan([none.bias.estimate, none.lower.estimate]).all()
    together = limits_of_agreement(pair(WRIGHT, MINI, np.zeros(17)), 0.95)
    assert np.isfinite(together.lower.estimate)
    assert np.isnan([*together.bias[1:4], *together.lower[1:4]]).all()


def test_equal_differences_have_limits_of_no_width():
    for clusters in (np.arange(6), np.arange(6) // 2):
        limits = limits_of_agreement(pair(np.full(6, 0.3), np.full(6, 0.1), clusters), 0.95)
        for interval in (limits.bias, limits.lower, limits.upper):
            assert interval[:3] == pytest.approx((0.2, 0.2, 0.2), abs=1e-15)


def test_shapes_are_checked():
    with pytest.raises(ValueError, match="must be \\(items, 2\\)"):
        limits_of_agreement(Sample([[1.0], [2.0]], [0, 1]), 0.95)
    with pytest.raises(ValueError, match="with a cluster for each item"):
        limits_of_agreement(pair([1.0, 2.0], [1.0, 2.0], [0]), 0.95)
