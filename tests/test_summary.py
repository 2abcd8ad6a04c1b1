"""The tables of a run: statistics by hand, reasons counted, images counted, shards put together."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from saliometer import summary
from saliometer.errors import UserError
from saliometer.metrics.classification import METRICS
from saliometer.reliability.clustering.intervals import Settings
from saliometer.reliability.clustering.strata import squares_within
from saliometer.stages import summary as stage
from summary_helpers import METHODS, N_CLASSES, ROUNDS, SCOPE, make_mosaics, make_predictions, make_scores


@pytest.fixture
def tables():
    mosaics = make_mosaics(range(ROUNDS))
    scores = pd.concat([make_scores(mosaics, method) for method in METHODS], ignore_index=True)
    return {
        "scores": scores,
        "tiles": stage.list_tiles(mosaics),
        "questions": stage.list_questions(mosaics),
        "predictions": make_predictions(mosaics),
    }


@pytest.mark.parametrize("clusters", ["target_class", "target_image"])
def test_statistics_by_hand(tables, clusters):
    scores, tiles = tables["scores"], tables["tiles"]
    found = summary.summary_table(scores, tiles, list(METRICS), Settings(clusters=clusters))
    assert list(found) == summary.SUMMARY_COLUMNS
    assert len(found) == len(METHODS) * len(METRICS)
    row = found.set_index(["method", "metric"]).loc[("gradient", "accuracy")]
    part = scores[scores["method"] == "gradient"]
    defined = part.dropna(subset="accuracy")
    values = defined["accuracy"]
    assert (row["n"], row["n_defined"]) == (len(part), len(part) - 2)
    assert row["mean"] == pytest.approx(values.mean(), rel=1e-12)
    assert row["median"] == values.median()
    assert row["variance"] == pytest.approx(np.var(values, ddof=1), rel=1e-12)
    shown = tiles.set_index(["mosaic", "class"])["image"]
    questions = list(zip(defined["mosaic"], defined["target"], strict=True))
    label = defined["target"] if clusters == "target_class" else shown.loc[questions].to_numpy()
    assert len(set(label)) == (N_CLASSES if clusters == "target_class" else 2 * N_CLASSES)
    reach = _reach_by_hand(values, label, defined["mosaic"], tiles)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((values.mean() - reach, values.mean() + reach))


def test_what_is_never_defined_has_no_statistics(tables):
    found = summary.summary_table(tables["scores"], tables["tiles"], list(METRICS), Settings())
    row = found.set_index(["method", "metric"]).loc[("cam", "specificity")]
    assert (row["n"], row["n_defined"]) == (48, 0)
    assert row[["mean", "median", "variance", "ci_low", "ci_high"]].isna().all()


def test_every_undefined_score_is_counted_once_under_its_reason(tables):
    scores = tables["scores"]
    scores.loc[5, ["tp", "fp", "precision", "f1", "mcc"]] = [0, 0, np.nan, np.nan, np.nan]
    found = summary.undefined_table(scores, METRICS, METHODS)
    assert list(found) == [*summary.GROUP, "metric", "reason", "applicable", "n"]
    counts = found.set_index(["method", "metric", "reason"])["n"].sort_index()
    assert (found["applicable"] != found["reason"].str.startswith("not applicable")).all()
    assert counts["cam"].drop("precision").to_dict() == {
        (name, "not applicable: needs negative relevance, Grad-CAM is positive-only"): 48
        for name in METRICS
        if name != "precision"
    }
    common = {"the map is zero everywhere": 1, "the map is not finite": 1}
    assert counts["cam", "precision"].to_dict() == common
    assert counts["gradient", "accuracy"].to_dict() == common
    assert counts["gradient", "precision"].to_dict() == common | {"no positive relevance": 1}
    by_hand = scores.groupby("method")[list(METRICS)].apply(lambda part: part.isna().sum().sum())
    assert found.groupby("method")["n"].sum().to_dict() == by_hand.to_dict()


def test_nothing_undefined_gives_no_row(tables):
    scores = tables["scores"].query("method == 'gradient'").dropna()
    found = summary.undefined_table(scores, METRICS, METHODS)
    assert found.empty
    assert "reason" in found


def test_an_unknown_method_is_named(tables):
    with pytest.raises(UserError, match="method 'cam' is no method of the study"):
        summary.undefined_table(tables["scores"], METRICS, {"gradient": METHODS["gradient"]})


def test_accuracy_by_hand(tables):
    predictions = tables["predictions"]
    found = summary.accuracy_table(predictions, tables["tiles"], Settings())
    assert len(found) == 1
    row = found.iloc[0]
    assert row[["dataset", "form", "model"]].to_dict() == SCOPE
    assert row[["n_mosaics", "n", "n_clusters"]].tolist() == [12, 48, 4]
    assert row["top1"] == pytest.approx((predictions["rank"] == 1).mean())
    assert row["top5"] == pytest.approx((predictions["rank"] <= 5).mean())
    assert row["mean_probability"] == pytest.approx(predictions["probability"].mean())
    assert row["median_rank"] == predictions["rank"].median()
    assert (row["alone_top1"], row["all_classes_top5"]) == (1, 0.5)
    bounds = row[["mean_probability_ci_low", "mean_probability_ci_high"]].tolist()
    values = predictions["probability"]
    reach = _reach_by_hand(values, predictions["target"], predictions["mosaic"], tables["tiles"])
    assert bounds == pytest.approx([values.mean() - reach, values.mean() + reach], rel=1e-10)


def _reach_by_hand(values, labels, mosaics, tiles):
    """t over clusters, with every two rows of different ones that show a common photograph."""
    shown = tiles.groupby("mosaic")["image"].agg(set)
    rest, labels, mosaics = (values - values.mean()).tolist(), list(labels), list(mosaics)
    n, within, across, own, depend = len(rest), 0.0, 0.0, 0, 0
    for i, j in itertools.product(range(n), range(n)):
        if labels[i] == labels[j]:
            within, own, depend = within + rest[i] * rest[j], own + 1, depend + 1
        elif shown[mosaics[i]] & shown[mosaics[j]]:
            across, depend = across + rest[i] * rest[j], depend + 1
    assert depend > own, "some are linked"
    effect = (within + across) / (1 - depend / n**2) / (within / (1 - own / n**2))
    sums, sizes = (np.array([part[label] for label in set(labels)]) for part in _of_labels(rest, labels))
    squares, freedom = squares_within(sums, sizes)  # of clusters alone: test_reliability_intervals
    return stats.t.ppf(0.975, freedom) * np.sqrt(squares * max(1, effect)) / n


def _of_labels(rest, labels):
    own = pd.Series(rest).groupby(labels)
    return own.sum(), own.size()


def test_image_use_counts_tiles_mosaics_and_targets(tables):
    tiles, questions = tables["tiles"], tables["questions"]
    every = summary.image_use_table(tiles, questions).set_index("image")
    assert every["n_tiles"].sum() == len(tiles)
    assert every.loc["i2_0", ["class_index", "n_tiles", "n_mosaics", "n_target"]].tolist() == [2, 8, 8, 8]
    one = questions[questions["target"] == questions["mosaic"].str[:4].astype(int)]
    single = summary.image_use_table(tiles, one).set_index("image")
    assert single.loc["i2_0", ["n_tiles", "n_mosaics", "n_target"]].tolist() == [8, 8, 2]
    assert single["n_target"].sum() == 12


def test_families_of_metrics_are_put_beside_each_other():
    keys = {"mosaic": ["b", "a"], "target": [1, 1]}
    parts = [pd.DataFrame(keys | {"x": [1.0, 2.0]}), pd.DataFrame(keys | {"y": [3.0, 4.0]})]
    found = summary.combine_shards(parts, ["mosaic", "target"], "scores")
    assert found.to_dict("list") == {"mosaic": ["a", "b"], "target": [1, 1], "x": [2, 1], "y": [4, 3]}


def test_a_shard_given_twice_is_refused(tables):
    with pytest.raises(UserError, match=r"scores: \{'dataset': 'photos'.* is there twice"):
        summary.combine_shards([tables["scores"]] * 2, summary.SCORE_KEYS, "scores")


def test_tiles_are_numbered_row_by_row(tables):
    tiles = tables["tiles"]
    assert list(tiles) == ["dataset", "form", "mosaic", "tile", "class", "image"]
    first = tiles[tiles["mosaic"] == "0000-0000"]
    assert first[["tile", "class", "image"]].to_numpy().tolist() == [
        [0, 1, "i1_0"],
        [1, 0, "i0_0"],
        [2, 2, "i2_0"],
        [3, 3, "i3_0"],
    ]


def test_the_interval_of_a_share_is_a_share(tables):
    predictions = tables["predictions"].assign(top5=tables["predictions"].index < 2)
    row = summary.accuracy_table(predictions, tables["tiles"], Settings()).iloc[0]
    assert (row["top5"], row["top5_ci_low"]) == (pytest.approx(2 / 48), 0)
    assert 2 / 48 < row["top5_ci_high"] < 1
