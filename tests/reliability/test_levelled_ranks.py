"""Ranks for what is undefined: all placings one by one, and the level of the test that uses them."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reliability_helpers import make_scores, make_table, rows_of
from saliometer.reliability.cluster_permutation import permutation_test
from saliometer.reliability.levelled_ranks import levelled_ranks
from saliometer.reliability.ranks import rank_within
from saliometer.reliability.rows import columns
from saliometer.reliability.sample import Sample

pytestmark = pytest.mark.slow


def draw(seed, n=12, k=4, lost=0.3):
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 6, (n, k)) + np.arange(k) / 3
    return np.where(rng.random((n, k)) < lost, np.nan, scores)


@given(st.integers(0, 2**32), st.integers(2, 6))
def test_complete_items_keep_their_ranks_and_others_their_order(seed, k):
    scores = draw(seed, k=k)
    levelled, ranks = levelled_ranks(scores), rank_within(scores)
    whole = ~np.isnan(scores).any(axis=1)
    np.testing.assert_array_equal(levelled[whole], ranks[whole])
    np.testing.assert_allclose(levelled.sum(axis=1), k * (k + 1) / 2)
    for before, after in zip(ranks, levelled, strict=True):
        defined = ~np.isnan(before)
        order = stats.rankdata(after[defined])
        np.testing.assert_array_equal(order, before[defined])


@pytest.mark.parametrize("seed", range(6))
def test_no_placing_of_one_method_makes_the_totals_much_more_alike(seed):
    """All placings of one method that is undefined on four of twelve items, between the others."""
    scores = np.random.default_rng(seed).normal(size=(12, 3))
    scores[:4, 0] = np.nan
    ends = np.array([-9.0, 9.0])
    least = np.inf
    for places in product(range(3), repeat=4):
        filled = scores.copy()
        for item, place in enumerate(places):
            low, high = np.sort(scores[item, 1:])
            filled[item, 0] = (ends[0], (low + high) / 2, ends[1])[place]
        least = min(least, rank_within(filled).sum(axis=0).var())
    assert levelled_ranks(scores).sum(axis=0).var() <= least + 1


def test_equal_methods_are_not_told_apart_where_one_is_undefined_when_low():
    """Five clusters, four methods, the first without the lowest third of its scores."""
    rng, clusters = np.random.default_rng(3), np.repeat(np.arange(5), 12)
    complete, level, powerful = [], [], []
    for seed in range(150):
        scores = 0.5 * rng.normal(size=(5, 4))[clusters] + rng.normal(size=(60, 4))
        scores[scores[:, 0] < np.quantile(scores[:, 0], 1 / 3), 0] = np.nan
        whole = ~np.isnan(scores).any(axis=1)
        complete.append(permutation_test(Sample(scores[whole], clusters[whole]), seed, 199).p <= 0.05)
        level.append(permutation_test(Sample(-levelled_ranks(scores), clusters), seed, 199).p <= 0.05)
        better = scores + 2 * np.eye(4)[3]
        powerful.append(permutation_test(Sample(-levelled_ranks(better), clusters), seed, 199).p <= 0.05)
    assert np.mean(complete) > 0.12
    assert np.mean(level) <= 0.05
    assert np.mean(powerful) > 0.8


def test_many_items_are_levelled_a_few_at_a_time():
    scores = draw(7, n=3000, k=6, lost=0.1) - np.arange(6) / 3  # equal methods
    assert np.isnan(scores).any(axis=1).sum() > 1000
    assert np.ptp(levelled_ranks(scores).sum(axis=0)) < np.sqrt(3000)


def test_the_table_says_which_ranks_undefined_scores_have():
    scores = make_scores()
    plain = rows_of(make_table(scores), columns.CONCORDANCE).iloc[0]
    scores.loc[scores.index[(scores["method"] == "cam")][:9], "precision"] = np.nan
    row = rows_of(make_table(scores), columns.CONCORDANCE).iloc[0]
    assert row["reason"].endswith(", undefined scores with the ranks that speak most for chance")
    assert row["n_missing"] == 9
    assert "undefined" not in plain["reason"]
