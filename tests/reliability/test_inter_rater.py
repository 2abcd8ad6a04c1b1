"""Krippendorff's alpha against its published example, an independent package, and its arithmetic."""

import krippendorff
import numpy as np
import pytest
from scipy import stats

from saliometer.reliability.inter_rater import (
    alpha_of_counts,
    alpha_with_interval,
    chance_alpha,
    count_half_ranks,
    inter_rater_alpha,
    krippendorff_alpha,
)
from saliometer.reliability.ranks import rank_within
from saliometer.reliability.sample import Sample

LEVELS = ("nominal", "ordinal", "interval", "ratio")
_ = np.nan
# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): 4 observers, 12 units.
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ]
)


def draw_with_gaps():
    rng = np.random.default_rng(1)
    scores = rng.integers(0, 4, (30, 5)) + np.arange(5) / 2
    scores[rng.random(scores.shape) < 0.1] = np.nan
    return scores


@pytest.mark.parametrize(
    ("level", "expected"),
    [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)],
)
def test_published_example(level, expected):
    assert krippendorff_alpha(PUBLISHED, level) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("seed", range(8))
def test_agrees_with_an_independent_package(level, seed):
    rng = np.random.default_rng(seed)
    raters, units = rng.integers(2, 9), rng.integers(2, 15)
    ratings = rng.integers(0, 6, (raters, units)) / (2.0 if seed % 2 else 1.0) + (seed % 3 == 0)
    ratings = ratings + rng.random(ratings.shape).round(1) * (seed % 4 == 3)
    ratings[rng.random(ratings.shape) < 0.3 * (seed > 2)] = np.nan
    expected = krippendorff.alpha(ratings, level_of_measurement=level)
    assert krippendorff_alpha(ratings, level) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("m", "k"), [(2, 3), (5, 4), (40, 7)])
def test_closed_form_in_kendalls_w(m, k):
    """Without ties and gaps: 1 - (1 - r)(mk - 1)/(mk), r = (mW - 1)/(m - 1), at two levels."""
    scores = np.random.default_rng(m).normal(size=(m, k)) + np.arange(k) / 2
    ranks = rank_within(scores)
    w = 12 * ranks.sum(axis=0).var() / m**2 * k / (k**3 - k)
    r = (m * w - 1) / (m - 1)
    pairwise = np.corrcoef(ranks)[np.triu_indices(m, 1)].mean()
    assert r == pytest.approx(pairwise, abs=1e-12)
    expected = 1 - (1 - r) * (m * k - 1) / (m * k)
    assert krippendorff_alpha(ranks, "ordinal") == pytest.approx(expected, abs=1e-12)
    assert krippendorff_alpha(ranks, "interval") == pytest.approx(expected, abs=1e-12)
    assert inter_rater_alpha(scores) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("m", "k", "sd"), [(200, 4, 0.0041), (200, 8, 0.0027), (3, 8, 0.209), (3, 4, 0.306)])
def test_random_rankings_have_the_known_mean_and_spread(m, k, sd):
    rng = np.random.default_rng(0)
    draws = [inter_rater_alpha(rng.random((m, k))) for _ in range(800)]
    assert chance_alpha(m, k) == 1 / (m * k)
    assert np.mean(draws) == pytest.approx(chance_alpha(m, k), abs=4 * sd / np.sqrt(len(draws)))
    assert np.std(draws) == pytest.approx(sd, rel=0.1)


def test_equal_rankings_agree_perfectly_and_constant_ones_are_undefined():
    scores = np.arange(4.0) + np.zeros((5, 1))
    assert inter_rater_alpha(scores) == 1
    for level in LEVELS:
        assert krippendorff_alpha(scores, level) == 1
        assert np.isnan(krippendorff_alpha(np.full((3, 4), 0.1), level))
        assert np.isnan(krippendorff_alpha(np.where(np.eye(3), 1.0, np.nan), level)), "no unit rated twice"
    assert np.isnan(inter_rater_alpha(np.ones((3, 4))))
    assert np.isnan(inter_rater_alpha(np.empty((0, 4))))


def test_questions_are_raters_and_methods_units():
    """With the roles swapped agreement cannot exceed about -1 / (k - 1), however clear the ranking."""
    scores = np.arange(6.0) + np.random.default_rng(0).normal(0, 0.1, (50, 6))
    assert inter_rater_alpha(scores) > 0.99
    assert krippendorff_alpha(rank_within(scores).T) == pytest.approx(-1 / 5, abs=0.01)


def test_reversed_rankings_and_permuted_raters_and_units_change_nothing():
    rng = np.random.default_rng(1)
    scores = rng.integers(0, 4, (30, 5)) + np.arange(5) / 2
    reversed_alpha = inter_rater_alpha(scores, higher_is_better=False)
    assert reversed_alpha == pytest.approx(inter_rater_alpha(scores), abs=1e-12)
    scores = draw_with_gaps()
    alpha = inter_rater_alpha(scores)
    shuffled = scores[rng.permutation(30)][:, rng.permutation(5)]
    assert inter_rater_alpha(shuffled) == pytest.approx(alpha, abs=1e-12)
    for change in (lambda x: x + 7, lambda x: x * 1e6, np.exp):
        assert inter_rater_alpha(change(scores)) == pytest.approx(alpha, abs=1e-12), "only ranks count"


def test_interval_level_keeps_its_digits_far_from_zero():
    ratings = np.random.default_rng(0).normal(size=(4, 9)).round(4)
    assert krippendorff_alpha(ratings + 1e9, "interval") == pytest.approx(
        krippendorff_alpha(ratings, "interval"), abs=1e-6
    )


def test_ranks_within_a_question():
    scores = [[0.9, 0.1, 0.5, 0.5], [np.nan, 0.2, 0.1, 0.3]]
    np.testing.assert_array_equal(rank_within(scores), [[1, 4, 2.5, 2.5], [np.nan, 2, 3, 1]])
    np.testing.assert_array_equal(rank_within(scores, False), [[4, 1, 2.5, 2.5], [np.nan, 2, 1, 3]])


def test_undefined_scores_are_missing_ratings():
    scores = np.array([[3, 2, 1.0], [3, 2, 1], [np.nan, 2, 1], [3, np.nan, np.nan]])
    ranks = np.array([[1, 2, 3.0], [1, 2, 3], [np.nan, 1, 2], [1, np.nan, np.nan]])
    expected = krippendorff.alpha(ranks, level_of_measurement="ordinal")
    assert inter_rater_alpha(scores) == pytest.approx(expected, abs=1e-12)


def test_with_gaps_the_end_that_is_ranked_first_matters():
    scores = draw_with_gaps()
    assert inter_rater_alpha(scores, higher_is_better=False) == inter_rater_alpha(-scores)
    assert inter_rater_alpha(scores) != pytest.approx(inter_rater_alpha(-scores), abs=1e-3)


def test_the_closed_form_from_counts_is_alpha_without_each_cluster():
    rng = np.random.default_rng(3)
    scores = rng.integers(0, 6, (40, 5)) + np.arange(5)
    clusters = rng.integers(0, 7, 40)
    counts = count_half_ranks(rank_within(scores), clusters)
    total = counts.sum(axis=0)
    assert alpha_of_counts(total) == pytest.approx(inter_rater_alpha(scores), abs=1e-12)
    expected = [inter_rater_alpha(scores[clusters != cluster]) for cluster in range(7)]
    np.testing.assert_allclose(alpha_of_counts(total - counts), expected, atol=1e-12)


def test_interval_is_the_jackknife_over_clusters():
    rng = np.random.default_rng(4)
    scores = rng.random((60, 4)) + np.arange(4) / 3
    names = np.array(list("abcdef"))[np.arange(60) % 6]
    interval = alpha_with_interval(Sample(scores, names), 0.9)
    left_out = np.array([inter_rater_alpha(scores[names != name]) for name in "abcdef"])
    error = np.sqrt(5 / 6 * ((left_out - left_out.mean()) ** 2).sum())
    reach = stats.t.ppf(0.95, 5) * error
    assert interval.estimate == pytest.approx(inter_rater_alpha(scores), abs=1e-12)
    assert (interval.low, interval.high) == pytest.approx(
        (interval.estimate - reach, interval.estimate + reach), abs=1e-12
    )
    assert interval.p == pytest.approx(2 * stats.t.sf((interval.estimate - 1 / 240) / error, 5), rel=1e-9)
    assert interval.n_clusters == 6


def test_which_end_is_best_changes_neither_alpha_nor_its_interval():
    rng = np.random.default_rng(6)
    scores = rng.integers(0, 6, (40, 5)) + np.arange(5)
    clusters = rng.integers(0, 7, 40)
    expected = alpha_with_interval(Sample(scores, clusters), 0.95)
    assert alpha_with_interval(Sample(-scores, clusters), 0.95) == pytest.approx(expected, abs=1e-12)
    assert inter_rater_alpha(scores, higher_is_better=False) == pytest.approx(expected.estimate, abs=1e-12)


def test_interval_never_exceeds_one_and_needs_two_clusters():
    scores = np.arange(3.0) + np.zeros((8, 1))
    scores[0] = scores[0, [0, 2, 1]]
    assert alpha_with_interval(Sample(scores, np.arange(8)), 0.95).high == 1
    alone = alpha_with_interval(Sample(scores, np.zeros(8)), 0.95)
    assert np.isfinite(alone.estimate)
    assert np.isnan([alone.low, alone.high, alone.p]).all()


def test_many_distinct_values_need_neither_much_time_nor_memory():
    """The table of units by values squared of the usual package would need gigabytes here."""
    rng = np.random.default_rng(5)
    ratings = rng.random(400) + rng.normal(0, 0.05, (50, 400))
    assert 0.9 < krippendorff_alpha(ratings, "ordinal") < 1


@pytest.mark.parametrize(
    ("ratings", "level", "words"),
    [
        ([1, 2], "ordinal", "must be \\(raters, units\\)"),
        ([[1, 2], [1, 2]], "cardinal", "unknown level"),
        ([[1, np.inf], [1, 2]], "ordinal", "finite"),
        ([[-1, 2], [1, 2]], "ratio", "needs ratings >= 0"),
    ],
)
def test_wrong_input_is_refused(ratings, level, words):
    with pytest.raises(ValueError, match=words):
        krippendorff_alpha(ratings, level)
