"""Coefficients against pingouin (Vallat, JOSS 3, 2018), an independent implementation of the same."""

import numpy as np
import pandas as pd
import pingouin
import pytest

from reliability_helpers import pair
from saliometer.reliability.cliffs_delta import difference_from_control, paired_cliffs_delta
from saliometer.reliability.concordance import kendalls_w
from saliometer.reliability.generalizability_interval import feldt_interval
from saliometer.reliability.inter_method import spearman_matrix
from saliometer.reliability.intraclass import FORMS, intraclass_correlations
from saliometer.reliability.rows.adjusted import holm
from saliometer.reliability.sample import Sample

SHAPES = [(6, 4), (15, 3), (40, 7)]


def draw(shape, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=shape) + rng.normal(size=(shape[0], 1)) + np.arange(shape[1])


def laid_out(table):
    """One row for each cell of (rows, columns)."""
    row, column = (grid.ravel() for grid in np.indices(table.shape))
    return pd.DataFrame({"row": row, "column": column, "score": table.ravel()})


@pytest.mark.parametrize("shape", SHAPES)
def test_intraclass_correlations_with_their_limits(shape):
    table = draw(shape)
    expected = pingouin.intraclass_corr(laid_out(table), "row", "column", "score").set_index("Type")
    assert set(expected.index) == set(FORMS)
    for name, interval in intraclass_correlations(table, 0.95).items():
        row = expected.loc[name]
        assert (interval.estimate, interval.p) == pytest.approx((row["ICC"], row["pval"]), rel=1e-9)
        np.testing.assert_allclose([interval.low, interval.high], row["CI95"], atol=0.00501)  # rounded there


@pytest.mark.parametrize("shape", SHAPES)
def test_g_is_cronbachs_alpha_of_cluster_means_with_feldts_limits(shape):
    """Methods in the place of subjects, clusters of one size in that of questions."""
    n_methods, n_clusters = shape
    means = draw(shape)
    items = means.T[:, None, :] + np.array([-0.5, 0, 0.5])[:, None]
    g = feldt_interval(Sample(items.reshape(-1, n_methods), np.repeat(np.arange(n_clusters), 3)), 0.9)
    alpha, limits = pingouin.cronbach_alpha(pd.DataFrame(means), ci=0.9)
    assert g.estimate == pytest.approx(alpha, rel=1e-9)
    np.testing.assert_allclose([g.low, g.high], limits, atol=0.000501)


@pytest.mark.parametrize("tied", [False, True])
def test_kendalls_w_is_friedmans(tied):
    scores = draw((12, 5)).round(0 if tied else 9)
    expected = pingouin.friedman(laid_out(scores), "score", "column", "row")
    assert kendalls_w(scores) == pytest.approx(expected["W"].item(), rel=1e-9)


def test_holms_adjustment():
    p = np.array([0.50, 0.003, 0.32, 0.054, 0.0003])
    reject, adjusted = pingouin.multicomp(p, alpha=0.05, method="holm")
    np.testing.assert_allclose(holm(p), adjusted, rtol=1e-12)
    assert (holm(p) <= 0.05).tolist() == reject.tolist()


@pytest.mark.parametrize("seed", range(3))
def test_cliffs_delta_of_all_pairs_is_the_rank_biserial_correlation(seed):
    rng = np.random.default_rng(seed)
    first, second = rng.integers(0, 9, 9), rng.integers(2, 7, 7)
    pairs = np.array(np.meshgrid(first, second)).reshape(2, -1)
    delta = paired_cliffs_delta(pair(*pairs, np.arange(63)), 0.95)
    assert delta.estimate == pytest.approx(pingouin.mwu(first, second)["RBC"].item(), rel=1e-9)


def test_paired_differences():
    first, second = draw((14, 2)).T
    interval = difference_from_control(pair(first, second, np.arange(14)), 0.95)
    expected = pingouin.ttest(first, second, paired=True)
    assert interval.p == pytest.approx(expected["p_val"].item(), rel=1e-9)
    np.testing.assert_allclose([interval.low, interval.high], expected["CI95"].item(), atol=0.00501)


def test_rank_correlations():
    scores = draw((30, 3)).round(1)
    expected = pingouin.pairwise_corr(pd.DataFrame(scores, columns=list("abc")), method="spearman")
    np.testing.assert_allclose(spearman_matrix(scores)[np.triu_indices(3, 1)], expected["r"], rtol=1e-9)
