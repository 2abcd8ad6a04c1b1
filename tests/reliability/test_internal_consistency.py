"""Internal consistency: scipy's rho between metrics, and what has none."""

import numpy as np
import pytest
from scipy import stats

from saliometer.reliability.inter_method import spearman_with_intervals
from saliometer.reliability.internal_consistency import internal_consistency
from saliometer.reliability.sample import Sample


def draw():
    rng = np.random.default_rng(0)
    shared = rng.normal(size=(40, 1))
    return (shared + rng.normal(size=(40, 3))).round(1), np.arange(40) % 8


def test_rho_between_metrics_of_one_method():
    scores, clusters = draw()
    scores[5, 2] = np.nan
    rho = internal_consistency(Sample(scores, clusters), 0.95)
    kept = np.delete(scores, 5, axis=0)
    expected = stats.spearmanr(kept).statistic
    assert list(rho) == [(0, 1), (0, 2), (1, 2)]
    for (a, b), interval in rho.items():
        assert interval.estimate == pytest.approx(expected[a, b], abs=1e-12)
        assert interval.low < interval.estimate < interval.high
        assert interval.n_clusters == 8
    assert rho == spearman_with_intervals(Sample(kept, np.delete(clusters, 5)), 0.95)[0]


def test_functions_of_each_other_are_perfectly_consistent():
    scores, clusters = draw()
    sensitivity = scores[:, 0]
    table = np.column_stack([sensitivity, 1 - sensitivity, np.exp(sensitivity)])
    intervals = internal_consistency(Sample(table, clusters), 0.95)
    for pair, rho in (((0, 1), -1), ((0, 2), 1), ((1, 2), -1)):
        assert intervals[pair].estimate == pytest.approx(rho, abs=1e-12)


def test_degenerate_tables():
    scores, clusters = draw()
    scores[:, 1] = 0.1
    rho = internal_consistency(Sample(scores, clusters), 0.95)
    assert np.isnan(rho[0, 1][:4]).all()
    assert np.isfinite(rho[0, 2]).all()
    alone = internal_consistency(Sample(scores, np.zeros(40)), 0.95)[0, 2]
    assert np.isfinite(alone.estimate)
    assert np.isnan(alone[1:4]).all()
    assert np.isnan(internal_consistency(Sample(scores[:1], clusters[:1]), 0.95)[0, 2][:4]).all()
    nothing = internal_consistency(Sample(np.full((4, 2), np.nan), np.arange(4)), 0.95)
    assert list(nothing) == [(0, 1)]
    assert np.isnan(nothing[0, 1][:4]).all()
    assert internal_consistency(Sample(scores[:, :1], clusters), 0.95) == {}
