"""Rank confidence sets: what they are defined as, what changes nothing of them, where there are none."""

import itertools

import numpy as np
import pytest

from rank_sets_helpers import draw
from saliometer.reliability.clustering.intervals import cluster_t
from saliometer.reliability.rank_sets import rank_sets
from saliometer.reliability.sample import Sample


def test_sets_follow_from_the_separated_pairs():
    scores, clusters = draw(4, [3, 1.5, 1.4, 0], n_clusters=12)
    sets = rank_sets(Sample(scores, clusters), 0.95, seed=0)
    assert sets.separated == [(0, 1), (0, 2), (0, 3), (1, 3), (2, 3)]
    assert sets.low.tolist() == [1, 2, 2, 4]
    assert sets.high.tolist() == [1, 3, 3, 4]
    for better, worse in sets.separated:
        assert sets.t[better, worse] > sets.critical
        assert sets.p[better, worse] <= 0.05
    np.testing.assert_allclose(sets.mean, scores.mean(axis=0))
    assert sets.place.tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("seed", range(20))
def test_interval_p_and_separation_of_a_pair_never_contradict_each_other(seed):
    rng = np.random.default_rng(seed)
    scores, clusters = draw(seed, rng.normal(0, 0.4, 4), n_clusters=int(rng.integers(3, 14)), n_items=3)
    kept = rng.random(len(scores)) < 0.7  # clusters of different sizes
    scores = np.exp(scores) if seed % 2 else scores.round()  # skewed, or with ties
    confidence = rng.choice([0.8, 0.95])
    sets = rank_sets(Sample(scores[kept], clusters[kept]), confidence, seed, higher_is_better=bool(seed % 3))
    for a, b in itertools.combinations(range(4), 2):
        separated = (a, b) in sets.separated or (b, a) in sets.separated
        low, high = sets.difference_low[a, b], sets.difference_high[a, b]
        if not np.isnan(low):
            assert separated == (low > 0 or high < 0)
            assert (low + high) / 2 == pytest.approx(sets.difference[a, b], abs=1e-12)
            error = (high - low) / 2 / sets.critical
            assert not separated or abs(sets.difference[a, b]) / error == pytest.approx(abs(sets.t[a, b]))
        assert not separated or sets.p[a, b] <= 1 - confidence + 1e-9
    for better, worse in sets.separated:
        assert sets.place[better] < sets.place[worse]
        assert (sets.mean[better] > sets.mean[worse]) == bool(seed % 3)


def test_methods_beside_a_pair_change_nothing_of_its_difference():
    scores, clusters = draw(2, [0, 0.5, 1, 2])
    all_four, two = (
        rank_sets(Sample(scores, clusters), 0.9, 0),
        rank_sets(Sample(scores[:, 2:], clusters), 0.9, 0),
    )
    assert all_four.difference[2, 3] == pytest.approx(two.difference[0, 1])
    assert all_four.t[2, 3] == pytest.approx(two.t[0, 1])
    assert all_four.p[2, 3] >= two.p[0, 1]


def test_an_outlier_does_not_decide_against_eleven_of_twelve_items():
    """A is ahead on 11 items of 12 and behind by far on one: no winner is named, by means or otherwise."""
    difference = np.array([0.01] * 11 + [-0.4])
    sets = rank_sets(Sample(np.stack([0.5 + difference, np.full(12, 0.5)], axis=1), np.arange(12)), 0.95, 0)
    assert sets.separated == []
    assert sets.difference[0, 1] < 0
    assert sets.place.tolist() == [2, 1]
    assert sets.difference_low[0, 1] < 0 < sets.difference_high[0, 1]
    assert [sets.low.tolist(), sets.high.tolist()] == [[1, 1], [2, 2]]


def test_paired_scores_are_told_apart_where_their_own_intervals_overlap():
    rng = np.random.default_rng(0)
    level = rng.normal(0, 1, 30)
    scores = np.stack([level + 0.03 + rng.normal(0, 0.005, 30), level], axis=1)
    sets = rank_sets(Sample(scores, np.arange(30)), 0.95, 0)
    assert sets.separated == [(0, 1)]
    marginal = [cluster_t(one, np.arange(30), 0.95) for one in scores.T]
    assert marginal[0].low < marginal[1].high, "the intervals of the means overlap all but wholly"


@pytest.mark.parametrize("scale", [1e-160, 1e160, 1e307])
def test_extreme_scores_keep_their_order(scale):
    scores, clusters = draw(4, [3, 1.5, 1.4, 0], n_clusters=12)
    sets = rank_sets(Sample(scores / 10 * scale, clusters), 0.95, seed=0)
    assert sets.separated == rank_sets(Sample(scores, clusters), 0.95, seed=0).separated
    assert np.isfinite(sets.difference_low[0, 1:]).all()


def test_permuting_methods_items_and_labels_and_rescaling_change_nothing():
    scores, clusters = draw(5, [0, 0.5, 1, 2], n_clusters=7)
    sets = rank_sets(Sample(scores, clusters), 0.9, seed=0)
    order = np.array([2, 0, 3, 1])
    items = np.random.default_rng(0).permutation(len(scores))
    names = np.array(list("gfedcba"))[clusters]
    other = rank_sets(
        Sample((2 + 3 * scores)[items][:, order], names[items]), 0.9, seed=1
    )  # enumerated: no seed
    np.testing.assert_array_equal(other.low, sets.low[order])
    np.testing.assert_array_equal(other.high, sets.high[order])
    np.testing.assert_allclose(other.p, sets.p[np.ix_(order, order)])
    assert other.critical == pytest.approx(sets.critical)
    backwards = rank_sets(Sample(scores, clusters), 0.9, seed=0, higher_is_better=False)
    np.testing.assert_array_equal(backwards.low, 5 - sets.high)
    np.testing.assert_allclose(backwards.t, sets.t)
    np.testing.assert_array_equal(backwards.place, 5 - sets.place)


def test_the_smallest_p_needs_six_clusters():
    """A method that is ahead everywhere has p = 2^(1 - C)."""
    for n_clusters in (3, 5, 6, 9):
        scores = np.tile([2.0, 1.0, 0.0], (2 * n_clusters, 1))
        sets = rank_sets(Sample(scores, np.arange(2 * n_clusters) // 2), 0.95, seed=0)
        assert np.nanmin(sets.p) == 2.0 ** (1 - n_clusters)
        sure = n_clusters >= 6
        assert sets.low.tolist() == ([1, 2, 3] if sure else [1, 1, 1])
        assert sets.high.tolist() == ([1, 2, 3] if sure else [3, 3, 3])
        assert sets.t[0, 2] == np.inf


def test_a_copy_of_a_method_is_never_separated_from_it():
    scores, clusters = draw(7, [0, 3], n_clusters=8)
    sets = rank_sets(Sample(scores[:, [0, 1, 1]], clusters), 0.95, seed=0)
    assert np.isnan([sets.t[1, 2], sets.p[1, 2]]).all()
    assert sets.high.tolist() == [3, 2, 2]
    assert sets.low.tolist() == [3, 1, 1]


@pytest.mark.parametrize(
    ("scores", "clusters"),
    [
        (np.ones((8, 3)), np.arange(8)),
        (np.random.default_rng(0).random((8, 3)), np.zeros(8)),
        (np.random.default_rng(0).random((8, 3)), np.arange(8) % 2),
        (np.random.default_rng(0).random((8, 1)), np.arange(8)),
        (np.full((8, 3), np.nan), np.arange(8)),
        (np.empty((0, 3)), np.empty(0)),
    ],
    ids=["constant", "one cluster", "two clusters", "one method", "undefined", "nothing"],
)
def test_degenerate_tables_have_no_sets(scores, clusters):
    sets = rank_sets(Sample(scores, clusters), 0.95, seed=0)
    assert np.isnan([*sets.low, *sets.high, sets.critical]).all()
    assert sets.separated == []


def test_undefined_items_take_no_part():
    scores, clusters = draw(8, [0, 1, 2], n_clusters=7)
    scores[3, 1] = np.nan
    sets, expected = (
        rank_sets(Sample(*table), 0.95, seed=0)
        for table in ((scores, clusters), (np.delete(scores, 3, axis=0), np.delete(clusters, 3)))
    )
    np.testing.assert_array_equal(sets.p, expected.p)
    np.testing.assert_array_equal(sets.mean, expected.mean)


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="must be \\(items, methods\\)"):
        rank_sets(Sample([1.0, 2.0], [0, 1]), 0.95, seed=0)
    with pytest.raises(ValueError, match="finite"):
        rank_sets(Sample([[1.0, np.inf]], [0]), 0.95, seed=0)
