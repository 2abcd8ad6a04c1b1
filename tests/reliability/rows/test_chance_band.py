"""The null bands are quantiles of the coefficients themselves, computed on permuted tables."""

import numpy as np
import pytest

from saliometer.reliability.between_clusters import agreement_by_cluster
from saliometer.reliability.inter_rater import inter_rater_alpha
from saliometer.reliability.rows import chance_band
from saliometer.reliability.rows.words import text_of
from saliometer.reliability.sample import Sample


def made_up(ties):
    rng = np.random.default_rng(3)
    scores = rng.normal(size=(24, 4)) + np.arange(4) * 0.5
    return (np.round(scores) if ties else scores), np.repeat(np.arange(6), [1, 2, 3, 4, 6, 8])


def permuted(scores, clusters, seed, n):
    """The same permutations as the module draws, put on the scores."""
    labels = np.unique(clusters)
    order = np.random.default_rng(seed).permuted(
        np.broadcast_to(np.arange(scores.shape[1]), (n, len(labels), scores.shape[1])), axis=-1
    )
    for draw in order:
        swapped = scores.copy()
        for label, places in zip(labels, draw, strict=True):
            swapped[clusters == label] = scores[clusters == label][:, places]
        yield swapped


@pytest.mark.parametrize("ties", [False, True])
def test_each_draw_is_the_coefficient_of_a_permuted_table(ties):
    scores, clusters = made_up(ties)
    alphas = [inter_rater_alpha(table) for table in permuted(scores, clusters, 7, 40)]
    means = [
        agreement_by_cluster(Sample(t, clusters), 0.95).between.estimate
        for t in permuted(scores, clusters, 7, 40)
    ]
    assert chance_band.alpha_by_chance(Sample(scores, clusters), 7, 40) == pytest.approx(alphas)
    assert chance_band.between_by_chance(Sample(scores, clusters), 7, 40) == pytest.approx(means)


def test_by_chance_the_mean_rho_between_clusters_is_zero_on_average():
    drawn = chance_band.between_by_chance(Sample(*made_up(False)), 0, 20000)
    assert abs(drawn.mean()) < 4 * drawn.std() / np.sqrt(len(drawn))


def test_blocks_change_nothing(monkeypatch):
    whole = chance_band.between_by_chance(Sample(*made_up(True)), 1, 50)
    monkeypatch.setattr(chance_band, "BLOCK", 30)
    assert np.array_equal(whole, chance_band.between_by_chance(Sample(*made_up(True)), 1, 50))


@pytest.mark.parametrize(
    ("n_clusters", "reason"), [(1, "fewer than two clusters"), (3, "tied on every item")]
)
def test_a_table_without_a_null_says_why(n_clusters, reason):
    scores = np.ones((6, 3)) if n_clusters == 3 else made_up(False)[0][:6]
    rows = list(chance_band.chance_rows(Sample(scores, np.arange(6) % n_clusters), 0.95, 0, {}))
    assert [np.isnan(row["estimate"]) for row in rows] == [True, True]
    assert all(reason in text_of(row["notes"]) for row in rows)
