"""Design effects of shared images: double loops, clusters linked in pairs, every coefficient."""

import numpy as np
import pytest
from scipy import sparse, stats

from saliometer.reliability.between_clusters import _without_items, agreement_by_cluster, standardised_ranks
from saliometer.reliability.cluster_permutation import permutation_test
from saliometer.reliability.clustering.design_effect import design_effect, effect_of_pairs, joint_effect
from saliometer.reliability.clustering.intervals import cluster_t
from saliometer.reliability.clustering.shared_images import TOO_MANY
from saliometer.reliability.clustering.sums import sum_by_cluster
from saliometer.reliability.generalizability_interval import feldt_interval
from saliometer.reliability.inter_method import spearman_matrix, spearman_with_intervals
from saliometer.reliability.inter_rater import alpha_with_interval, inter_rater_alpha
from saliometer.reliability.internal_consistency import internal_consistency
from saliometer.reliability.rank_sets import rank_sets
from saliometer.reliability.rows.chance_band import alpha_by_chance, between_by_chance
from saliometer.reliability.sample import Sample

LEVEL = 0.95


def draw(seed, n=40, k=4, n_clusters=8, n_images=9):
    """Scores (n, k) with effects of images that some items of different clusters share, clusters, links."""
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.arange(n) % n_clusters)
    images = rng.integers(0, n_images, n)
    scores = rng.normal(size=(n, k)) + rng.normal(size=(n_images, k))[images] + 0.3 * np.arange(k)
    dense = (images[:, None] == images) & (codes[:, None] != codes)
    return scores, codes, dense, sparse.csr_array(dense)


def in_pairs(seed, n_pairs=6, k=4):
    """Each cluster shares all of its images with one other: scores, clusters, pairs of clusters, links."""
    rng = np.random.default_rng(seed)
    codes = np.arange(2 * n_pairs).repeat(3)
    pairs = codes // 2
    scores = rng.normal(size=(len(codes), k)) + 2 * rng.normal(size=(n_pairs, k))[pairs]
    return scores, codes, pairs, sparse.csr_array((pairs[:, None] == pairs) & (codes[:, None] != codes))


def looped(values, codes, dense):
    """The variance of a sum with and without links, by loops over all pairs of items."""
    n, rest = len(values), values - np.mean(values)
    within, across, alike, depend = 0.0, 0.0, 0, 0
    for i in range(n):
        for j in range(n):
            if codes[i] == codes[j]:
                within, alike, depend = within + rest[i] * rest[j], alike + 1, depend + 1
            elif dense[i, j]:
                across, depend = across + rest[i] * rest[j], depend + 1
    return (within + across) / (1 - depend / n**2), within / (1 - alike / n**2)


@pytest.mark.parametrize("seed", range(5))
def test_effects_equal_loops_over_pairs(seed):
    scores, codes, dense, links = draw(seed)
    k = scores.shape[1]
    variances = [looped(column, codes, dense) for column in scores.T]
    expected = [max(1, counted / clustered) for counted, clustered in variances]
    np.testing.assert_allclose(design_effect(scores, codes, links), expected)
    np.testing.assert_allclose(design_effect(7 - 3 * scores, codes, links), expected)
    counted, clustered = np.sum(variances, axis=0)
    assert joint_effect(scores, codes, links) == pytest.approx(max(1, counted / clustered))
    of_pairs = effect_of_pairs(scores, codes, links)
    for a in range(k):
        for b in range(k):
            counted, clustered = looped(scores[:, a] - scores[:, b], codes, dense)
            expected = max(1, counted / clustered) if a != b else 1
            assert of_pairs[a, b] == pytest.approx(expected)


def test_without_links_there_is_no_effect():
    scores, codes, _, _ = draw(0)
    assert (design_effect(scores, codes, None) == 1).all()
    assert (effect_of_pairs(scores, codes, None) == 1).all()
    assert joint_effect(scores, codes, None) == 1
    empty = sparse.csr_array((40, 40), dtype=bool)  # clusters of one size
    np.testing.assert_allclose(design_effect(scores, codes, empty), 1, rtol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_clusters_linked_in_pairs_are_as_pairs_taken_for_clusters(seed):
    scores, codes, pairs, links = in_pairs(seed)
    difference = scores[:, 0] - scores[:, 1]
    by_clusters = cluster_t(difference, codes, LEVEL, links=links)
    together = cluster_t(difference, pairs, LEVEL)
    errors = [
        (one.high - one.low) / 2 / stats.t.ppf((1 + LEVEL) / 2, one.n_clusters - 1)
        for one in (by_clusters, together)
    ]
    assert errors[0] == pytest.approx(errors[1])
    sets, of_pairs = (rank_sets(Sample(scores, by), LEVEL, 0) for by in (codes, pairs))
    linked_sets = rank_sets(Sample(scores, codes, links=links), LEVEL, 0)
    floor = np.sqrt(effect_of_pairs(scores, codes, links))
    np.testing.assert_allclose(linked_sets.t, sets.t / floor)
    larger = floor > 1
    np.testing.assert_allclose(linked_sets.t[larger], of_pairs.t[larger])
    assert larger.any()
    assert linked_sets.critical == sets.critical
    g, g_of_pairs = (
        feldt_interval(Sample(scores, codes, links=links), LEVEL),
        feldt_interval(Sample(scores, pairs), LEVEL),
    )
    assert g.estimate == pytest.approx(g_of_pairs.estimate)


def leave_out(function, scores, codes):
    n = len(scores)
    return np.array([function(np.delete(scores, i, 0), np.delete(codes, i)) for i in range(n)])


def ratio_of_widths(with_links, without):
    return (with_links.high - with_links.low) / (without.high - without.low)


@pytest.mark.parametrize("seed", range(3))
def test_influence_of_alpha_and_the_mean_rho_is_what_they_are_without_each_item(seed):
    scores, codes, dense, links = draw(seed)
    scores[0] = scores[0, 0]  # ties all methods
    scores = np.round(scores, 1)
    alphas = leave_out(lambda s, _: inter_rater_alpha(s), scores, codes)
    counted, clustered = looped(alphas, codes, dense)
    wide, plain = (alpha_with_interval(Sample(scores, codes, links=one), LEVEL) for one in (links, None))
    assert ratio_of_widths(wide, plain) == pytest.approx(np.sqrt(max(1, counted / clustered)))
    assert wide.estimate == plain.estimate
    sample, ranked = standardised_ranks(Sample(scores, codes)), np.ptp(scores, axis=1) > 0
    clusters = codes[ranked]
    left = _without_items(sample, *sum_by_cluster(sample.scores, clusters))
    for column, part in enumerate(("between", "within")):

        def mean_rho(s, c, part=part):
            return getattr(agreement_by_cluster(Sample(s, c), LEVEL), part).estimate

        expected = leave_out(mean_rho, scores[ranked], clusters)
        np.testing.assert_allclose(left[:, column], expected)
        counted, clustered = looped(expected, clusters, dense[ranked][:, ranked])
        wide, plain = (
            getattr(agreement_by_cluster(Sample(scores, codes, links=one), LEVEL), part)
            for one in (links, None)
        )
        if abs(wide.low) < 1 and abs(wide.high) < 1:
            assert ratio_of_widths(wide, plain) == pytest.approx(np.sqrt(max(1, counted / clustered)))


def test_influence_of_rho_is_close_to_what_it_is_without_each_item():
    scores, codes, dense, links = draw(1, n=200, n_clusters=20, n_images=15)
    exact = leave_out(lambda s, _: spearman_matrix(s)[0, 1], scores, codes)
    counted, clustered = looped(exact, codes, dense)
    (wide, _), (plain, _) = (
        spearman_with_intervals(Sample(scores, codes, links=one), LEVEL) for one in (links, None)
    )
    widths = [np.arctanh(one[0, 1].high) - np.arctanh(one[0, 1].low) for one in (wide, plain)]
    assert widths[0] / widths[1] == pytest.approx(np.sqrt(max(1, counted / clustered)), rel=0.02)
    assert counted > clustered
    assert internal_consistency(Sample(scores, codes, links=links), LEVEL)[0, 1] == wide[0, 1]


@pytest.mark.parametrize("seed", range(5))
def test_tests_and_sets_are_never_sharper_for_shared_images(seed):
    scores, codes, _, links = draw(seed)
    assert (
        permutation_test(Sample(scores, codes, links=links), 0, 999).p
        >= permutation_test(Sample(scores, codes), 0, 999).p
    )
    plain, counted = (
        rank_sets(Sample(scores, codes), LEVEL, 0),
        rank_sets(Sample(scores, codes, links=links), LEVEL, 0),
    )
    assert (counted.low <= plain.low).all()
    assert (counted.high >= plain.high).all()
    plain, counted = (
        feldt_interval(Sample(scores, codes), LEVEL),
        feldt_interval(Sample(scores, codes, links=links), LEVEL),
    )
    assert counted.low <= plain.low
    for by_chance in (alpha_by_chance, between_by_chance):
        plain, counted = (by_chance(Sample(scores, codes, links=one), 0, 99) for one in (None, links))
        assert (counted >= plain - 1e-12).all()


def test_the_test_and_its_band_are_scaled_by_the_same_effect():
    """The observed mean rho lies above the band when p is small: both follow from one statistic."""
    scores, codes, _, links = draw(3)
    drawn = between_by_chance(Sample(scores, codes, links=links), 0, 1999)
    observed = agreement_by_cluster(Sample(scores, codes), LEVEL).between.estimate
    share = (drawn >= observed).mean()
    assert permutation_test(Sample(scores, codes, links=links), 1, 1999).p == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize("links", [TOO_MANY, "all"])
def test_where_no_variance_can_be_told_nothing_is_inferred(links):
    scores, codes, _, _ = draw(0)
    links = links if links is TOO_MANY else sparse.csr_array(codes[:, None] != codes)
    assert np.isnan(design_effect(scores, codes, links)).all()
    pairs, mean = spearman_with_intervals(Sample(scores, codes, links=links), LEVEL)
    agreement = agreement_by_cluster(Sample(scores, codes, links=links), LEVEL)
    alpha = alpha_with_interval(Sample(scores, codes, links=links), LEVEL)
    for interval in (*pairs.values(), mean, *agreement[:2], alpha):
        assert np.isfinite(interval.estimate)
        assert np.isnan([interval.low, interval.high, interval.p]).all()
    assert np.isnan(feldt_interval(Sample(scores, codes, links=links), LEVEL)[:4]).all()
    assert np.isnan(permutation_test(Sample(scores, codes, links=links), 0, 99).p)
    sets = rank_sets(Sample(scores, codes, links=links), LEVEL, 0)
    assert np.isnan(sets.low).all()
    assert not sets.separated
    assert np.isnan(alpha_by_chance(Sample(scores, codes, links=links), 0, 9)).all()
    incomplete = scores.copy()
    incomplete[0, 0] = np.nan
    assert np.isnan(rank_sets(Sample(incomplete, codes, links=links), LEVEL, 0).low).all()
