"""The table of coefficients: who is compared, what is left out and why, and its numbers."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from reliability_helpers import make_scores, make_table, rows_of, wide
from saliometer.reliability.clustering.intervals import cluster_t
from saliometer.reliability.codes import Code, decoded, encoded, note
from saliometer.reliability.inter_rater import inter_rater_alpha
from saliometer.reliability.rows.columns import ALPHA, COLUMNS, DIFFERENCE, RHO, RHO_MEAN
from saliometer.reliability.rows.words import text_of
from saliometer.reliability.sample import notes_on_left_out

pytestmark = pytest.mark.slow


def test_columns_and_order():
    frame = make_table(make_scores())
    assert list(frame) == COLUMNS
    assert {ALPHA, RHO, RHO_MEAN, DIFFERENCE} < set(frame["coefficient"])
    assert set(frame["items"]) == {"all"}
    undefined = frame["estimate"].isna()
    assert frame.loc[undefined, "reason"].str.len().gt(0).all()
    with_interval = frame["coefficient"].isin([ALPHA, RHO, RHO_MEAN, DIFFERENCE]) & ~undefined
    assert frame.loc[with_interval, ["ci_low", "ci_high", "ci_method", "verdict"]].notna().all(axis=None)
    assert not frame.duplicated(["coefficient", "metric", "metric_b", "method_a", "method_b"]).any()


def test_alpha_is_that_of_the_real_methods_alone():
    scores = make_scores()
    row = rows_of(make_table(scores), ALPHA).iloc[0]
    real = wide(scores)[["a", "b", "c", "cam"]]
    assert row["estimate"] == pytest.approx(inter_rater_alpha(real), abs=1e-12)
    assert (row["n_raters"], row["n_units"], row["n_clusters"], row["n_missing"]) == (30, 4, 6, 0)
    assert row["ci_low"] < row["estimate"] < row["ci_high"]
    assert row["verdict"] == "single items agree more than by chance"
    assert pd.isna(row["reason"])


def test_metrics_that_need_negative_relevance_leave_positive_only_methods_out():
    scores = make_scores()
    row = rows_of(make_table(scores), ALPHA, "specificity").iloc[0]
    real = wide(scores, "specificity")[["a", "b", "c"]]
    assert row["estimate"] == pytest.approx(inter_rater_alpha(real), abs=1e-12)
    assert row["n_units"] == 3
    assert row["reason"] == "left out: cam (not applicable: positive-only)"
    assert row["verdict"] == "undecided"


def test_fewer_than_three_comparable_methods_give_no_coefficient_but_a_reason():
    frame = make_table(make_scores(names=("a", "b", "cam", "edges", "flip")))
    assert np.isfinite(rows_of(frame, ALPHA).iloc[0]["estimate"])
    for coefficient in (ALPHA, RHO, RHO_MEAN):
        rows = rows_of(frame, coefficient, "specificity")
        assert len(rows) == 1
        assert rows["estimate"].isna().all()
        assert rows.iloc[0]["reason"] == (
            "fewer than three comparable methods (2); left out: cam (not applicable: positive-only)"
        )
        assert pd.isna(rows.iloc[0]["verdict"])
    pair = rows_of(frame, RHO, "specificity").iloc[0]
    assert (pair["method_a"], pair["method_b"]) == ("a", "b")


def test_a_method_that_is_never_defined_is_left_out_with_its_reason():
    scores = make_scores()
    scores.loc[scores["method"] == "b", "precision"] = np.nan
    frame = make_table(scores)
    row = rows_of(frame, ALPHA).iloc[0]
    assert (row["n_units"], row["n_missing"]) == (3, 0)
    assert row["reason"] == "left out: b (undefined on every item)"
    difference = rows_of(frame, DIFFERENCE).set_index(["method_a", "method_b"]).loc[("b", "edges")]
    assert np.isnan(difference["estimate"])
    assert difference["reason"] == "left out: b (undefined on every item)"


def test_questions_on_which_a_method_is_undefined_are_left_out_and_counted():
    scores = make_scores()
    scores.loc[(scores["method"] == "b") & scores["mosaic"].isin(["m003", "m007"]), "precision"] = np.nan
    frame = make_table(scores)
    complete = wide(scores)[["a", "b", "c", "cam"]].dropna()
    alpha = rows_of(frame, ALPHA).iloc[0]
    assert alpha["estimate"] == pytest.approx(inter_rater_alpha(complete), abs=1e-12)
    assert (alpha["n_raters"], alpha["n_missing"]) == (28, 2)
    rho = rows_of(frame, RHO).set_index(["method_a", "method_b"]).loc[("a", "c")]
    expected = stats.spearmanr(complete["a"], complete["c"]).statistic
    assert rho["estimate"] == pytest.approx(expected, abs=1e-12)
    assert (rho["n_raters"], rho["n_units"], rho["n_missing"]) == (2, 28, 2)


def test_rho_of_every_pair_with_the_controls_beside_and_not_in_the_mean():
    scores = make_scores()
    frame = make_table(scores)
    rho = rows_of(frame, RHO).set_index(["method_a", "method_b"])["estimate"]
    assert len(rho) == 15
    for (a, b), estimate in rho.items():
        expected = stats.spearmanr(wide(scores)[a], wide(scores)[b]).statistic
        assert estimate == pytest.approx(expected, abs=1e-12), (a, b)
    mean = rows_of(frame, RHO_MEAN).iloc[0]
    assert mean["estimate"] == pytest.approx(rho[["a", "b", "c"]].drop(["edges", "flip"], level=1).mean())
    assert mean["n_raters"] == 4


def test_difference_from_each_control():
    scores = make_scores()
    rows = rows_of(make_table(scores), DIFFERENCE).set_index(["method_a", "method_b"])
    assert list(rows.index) == [(method, c) for c in ("edges", "flip") for method in ("a", "b", "c", "cam")]
    row = rows.loc[("cam", "edges")]
    difference = wide(scores)["cam"] - wide(scores)["edges"]
    expected = cluster_t(difference, np.repeat(np.arange(6), 5), 0.95)
    assert row[["estimate", "ci_low", "ci_high", "p"]].tolist() == pytest.approx(
        list(expected[:4]), rel=1e-12
    )
    assert (row["verdict"], row["ci_method"], row["n_units"]) == ("above edges", "cluster_t", 30)
    scores["precision"] = 1 - scores["precision"]
    turned = rows_of(make_table(scores), DIFFERENCE).set_index(["method_a", "method_b"])
    assert turned.loc[("cam", "edges"), "verdict"] == "below edges"


def test_labels_take_the_place_of_the_names_of_methods_alone():
    left_out = {"cam": Code.POSITIVE_ONLY, "cam++": Code.POSITIVE_ONLY, "fewer": Code.NEVER_DEFINED}
    left_out |= {"a (b)": Code.NEVER_DEFINED}
    labels = {"cam": "Grad-CAM", "cam++": "Grad-CAM++", "fewer": "cam", "a (b)": "A, B", "than": "never"}
    notes = decoded(encoded([note(Code.FEW_METHODS, n=2), *notes_on_left_out(left_out)]))
    few = "fewer than three comparable methods (2); left out: "
    assert text_of(notes) == (
        f"{few}cam, cam++ (not applicable: positive-only); fewer, a (b) (undefined on every item)"
    )
    assert text_of(notes, labels) == (
        f"{few}Grad-CAM, Grad-CAM++ (not applicable: positive-only); cam, A, B (undefined on every item)"
    )
