"""Spearman's rho of methods between and within clusters, against explicit loops and scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reliability_helpers import METHODS, make_scores, make_table, make_tiles, rows_of
from saliometer.metrics.classification import METRICS
from saliometer.reliability.clustering.intervals import Settings
from saliometer.reliability.inter_method import spearman_matrix
from saliometer.reliability.inter_method_by_cluster import spearman_by_cluster
from saliometer.reliability.rows.table import reliability_table
from saliometer.reliability.sample import Sample

pytestmark = pytest.mark.slow


def draw(seed=0, n_classes=6, items=5, k=3, digits=1):
    rng = np.random.default_rng(seed)
    clusters = rng.permutation(np.repeat(np.arange(n_classes), items))
    return np.round(
        rng.normal(size=(len(clusters), k)) + rng.normal(size=(n_classes, k))[clusters], digits
    ), clusters


def within_by_loops(scores, clusters, a, b):
    """Rank within each cluster, then correlate all deviations from the mean ranks of their clusters."""
    deviations = []
    for cluster in set(clusters):
        ranks = stats.rankdata(scores[clusters == cluster], axis=0)
        deviations += list(ranks - ranks.mean(axis=0))
    x, y = np.array(deviations)[:, [a, b]].T
    return (x * y).sum() / np.sqrt((x**2).sum() * (y**2).sum())


def jackknife_by_loops(of, scores, clusters):
    z = [np.arctanh(of(scores[clusters != c], clusters[clusters != c])) for c in np.unique(clusters)]
    n = len(z)
    reach = stats.t.ppf(0.975, n - 1) * np.sqrt((n - 1) / n * ((z - np.mean(z)) ** 2).sum())
    centre = np.arctanh(of(scores, clusters))
    return np.tanh(centre - reach), np.tanh(centre + reach)


def between_by_scipy(scores, clusters):
    means = np.array([scores[clusters == c].mean(axis=0) for c in np.unique(clusters)])
    return stats.spearmanr(means[:, 0], means[:, 1]).statistic


def test_estimates_and_intervals_are_those_of_loops():
    scores, clusters = draw()
    rho = spearman_by_cluster(Sample(scores, clusters), 0.95)
    cases = (
        (rho.between[0, 1], between_by_scipy),
        (rho.within[0, 1], lambda scores, clusters: within_by_loops(scores, clusters, 0, 1)),
    )
    for interval, of in cases:
        assert interval.estimate == pytest.approx(of(scores, clusters), abs=1e-12)
        assert interval[1:3] == pytest.approx(jackknife_by_loops(of, scores, clusters), abs=1e-9)
    mean = np.mean([pair.estimate for pair in rho.within.values()])
    assert rho.within_mean.estimate == pytest.approx(mean)


def test_one_cluster_is_all_within_and_nothing_between():
    scores, _ = draw()
    rho = spearman_by_cluster(Sample(scores, np.zeros(len(scores))), 0.95)
    assert rho.within[0, 1].estimate == pytest.approx(spearman_matrix(scores)[0, 1])
    assert np.isnan(rho.between[0, 1].estimate)


def test_clusters_of_one_item_are_all_between_and_nothing_within():
    scores, _ = draw()
    rho = spearman_by_cluster(Sample(scores, np.arange(len(scores))), 0.95)
    assert rho.between[0, 1].estimate == pytest.approx(spearman_matrix(scores)[0, 1])
    assert np.isnan(rho.within[0, 1].estimate)


def test_a_class_effect_that_methods_share_is_between_and_not_within():
    scores, clusters = draw(items=40)
    shared = scores + 100 * np.random.default_rng(1).normal(size=6)[clusters][:, None]
    rho = spearman_by_cluster(Sample(shared, clusters), 0.95)
    assert rho.between_mean.estimate > 0.9
    assert abs(rho.within_mean.estimate) < 0.15


@given(st.integers(0, 2**16))
def test_order_scale_and_level_of_clusters_do_not_matter(seed):
    scores, clusters = draw(seed, digits=2)
    before = spearman_by_cluster(Sample(scores, clusters), 0.95)
    order = np.random.default_rng(seed).permutation(len(scores))
    after = spearman_by_cluster(Sample(3 * scores[order] + 5, clusters[order]), 0.95)
    assert after.between[0, 2].estimate == pytest.approx(before.between[0, 2].estimate, abs=1e-12)
    assert after.within[0, 2] == pytest.approx(before.within[0, 2], abs=1e-9, nan_ok=True)
    moved = spearman_by_cluster(Sample(scores + 10 * clusters[:, None], clusters), 0.95)
    assert moved.within[0, 2].estimate == pytest.approx(before.within[0, 2].estimate, abs=1e-12)


def test_rows_of_pairs_and_of_their_mean():
    frame = make_table(make_scores())
    for where in ("between", "within"):
        name = f"spearman_rho_of_methods_{where}_clusters"
        pairs, mean = rows_of(frame, name), rows_of(frame, f"{name}_mean").iloc[0]
        assert len(pairs) == 6
        assert mean["estimate"] == pytest.approx(pairs["estimate"].mean())
        assert (mean["n_raters"], mean["n_units"]) == (4, 6 if where == "between" else 30)


def test_where_clusters_share_images_there_is_no_interval():
    scores = make_scores()
    tiles = make_tiles(scores)
    tiles.loc[(tiles["tile"] == 1) & tiles["mosaic"].str.endswith("0"), "image"] = "same"
    frame = reliability_table(scores, tiles, METHODS, METRICS, Settings())
    rows = frame[frame["coefficient"].str.startswith("spearman_rho_of_methods") & frame["estimate"].notna()]
    assert len(rows) > 20
    assert rows[["ci_low", "ci_high", "p"]].isna().all(axis=None)
    assert set(rows["reason"]) == {"no interval: images that clusters share are not counted"}
