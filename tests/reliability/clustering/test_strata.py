"""Two fixed classes as strata: a stratified mean in closed form, whatever the difference of the classes."""

import numpy as np
import pytest
from scipy import stats

from reliability_helpers import METHODS, make_scores, make_tiles
from saliometer.metrics.classification import METRICS
from saliometer.reliability.between_clusters import agreement_by_cluster
from saliometer.reliability.clustering.intervals import Settings, cluster_t, jackknife
from saliometer.reliability.clustering.strata import strata_of_clusters
from saliometer.reliability.inter_method import spearman_with_intervals
from saliometer.reliability.inter_rater import alpha_with_interval
from saliometer.reliability.rows import columns, table
from saliometer.reliability.sample import Sample
from saliometer.summary import summary_table

LEVEL = 0.95


def draw(seed=0, photographs=(8, 5), each=3, k=3):
    """Scores (items, k) whose level is another in each class, the photograph and the class of each item."""
    rng = np.random.default_rng(seed)
    classes = np.repeat([0, 1], photographs)
    scores = rng.normal(size=(len(classes), 1, k)) + rng.normal(size=(len(classes), each, k))
    scores += 5 * classes[:, None, None]
    clusters = np.arange(len(classes)).repeat(each)
    return scores.reshape(-1, k), clusters, classes.repeat(each)


def test_a_stratified_mean_in_closed_form():
    """Mean sum W_h mean_h, variance sum W_h^2 s_h^2 / C_h of cluster means (Cochran, 1977, chapter 5)."""
    scores, clusters, classes = draw()
    values = scores[:, 0]
    interval = cluster_t(values, clusters, LEVEL, strata=classes)
    mean, variance = 0.0, 0.0
    for one in (0, 1):
        members = classes == one
        means = np.array([values[clusters == c].mean() for c in np.unique(clusters[members])])
        mean += members.mean() * means.mean()
        variance += members.mean() ** 2 * means.var(ddof=1) / len(means)
    assert interval.estimate == pytest.approx(mean)
    freedom = 13**2 / (8**2 / 7 + 5**2 / 4)  # of clusters of one size in strata of 8 and of 5
    reach = stats.t.ppf(0.975, freedom) * np.sqrt(variance)
    assert (interval.low, interval.high) == pytest.approx((mean - reach, mean + reach))
    assert interval.p == pytest.approx(2 * stats.t.sf(mean / np.sqrt(variance), freedom))
    assert interval.n_clusters == 13
    plain = cluster_t(values, clusters, LEVEL)
    assert interval.high - interval.low < (plain.high - plain.low) / 2, "the classes differ by five"


def test_the_difference_of_the_classes_does_not_count():
    scores, clusters, classes = draw()
    moved = scores + 100.0 * classes[:, None]
    widths = [
        interval.high - interval.low
        for interval in (cluster_t(one[:, 0], clusters, LEVEL, strata=classes) for one in (scores, moved))
    ]
    assert widths[0] == pytest.approx(widths[1])


def test_a_jackknife_of_the_mean_is_the_interval_of_the_mean():
    scores, clusters, classes = draw(photographs=(6, 6))
    values = scores[:, 0]
    left_out = np.array([values[clusters != c].mean() for c in range(12)])
    interval = jackknife(values.mean(), left_out, LEVEL, strata=strata_of_clusters(clusters, classes))
    expected = cluster_t(values, clusters, LEVEL, strata=classes)
    assert interval == pytest.approx(expected)


def test_strata_without_two_clusters_or_across_clusters_are_taken_together():
    scores, clusters, classes = draw()
    assert strata_of_clusters(clusters, None) is None
    assert strata_of_clusters(clusters, np.zeros(len(clusters))) is None
    assert strata_of_clusters(clusters, np.arange(len(clusters)) % 2) is None
    few = clusters <= 8
    assert strata_of_clusters(clusters[few], classes[few]) is None, "one photograph of the second class"
    interval = cluster_t(scores[few, 0], clusters[few], LEVEL, strata=classes[few])
    assert interval == cluster_t(scores[few, 0], clusters[few], LEVEL)
    values = np.where(clusters == 12, np.nan, scores[:, 0])
    assert cluster_t(values, clusters, LEVEL, strata=classes).n_clusters == 12


def test_coefficients_are_narrower_within_classes_that_rank_otherwise():
    scores, clusters, classes = draw(k=4, photographs=(9, 9))
    scores += 2 * np.arange(4)
    scores[classes == 1] = scores[classes == 1][:, ::-1]  # the classes order the methods in opposite ways
    scores[:, 0] += 0.5 * classes * np.arange(len(classes)) / len(classes)

    def intervals(strata):
        agreement = agreement_by_cluster(Sample(scores, clusters, strata=strata), LEVEL)
        pairs, mean = spearman_with_intervals(Sample(scores, clusters, strata=strata), LEVEL)
        return [
            alpha_with_interval(Sample(scores, clusters, strata=strata), LEVEL),
            *agreement[:2],
            pairs[0, 1],
            mean,
        ]

    for stratified, plain in zip(intervals(classes), intervals(None), strict=True):
        assert stratified.estimate == plain.estimate
        assert np.isfinite([stratified.low, stratified.high]).all()
        assert stratified.low != plain.low


@pytest.mark.slow
def test_two_classes_of_a_study_are_strata():
    scores = make_scores(n_classes=2, rounds=10)
    scores.loc[scores["target"] == 1, "precision"] += 0.4
    tiles = make_tiles(scores)
    tiles["image"] += tiles["mosaic"]
    frame = table.reliability_table(scores, tiles, METHODS, METRICS, Settings())
    row = frame[
        (frame["coefficient"] == columns.DIFFERENCE)
        & (frame["metric"] == "precision")
        & (frame["method_a"] == "a")
        & (frame["method_b"] == "edges")
    ].iloc[0]
    wide = scores.pivot(index=["mosaic", "target"], columns="method", values="precision").reset_index()
    expected = cluster_t(wide["a"] - wide["edges"], wide["mosaic"], LEVEL, strata=wide["target"])
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((expected.low, expected.high))
    mean = summary_table(scores, tiles, ["precision"], Settings()).set_index("method").loc["a"]
    expected = cluster_t(wide["a"], wide["mosaic"], LEVEL, strata=wide["target"])
    assert (mean["ci_low"], mean["ci_high"]) == pytest.approx((expected.low, expected.high))
