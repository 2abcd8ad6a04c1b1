"""The sample: what of it goes with the items that are chosen, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from saliometer.reliability.clustering.intervals import cluster_t
from saliometer.reliability.clustering.shared_images import TOO_MANY
from saliometer.reliability.sample import Sample

SCORES = [[1.0, 2.0], [np.nan, 3.0], [4.0, 5.0], [6.0, 6.0]]
LINKS = sparse.csr_array(np.array([[0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0]], dtype=bool))


@pytest.mark.parametrize("kind", [np.asarray, lambda scores: pd.DataFrame(scores, columns=["a", "b"])])
def test_complete_items_keep_their_clusters_links_and_strata(kind):
    sample = Sample(kind(SCORES), list("xyzz"), LINKS, [7, 8, 8, 8], left_out={"c": "why"})
    complete = sample.complete()
    assert sample.defined.tolist() == [True, False, True, True]
    assert complete.scores.tolist() == [[1, 2], [4, 5], [6, 6]]
    assert complete.clusters.tolist() == ["x", "z", "z"]
    np.testing.assert_array_equal(complete.links.toarray(), LINKS.toarray()[[0, 2, 3]][:, [0, 2, 3]])
    assert complete.strata.tolist() == [7, 8, 8]
    assert complete.left_out == {"c": "why"}
    assert (len(sample), len(complete)) == (4, 3)
    assert (sample.n_clusters, complete.n_clusters) == (3, 2)
    assert Sample(kind(SCORES), list("xyzz"), TOO_MANY).complete().links is TOO_MANY
    assert Sample(kind(SCORES), list("xyzz")).complete().strata is None


def test_no_item_may_be_left():
    nothing = Sample(SCORES, range(4), LINKS, np.zeros(4)).where(np.zeros(4, dtype=bool))
    assert (nothing.scores.shape, len(nothing), nothing.n_clusters) == ((0, 2), 0, 0)
    assert nothing.links.shape == (0, 0)


def test_other_scores_of_the_same_items():
    sample = Sample(SCORES, range(4), LINKS)
    other = sample.with_scores(np.ones((4, 5)))
    assert other.values.shape == (4, 5)
    assert other.links is LINKS
    assert other.clusters is sample.clusters
    with pytest.raises(ValueError, match="with a cluster for each item"):
        sample.with_scores(np.ones((3, 5)))


def test_a_mean_counts_links_and_strata():
    values, clusters, strata = np.arange(6.0) ** 2, np.arange(6), np.arange(6) % 2
    links = sparse.csr_array(abs(clusters[:, None] - clusters) == 1)
    interval = Sample(np.empty((6, 0)), clusters, links, strata).mean_of(values, 0.9)
    assert interval == cluster_t(values, clusters, 0.9, links=links, strata=strata)
    assert interval != cluster_t(values, clusters, 0.9)


def test_effects_are_about_the_means_of_strata_that_hold_two_clusters_or_more():
    rng = np.random.default_rng(0)
    strata = np.arange(12) // 6
    influence, links = rng.normal(size=(12, 2)) + 5 * strata[:, None], sparse.csr_array(np.ones((12, 12)) > 1)
    stratified = Sample(influence, np.arange(12), links, strata).design_effects(influence)
    moved = Sample(influence, np.arange(12), links, strata).design_effects(influence - 5 * strata[:, None])
    assert stratified == pytest.approx(moved)
    single = np.arange(12) // 11  # the second stratum has one cluster: they are taken together
    assert Sample(influence, np.arange(12), links, single).design_effects(influence) == pytest.approx(
        Sample(influence, np.arange(12), links).design_effects(influence)
    )


def test_what_is_no_sample_is_refused():
    for scores, clusters in (([[1.0, 2.0]], [0, 1]), ([1.0, 2.0], [0, 1])):
        with pytest.raises(ValueError, match="with a cluster for each item"):
            Sample(scores, clusters)
    with pytest.raises(ValueError, match="finite"):
        Sample([[1.0, np.inf]], [0]).complete()
    with pytest.raises(ValueError, match="must be \\(items, 2\\)"):
        Sample(np.ones((3, 3)), range(3)).two_columns()
    with pytest.raises(AttributeError):
        Sample(SCORES, range(4)).links = None
