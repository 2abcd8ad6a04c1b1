"""Mosaics that share photographs: which rows are linked, and the variance that counts them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reliability_helpers import METHODS, make_scores, make_tiles
from saliometer.metrics.classification import METRICS
from saliometer.reliability.clustering import shared_images
from saliometer.reliability.clustering.intervals import CLUSTER_T, DYADIC, DYADIC_T, Settings, cluster_t
from saliometer.reliability.clustering.labels import cluster_labels
from saliometer.reliability.clustering.strata import squares_within
from saliometer.reliability.rows import columns, table

pytestmark = pytest.mark.slow

N_MOSAICS = st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=2), min_size=2, max_size=8)


def tiles_of(shown):
    return pd.DataFrame(
        {
            "dataset": "d",
            "form": "f",
            "mosaic": np.repeat(np.arange(len(shown)), [len(images) for images in shown]),
            "image": np.concatenate(shown),
        }
    )


def rows_about(mosaics):
    return pd.DataFrame({"dataset": "d", "form": "f", "mosaic": mosaics})


@given(N_MOSAICS, st.integers(0, 99))
def test_pairs_and_the_variance_equal_loops(shown, seed):
    """Every pair counts once: of one cluster, of one mosaic, or with a common image (Aronow et al., 2015)."""
    rng = np.random.default_rng(seed)
    mosaics = np.concatenate([np.arange(len(shown)), rng.integers(0, len(shown), 3)])
    codes, values = rng.integers(0, 3, len(mosaics)), rng.normal(size=len(mosaics))
    links = shared_images.shared_images(rows_about(mosaics), codes, tiles_of(shown))
    n = range(len(mosaics))
    common = [[bool({*shown[a]} & {*shown[b]}) for b in mosaics] for a in mosaics]
    expected = [[common[i][j] and codes[i] != codes[j] for j in n] for i in n]
    assert (links is None) == (not np.any(expected))
    if links is not None:
        np.testing.assert_array_equal(links.toarray(), expected)
    n_clusters = len(set(codes))
    if n_clusters > 1:
        interval = cluster_t(values, codes, 0.95, links=links)
        rest = values - values.mean()
        within = sum(rest[i] * rest[j] for i in n for j in n if codes[i] == codes[j])
        across = sum(rest[i] * rest[j] for i in n for j in n if expected[i][j])
        sizes = np.unique(codes, return_counts=True)[1]
        variance, freedom = squares_within(np.bincount(codes, rest)[np.unique(codes)], sizes)
        if links is not None:
            depend = [codes[i] == codes[j] or expected[i][j] for i in n for j in n]
            if all(depend):
                assert np.isnan([interval.low, interval.high, interval.p]).all()
                return
            by_clusters = within / (1 - (sizes**2).sum() / len(n) ** 2)
            variance *= max(1.0, (within + across) / (1 - np.mean(depend)) / by_clusters)
        reach = stats.t.ppf(0.975, freedom) * np.sqrt(variance) / len(values)
        assert interval.high - interval.estimate == pytest.approx(reach, abs=1e-9)


def test_nothing_in_common():
    tiles = tiles_of([[0, 1], [2, 3]])
    assert shared_images.shared_images(rows_about([0, 1]), [0, 1], tiles) is None
    assert shared_images.shared_images(rows_about([0, 0]), [0, 0], tiles) is None, "one cluster"
    of_one_mosaic = shared_images.shared_images(rows_about([0, 1, 1]), [0, 1, 2], tiles)
    np.testing.assert_array_equal(of_one_mosaic.toarray(), [[0, 0, 0], [0, 0, 1], [0, 1, 0]])
    assert shared_images.shared_images(rows_about([0, 0]), [0, 1], tiles.iloc[:0]).sum() == 2


def test_too_many_pairs_are_not_listed(monkeypatch):
    monkeypatch.setattr(shared_images, "MOST_LINKS", 3)
    links = shared_images.shared_images(rows_about([0, 1]), [0, 1], tiles_of([[0, 1], [1, 2]]))
    assert links is shared_images.TOO_MANY
    interval = cluster_t([1.0, 2.0], [0, 1], 0.95, links=links)
    assert interval.estimate == 1.5
    assert np.isnan([interval.low, interval.high, interval.p]).all()


def test_coverage_with_shared_distractors():
    """100 classes of 10 mosaics that share 20 distractors: nominal .95, by class alone about .2 here."""
    plain, dyadic = 0, 0
    clusters, effects = np.arange(100).repeat(10), 0.5
    for seed in range(60):
        rng = np.random.default_rng(seed)
        distractors = rng.integers(0, 20, (1000, 3))
        shown = np.concatenate([100 + np.arange(1000)[:, None], distractors], axis=1)
        links = shared_images.shared_images(rows_about(np.arange(1000)), clusters, tiles_of(shown))
        values = rng.normal(0, effects, 20)[distractors].sum(axis=1) + rng.normal(size=1000)
        one, other = (cluster_t(values, clusters, 0.95, links=one) for one in (None, links))
        plain += one.low < 0 < one.high
        dyadic += other.low < 0 < other.high
        assert other.high - other.low >= one.high - one.low
    assert plain < 30
    assert dyadic > 48  # 0.91 of 60 less three standard errors


def test_undefined_rows_leave_their_links():
    links = shared_images.shared_images(rows_about([0, 1, 2]), [0, 1, 2], tiles_of([[0, 1], [1, 2], [3, 4]]))
    interval = cluster_t([1.0, 2.0, np.nan], [0, 1, 2], 0.95, links=links)
    assert interval.estimate == 1.5


def test_the_table_says_which_variance_it_used():
    scores = make_scores()
    for image, how in ((None, CLUSTER_T), ("same", DYADIC_T)):
        tiles = make_tiles(scores)
        if image:
            tiles.loc[(tiles["tile"] == 1) & tiles["mosaic"].str.endswith("0"), "image"] = image
        frame = table.reliability_table(scores, tiles, METHODS, METRICS, Settings())
        assert set(frame.loc[frame["coefficient"] == columns.DIFFERENCE, "ci_method"].dropna()) == {how}
        clustered = ~frame["coefficient"].str.startswith(("test_retest", "parallel_forms"))
        dyadic = frame.loc[clustered, "ci_method"].dropna().str.endswith(DYADIC)
        of_one = frame["coefficient"].eq(columns.CLIFFS_DELTA) & frame["estimate"].abs().eq(1)
        assert dyadic[~of_one.reindex(dyadic.index)].all() if image else not dyadic.any()
        uncounted = frame.loc[of_one, "reason"].fillna("").str.contains("clusters share are not counted")
        assert (uncounted == bool(image)).all()
        of_p = frame[frame["coefficient"].isin([columns.CONCORDANCE]) & frame["p"].notna()]
        dyadic = of_p["reason"].str.contains("the design effect of shared images")
        assert dyadic.all() if image else not dyadic.any()


def test_where_all_share_an_image_nothing_is_inferred():
    """No interval and no p over clusters, and the reason why; coefficients themselves stay."""
    scores = make_scores()
    tiles = make_tiles(scores)
    tiles.loc[tiles["tile"] == 1, "image"] = "same"
    frame = table.reliability_table(scores, tiles, METHODS, METRICS, Settings())
    coefficients = {
        columns.ALPHA,
        columns.BETWEEN,
        columns.CONCORDANCE,
        columns.DIFFERENCE,
        columns.RHO,
        columns.RHO_MEAN,
    }
    coefficients |= {columns.PAIR, columns.RANK, columns.GENERALIZABILITY, columns.CLIFFS_DELTA}
    coefficients |= {columns.CONSISTENCY}
    coefficients |= {
        columns.MEAN_RELIABILITY,
        *(columns.BY_CHANCE.format(one) for one in (columns.ALPHA, columns.BETWEEN)),
    }
    rows = frame[frame["coefficient"].isin(coefficients)]
    assert rows[["ci_low", "ci_high", "p"]].isna().all(axis=None)
    assert set(rows["verdict"].dropna()) <= {"undecided"}
    of_chance = rows["coefficient"].str.endswith("by_chance")
    due = rows[rows["estimate"].notna() | of_chance | rows["coefficient"].eq(columns.GENERALIZABILITY)]
    due = due[~due["reason"].fillna("").str.contains("alias|fewer than three")]
    assert due["reason"].str.contains("too many items share images").all()
    assert len(due) > 100


def test_two_classes_are_fixed_and_the_photographs_drawn():
    scores = make_scores(n_classes=2, rounds=10)
    tiles = make_tiles(scores)
    tiles["image"] += tiles["mosaic"]
    frame = table.reliability_table(scores, tiles, METHODS, METRICS, Settings())
    rows = frame[(frame["coefficient"] == columns.DIFFERENCE) & (frame["metric"] == "precision")]
    assert set(rows["n_clusters"]) == {20}
    assert rows["reason"].str.endswith("conditional on these classes").all()
    three = table.reliability_table(
        make_scores(n_classes=3), make_tiles(scores), METHODS, METRICS, Settings()
    )
    assert not three["reason"].fillna("").str.contains("conditional on these classes").any()


def test_with_several_target_tiles_the_mosaics_are_drawn():
    scores = make_scores(n_classes=2)
    tiles = make_tiles(scores)
    tiles = pd.concat([tiles, tiles[tiles["tile"] == 0].assign(tile=2, image="another")])
    labels = cluster_labels(scores, tiles, "target_class")
    assert labels.tolist() == scores["mosaic"].tolist()
