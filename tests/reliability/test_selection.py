"""How often a method is selected: all resamples one by one, and properties."""

import itertools

import numpy as np
import pytest
from scipy import stats

from saliometer.reliability.sample import Sample
from saliometer.reliability.selection import selection_frequency


def select_in_all_resamples(scores, clusters):
    """Draw C of C clusters in all C^C ways, item by item."""
    labels, shares = np.unique(clusters), []
    for drawn in itertools.product(labels, repeat=len(labels)):
        means = np.concatenate([scores[clusters == label] for label in drawn]).mean(axis=0)
        best = means >= means.max() - 1e-9
        shares.append(best / best.sum())
    return np.mean(shares, axis=0)


def test_agrees_with_all_resamples():
    rng = np.random.default_rng(0)
    clusters = np.array([0, 0, 0, 1, 2, 2, 3, 3, 3, 3])
    scores = rng.integers(0, 3, (10, 3)).astype(float)
    expected = select_in_all_resamples(scores, clusters)
    frequency = selection_frequency(Sample(scores, clusters), 40_000, seed=0)
    assert ((expected > 0.05) & (expected < 0.95)).sum() >= 2, "a case that is not decided"
    np.testing.assert_allclose(frequency, expected, atol=4 * 0.5 / np.sqrt(40_000))
    assert frequency.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("ahead", [3, 5, 6])
def test_two_methods_are_a_binomial(ahead):
    """Ahead by 1 in some of 10 clusters and behind by 1 in the others; an even draw is shared."""
    scores = np.where(np.arange(10) < ahead, 1.0, -1.0)[:, None] * [0.5, -0.5]
    frequency = selection_frequency(Sample(scores, np.arange(10)), 40_000, seed=0)
    drawn = stats.binom(10, ahead / 10)
    expected = drawn.sf(5) + drawn.pmf(5) / 2
    np.testing.assert_allclose(frequency, [expected, 1 - expected], atol=4 * 0.5 / np.sqrt(40_000))


def test_a_method_that_leads_everywhere_is_always_selected_and_its_copy_shares():
    scores = np.random.default_rng(1).random((30, 3))
    scores[:, 1] += 1
    clusters = np.arange(30) % 5
    assert selection_frequency(Sample(scores, clusters), 100, seed=0).tolist() == [0, 1, 0]
    assert selection_frequency(Sample(-scores, clusters), 100, seed=0, higher_is_better=False).tolist() == [
        0,
        1,
        0,
    ]
    copied = selection_frequency(Sample(scores[:, [0, 1, 2, 1]], clusters), 1001, seed=0)
    np.testing.assert_allclose(copied, [0, 0.5, 0, 0.5])


def test_equal_means_are_shared_whatever_the_rounding_of_their_sums():
    one = np.array([0.1, 0.2, 0.3])
    assert one.sum() != one[::-1].sum(), "tied but for the last bit"
    scores = np.column_stack([np.tile(one, 4), np.tile(one[::-1], 4)])
    frequency = selection_frequency(Sample(scores, np.repeat(np.arange(4), 3)), 50, seed=0)
    assert frequency.tolist() == [0.5, 0.5]


def test_seed_methods_and_units():
    rng = np.random.default_rng(2)
    scores, clusters = rng.random((60, 4)), np.arange(60) % 9
    frequency = selection_frequency(Sample(scores, clusters), 500, seed=3)
    np.testing.assert_array_equal(frequency, selection_frequency(Sample(scores, clusters), 500, seed=3))
    assert (frequency != selection_frequency(Sample(scores, clusters), 500, seed=4)).any()
    order = np.array([3, 1, 0, 2])
    np.testing.assert_allclose(
        selection_frequency(Sample(scores[:, order], clusters), 500, seed=3), frequency[order]
    )
    np.testing.assert_allclose(selection_frequency(Sample(5 * scores + 2, clusters), 500, seed=3), frequency)


@pytest.mark.parametrize(
    ("scores", "clusters"),
    [
        (np.random.default_rng(0).random((6, 1)), np.arange(6)),
        (np.random.default_rng(0).random((6, 3)), np.zeros(6)),
        (np.ones((6, 3)), np.arange(6)),
        (np.full((6, 3), np.nan), np.arange(6)),
    ],
    ids=["one method", "one cluster", "all tied", "undefined"],
)
def test_degenerate_tables_select_nothing(scores, clusters):
    frequency = selection_frequency(Sample(scores, clusters), 10, seed=0)
    assert frequency.shape == (scores.shape[1],)
    assert np.isnan(frequency).all()


def test_no_draws_are_refused():
    with pytest.raises(ValueError, match="at least 1"):
        selection_frequency(Sample(np.eye(3), np.arange(3)), 0, seed=0)
