"""The rules of the table of coefficients: aliases, clusters, ties, order, bad input; its stage."""

import json

import numpy as np
import pandas as pd
import pytest

from reliability_helpers import METHODS, make_scores, make_table, make_tiles, rows_of
from saliometer.errors import UserError
from saliometer.metrics.classification import METRICS
from saliometer.reliability.clustering.intervals import Settings
from saliometer.reliability.rows import table
from saliometer.reliability.rows.columns import (
    ALPHA,
    BY_CHANCE,
    COLUMNS,
    DIFFERENCE,
    RHO,
    RHO_MEAN,
    SELECTED,
)
from saliometer.stages import reliability
from saliometer.tables import read_parquet, write_table

pytestmark = pytest.mark.slow


def test_aliases_are_not_counted_again():
    rows = make_table(make_scores()).query("metric == 'false_negative_rate'")
    assert rows["coefficient"].tolist() == [ALPHA, RHO_MEAN]
    assert set(rows["reason"]) == {"alias of sensitivity: not counted again"}
    assert rows["estimate"].isna().all()


def test_one_cluster_has_an_estimate_but_no_interval():
    frame = make_table(make_scores(n_classes=1))
    for coefficient in (ALPHA, RHO, DIFFERENCE):
        row = rows_of(frame, coefficient).iloc[0]
        assert np.isfinite(row["estimate"])
        assert np.isnan(row["ci_low"])
        assert (row["reason"], row["verdict"]) == ("no interval: one cluster only", "undecided")
        assert pd.isna(row["ci_method"])


def test_tied_methods_and_constant_scores_are_undefined_with_a_reason():
    scores = make_scores()
    scores["precision"] = 0.5
    frame = make_table(scores)
    assert rows_of(frame, ALPHA).iloc[0]["reason"] == "the methods are tied on every item"
    assert set(rows_of(frame, RHO)["reason"]) == {"a method's scores are the same on every item"}
    difference = rows_of(frame, DIFFERENCE).iloc[0]
    assert (difference["estimate"], difference["verdict"]) == (0, "undecided")


def test_clusters_can_be_the_photographs():
    frame = make_table(make_scores(), clusters="target_image")
    assert rows_of(frame, ALPHA).iloc[0]["n_clusters"] == 12


def test_photographs_as_clusters_need_one_target_tile():
    scores = make_scores()
    tiles = make_tiles(scores)
    doubled = pd.concat([tiles, tiles.assign(image="second")])
    settings = Settings(clusters="target_image")
    with pytest.raises(UserError, match="use target_class"):
        table.reliability_table(scores, doubled, METHODS, METRICS, settings)
    with pytest.raises(UserError, match="mosaic m000 of photos has no tile of class 0"):
        table.reliability_table(scores, tiles[tiles["class"] == 99], METHODS, METRICS, settings)


def test_the_order_of_rows_changes_nothing():
    scores = make_scores()
    again = make_scores(names=("a",), seed=9).assign(replicate="1")
    both = pd.concat([scores, again])
    for rows in (scores, both):
        pd.testing.assert_frame_equal(make_table(rows.sample(frac=1, random_state=0)), make_table(rows))


def test_replicates_of_a_question_count_by_the_mean_of_those_that_are_defined():
    scores, again = make_scores(), make_scores(names=("edges",), seed=9).assign(replicate="1")
    edges = scores.index[scores["method"] == "edges"]
    again.index = edges
    again.loc[edges[0], "precision"] = scores.loc[edges[1], "precision"] = np.nan
    again.loc[edges[2], "precision"] = scores.loc[edges[2], "precision"] = np.nan
    by_hand = scores.copy()
    pairs = np.stack([scores.loc[edges, "precision"], again["precision"]])
    by_hand.loc[edges, "precision"] = [
        pairs[1, 1] if i == 1 else pairs[0, 0] if i == 0 else sum(pairs[:, i]) / 2 for i in range(len(edges))
    ]
    found, expected = (make_table(rows) for rows in (pd.concat([scores, again]), by_hand))
    precision = found["metric"] == "precision"
    assert found.loc[precision & (found["method_b"] == "edges"), "n_missing"].min() == 1
    pd.testing.assert_frame_equal(found[precision], expected[precision])
    with pytest.raises(UserError, match="is there twice"):
        make_table(pd.concat([scores, again, again]))


def test_scopes_are_apart():
    scores = make_scores()
    other = make_scores(seed=5).assign(model="other")
    frame = make_table(pd.concat([scores, other]))
    of_one = frame[frame["model"] == "net"].reset_index(drop=True)
    pd.testing.assert_frame_equal(of_one, make_table(scores))
    assert set(frame["model"].dropna()) == {"net", "other"}
    both = frame[frame["model"].isna()]
    assert set(both["coefficient"]) == {
        f"krippendorff_alpha_across_models_by_{by}" for by in ("mean", "median")
    }


def test_bad_tables_are_one_line():
    scores = make_scores()
    with pytest.raises(UserError, match="mosaic m000, target 0, method a is there twice"):
        make_table(pd.concat([scores, scores.head(1)]))
    with pytest.raises(UserError, match="method 'x' is no method of the study"):
        make_table(scores.replace({"method": {"a": "x"}}))


def test_the_stage_writes_the_table(tmp_path, monkeypatch):
    scores = make_scores()
    right = scores[["dataset", "form", "model", "mosaic"]].drop_duplicates().assign(all_tiles_top1=True)
    right.loc[right["mosaic"] < "m010", "all_tiles_top1"] = False
    for name, frame in (("scores", scores), ("tiles", make_tiles(scores)), ("predictions", right)):
        write_table(frame, tmp_path / name)
    study = {"methods": METHODS, "metrics": {"classification": {}}, "intervals": Settings().model_dump()}
    study["forms"] = sorted(set(scores["form"]))
    arguments = ["--tables", str(tmp_path), "--output-stem", str(tmp_path / "reliability")]
    monkeypatch.setattr("sys.argv", ["reliability", "--job", json.dumps({"settings": study}), *arguments])
    reliability.main()
    scores = reliability.with_shuffled_signs(scores, ["classification"])
    found, expected = read_parquet(tmp_path / "reliability.parquet"), make_table(scores)
    of_all, of_recognised = (found[found["items"] == items] for items in ("all", "recognised"))
    pd.testing.assert_frame_equal(of_all, expected, check_dtype=False)
    fewer = make_table(scores[scores["mosaic"] >= "m010"])
    of_chance = fewer["coefficient"].str.endswith(BY_CHANCE.format(""))
    drawn = (fewer["coefficient"].eq(SELECTED) | of_chance).to_numpy()  # from another seed
    estimates = (rows["estimate"][~drawn].tolist() for rows in (fewer, of_recognised.reset_index()))
    assert next(estimates) == pytest.approx(next(estimates), nan_ok=True)
    assert list(pd.read_csv(tmp_path / "reliability.csv")) == COLUMNS
