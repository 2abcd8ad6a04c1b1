"""Rank confidence sets: definition, an exact permutation test, a dense second implementation, coverage."""

import itertools

import numpy as np
import pytest
from scipy import stats

from saliometer.reliability.intervals import cluster_t
from saliometer.reliability.rank_sets import rank_sets


def draw(seed, effects, n_clusters=8, n_items=4, cluster_sd=0.5):
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(n_clusters), n_items)
    own = rng.normal(0, cluster_sd, (n_clusters, len(effects)))[clusters]
    return np.asarray(effects) + own + rng.normal(size=own.shape), clusters


def rank_sets_densely(scores, clusters, confidence):
    """One pair, one vector of signs, one cluster at a time."""
    k, labels = scores.shape[1], sorted(set(clusters))
    ranks = np.array([stats.rankdata(-row) for row in scores])
    pairs = list(itertools.combinations(range(k), 2))

    def t_of(pair, signs):
        flipped = np.concatenate(
            [
                sign * (ranks[clusters == label, pair[0]] - ranks[clusters == label, pair[1]])
                for sign, label in zip(signs, labels, strict=True)
            ]
        )
        regrouped = np.concatenate([clusters[clusters == label] for label in labels])
        found = cluster_t(flipped, regrouped, 0.5)
        half = stats.t.ppf(0.75, len(labels) - 1)
        return found.estimate / ((found.high - found.low) / 2 / half)

    largest = [
        max(abs(t_of(pair, signs)) for pair in pairs)
        for signs in itertools.product([1, -1], repeat=len(labels))
    ]
    low, high, p_all = np.ones(k), np.full(k, float(k)), {}
    for a, b in pairs:
        t = t_of((a, b), [1] * len(labels))
        p_all[a, b] = np.mean([value >= abs(t) - 1e-9 for value in largest])
        if p_all[a, b] <= 1 - confidence:
            better, worse = (a, b) if t < 0 else (b, a)
            low[worse] += 1
            high[better] -= 1
    return low, high, p_all


@pytest.mark.parametrize("seed", range(2))
def test_agrees_with_a_dense_second_implementation(seed):
    scores, clusters = draw(seed, [0, 0.3, 2.5], n_clusters=6, n_items=3)
    scores, clusters = scores[1:].round(), clusters[1:] * 7  # ties, and clusters of different sizes
    found = rank_sets(scores, clusters, 0.9, seed=0)
    low, high, p = rank_sets_densely(scores, clusters, 0.9)
    np.testing.assert_array_equal([found.low, found.high], [low, high])
    for (a, b), expected in p.items():
        assert found.p[a, b] == found.p[b, a] == pytest.approx(expected, abs=1e-12)
    assert found.separated
    assert found.n_clusters == 6


def test_two_methods_are_scipys_exact_sign_flip_test_of_students_t():
    scores, clusters = draw(3, [0, 0.4], n_clusters=9, n_items=5)
    ranks = stats.rankdata(-scores, axis=1)
    means = (ranks[:, 0] - ranks[:, 1]).reshape(9, 5).mean(axis=1)

    def t(x, axis):
        return np.abs(stats.ttest_1samp(x, 0, axis=axis).statistic)

    expected = stats.permutation_test(
        (means,), t, permutation_type="samples", alternative="greater", n_resamples=np.inf, vectorized=True
    )
    found = rank_sets(scores, clusters, 0.95, seed=0)
    assert found.p[0, 1] == pytest.approx(expected.pvalue, abs=1e-12)
    assert abs(found.t[0, 1]) == pytest.approx(expected.statistic, rel=1e-10)


def test_sets_follow_from_the_separated_pairs():
    scores, clusters = draw(4, [3, 1.5, 1.4, 0], n_clusters=12)
    found = rank_sets(scores, clusters, 0.95, seed=0)
    assert found.separated == [(0, 1), (0, 2), (0, 3), (1, 3), (2, 3)]
    assert found.low.tolist() == [1, 2, 2, 4]
    assert found.high.tolist() == [1, 3, 3, 4]
    for better, worse in found.separated:
        assert found.t[better, worse] < -found.critical
        assert found.p[better, worse] <= 0.05
    np.testing.assert_allclose(found.mean_rank, stats.rankdata(-scores, axis=1).mean(axis=0))


def test_permuting_methods_items_and_labels_and_monotone_scores_change_nothing():
    scores, clusters = draw(5, [0, 0.5, 1, 2], n_clusters=7)
    found = rank_sets(scores, clusters, 0.9, seed=0)
    order = np.array([2, 0, 3, 1])
    items = np.random.default_rng(0).permutation(len(scores))
    names = np.array(list("gfedcba"))[clusters]
    other = rank_sets(np.exp(scores)[items][:, order], names[items], 0.9, seed=1)  # enumerated: no seed
    np.testing.assert_array_equal(other.low, found.low[order])
    np.testing.assert_array_equal(other.high, found.high[order])
    np.testing.assert_allclose(other.p, found.p[np.ix_(order, order)])
    assert other.critical == pytest.approx(found.critical)
    backwards = rank_sets(scores, clusters, 0.9, seed=0, higher_is_better=False)
    np.testing.assert_array_equal(backwards.low, 5 - found.high)
    np.testing.assert_allclose(backwards.t, -found.t)


def test_drawn_signs_come_close_to_all_of_them():
    scores, clusters = draw(6, [0, 0.2, 0.4, 1], n_clusters=12)
    every = rank_sets(scores, clusters, 0.95, seed=0)
    drawn = rank_sets(scores, clusters, 0.95, seed=0, n_draws=2000)
    np.testing.assert_allclose(drawn.p, every.p, atol=4 * 0.5 / np.sqrt(2000))
    assert drawn.critical == pytest.approx(every.critical, rel=0.1)
    np.testing.assert_array_equal(drawn.p, rank_sets(scores, clusters, 0.95, seed=0, n_draws=2000).p)
    assert (drawn.p != rank_sets(scores, clusters, 0.95, seed=1, n_draws=2000).p).any()
    assert np.nanmin(drawn.p) >= 1 / 2001, "what was observed is one of the draws"


def test_the_smallest_p_needs_six_clusters():
    """A method that is ahead everywhere has p = 2^(1 - C)."""
    for n_clusters in (3, 5, 6, 9):
        scores = np.tile([2.0, 1.0, 0.0], (2 * n_clusters, 1))
        found = rank_sets(scores, np.arange(2 * n_clusters) // 2, 0.95, seed=0)
        assert np.nanmin(found.p) == 2.0 ** (1 - n_clusters)
        sure = n_clusters >= 6
        assert found.low.tolist() == ([1, 2, 3] if sure else [1, 1, 1])
        assert found.high.tolist() == ([1, 2, 3] if sure else [3, 3, 3])
        assert found.t[0, 2] == -np.inf


def test_a_copy_of_a_method_is_never_separated_from_it():
    scores, clusters = draw(7, [0, 3], n_clusters=8)
    found = rank_sets(scores[:, [0, 1, 1]], clusters, 0.95, seed=0)
    assert np.isnan([found.t[1, 2], found.p[1, 2]]).all()
    assert found.high.tolist() == [3, 2, 2]
    assert found.low.tolist() == [3, 1, 1]


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
    found = rank_sets(scores, clusters, 0.95, seed=0)
    assert np.isnan([*found.low, *found.high, found.critical]).all()
    assert found.separated == []


def test_undefined_items_take_no_part():
    scores, clusters = draw(8, [0, 1, 2], n_clusters=7)
    scores[3, 1] = np.nan
    found, expected = (
        rank_sets(*table, 0.95, seed=0)
        for table in ((scores, clusters), (np.delete(scores, 3, axis=0), np.delete(clusters, 3)))
    )
    np.testing.assert_array_equal(found.p, expected.p)
    np.testing.assert_array_equal(found.mean_rank, expected.mean_rank)


@pytest.mark.parametrize("n_clusters", [6, 10])
@pytest.mark.parametrize("effects", [[0.0, 0, 0, 0], [0.0, 0, 0.7, 3]])
def test_no_false_separation_in_95_of_100_studies(n_clusters, effects):
    """Nominal .05; 1,000 studies have a standard error of .007. Few clusters, method x cluster variance."""
    false = last_is_best = 0
    for seed in range(1000):
        found = rank_sets(*draw(seed, effects, n_clusters), 0.95, seed=0)
        false += any(effects[better] <= effects[worse] for better, worse in found.separated)
        last_is_best += found.high[3] == 1
    assert false / 1000 <= 0.05 + 3 * 0.007
    if effects[3] > 0:
        assert last_is_best / 1000 > 0.5, "the one that leads by far is found"


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="must be \\(items, methods\\)"):
        rank_sets([1.0, 2.0], [0, 1], 0.95, seed=0)
    with pytest.raises(ValueError, match="finite"):
        rank_sets([[1.0, np.inf]], [0], 0.95, seed=0)
