"""Rank confidence sets: definition, an exact permutation test, a dense second implementation, coverage."""

import itertools

import numpy as np
import pytest
from scipy import stats

from saliometer.reliability.clustering.intervals import cluster_t
from saliometer.reliability.rank_sets import rank_sets
from saliometer.reliability.sample import Sample


def draw(seed, effects, n_clusters=8, n_items=4, cluster_sd=0.5):
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(n_clusters), n_items)
    shifts = rng.normal(0, cluster_sd, (n_clusters, len(effects)))[clusters]
    return np.asarray(effects) + shifts + rng.normal(size=shifts.shape), clusters


def error_of_mean(values, clusters):
    """The CR2 standard error of a mean with dense matrices: A_g is the inverse root of (I - H)_gg."""
    n = len(values)
    hat = np.full((n, n), 1 / n)
    squares = 0.0
    for label in np.unique(clusters):
        members = clusters == label
        roots, vectors = np.linalg.eigh((np.eye(n) - hat)[np.ix_(members, members)])
        adjusted = vectors @ np.diag(roots**-0.5) @ vectors.T
        squares += (adjusted @ (values - values.mean())[members]).sum() ** 2
    return np.sqrt(squares) / n


def rank_sets_densely(scores, clusters, confidence):
    """One pair, one vector of signs, one cluster at a time."""
    k, labels = scores.shape[1], sorted(set(clusters))
    pairs = list(itertools.combinations(range(k), 2))

    def t_of(pair, signs):
        flipped = np.concatenate(
            [
                sign * (scores[clusters == label, pair[0]] - scores[clusters == label, pair[1]])
                for sign, label in zip(signs, labels, strict=True)
            ]
        )
        regrouped = np.concatenate([clusters[clusters == label] for label in labels])
        estimate, error = flipped.mean(), error_of_mean(flipped, regrouped)
        return estimate / error if error else np.inf * np.sign(estimate)

    largest = [
        max(abs(t_of(pair, signs)) for pair in pairs)
        for signs in itertools.product([1, -1], repeat=len(labels))
    ]
    low, high, p_all = np.ones(k), np.full(k, float(k)), {}
    for a, b in pairs:
        t = t_of((a, b), [1] * len(labels))
        p_all[a, b] = np.mean([value >= abs(t) - 1e-9 for value in largest])
        if p_all[a, b] <= 1 - confidence:
            better, worse = (a, b) if t > 0 else (b, a)
            low[worse] += 1
            high[better] -= 1
    return low, high, p_all


@pytest.mark.parametrize("seed", range(2))
def test_agrees_with_a_dense_second_implementation(seed):
    scores, clusters = draw(seed, [0, 0.3, 2.5], n_clusters=6, n_items=3)
    scores, clusters = scores[1:].round(), clusters[1:] * 7  # ties, and clusters of different sizes
    sets = rank_sets(Sample(scores, clusters), 0.9, seed=0)
    low, high, p = rank_sets_densely(scores, clusters, 0.9)
    np.testing.assert_array_equal([sets.low, sets.high], [low, high])
    for (a, b), expected in p.items():
        assert sets.p[a, b] == sets.p[b, a] == pytest.approx(expected, abs=1e-12)
    assert sets.separated
    assert sets.n_clusters == 6


def test_two_methods_are_scipys_exact_sign_flip_test_of_students_t():
    scores, clusters = draw(3, [0, 0.4], n_clusters=9, n_items=5)
    means = (scores[:, 0] - scores[:, 1]).reshape(9, 5).mean(axis=1)

    def t(x, axis):
        return np.abs(stats.ttest_1samp(x, 0, axis=axis).statistic)

    expected = stats.permutation_test(
        (means,), t, permutation_type="samples", alternative="greater", n_resamples=np.inf, vectorized=True
    )
    sets = rank_sets(Sample(scores, clusters), 0.95, seed=0)
    assert sets.p[0, 1] == pytest.approx(expected.pvalue, abs=1e-12)
    assert abs(sets.t[0, 1]) == pytest.approx(expected.statistic, rel=1e-10)


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


def test_drawn_signs_come_close_to_all_of_them():
    scores, clusters = draw(6, [0, 0.2, 0.4, 1], n_clusters=12)
    every = rank_sets(Sample(scores, clusters), 0.95, seed=0)
    drawn = rank_sets(Sample(scores, clusters), 0.95, seed=0, n_draws=2000)
    np.testing.assert_allclose(drawn.p, every.p, atol=4 * 0.5 / np.sqrt(2000))
    assert drawn.critical == pytest.approx(every.critical, rel=0.1)
    np.testing.assert_array_equal(drawn.p, rank_sets(Sample(scores, clusters), 0.95, seed=0, n_draws=2000).p)
    assert (drawn.p != rank_sets(Sample(scores, clusters), 0.95, seed=1, n_draws=2000).p).any()
    assert np.nanmin(drawn.p) >= 1 / 2001, "what was observed is one of the draws"


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


@pytest.mark.slow
@pytest.mark.parametrize("n_clusters", [6, 10])
@pytest.mark.parametrize("effects", [[0.0, 0, 0, 0], [0.0, 0, 0.7, 3]])
def test_no_false_separation_in_95_of_100_studies(n_clusters, effects):
    """Nominal .05; 1,000 studies have a standard error of .007. Few clusters, method x cluster variance."""
    false = last_is_best = 0
    for seed in range(1000):
        sets = rank_sets(Sample(*draw(seed, effects, n_clusters)), 0.95, seed=0)
        false += any(effects[better] <= effects[worse] for better, worse in sets.separated)
        last_is_best += sets.high[3] == 1
    assert false / 1000 <= 0.05 + 3 * 0.007
    if effects[3] > 0:
        assert last_is_best / 1000 > 0.5, "the one that leads by far is found"


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="must be \\(items, methods\\)"):
        rank_sets(Sample([1.0, 2.0], [0, 1]), 0.95, seed=0)
    with pytest.raises(ValueError, match="finite"):
        rank_sets(Sample([[1.0, np.inf]], [0]), 0.95, seed=0)
