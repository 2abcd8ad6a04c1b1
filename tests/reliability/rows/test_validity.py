"""Rows of methods against their own maps with rotated labels and shuffled signs, and their ceilings."""

import numpy as np
import pandas as pd
import pytest

from reliability_helpers import METHODS, make_scores, make_tiles, pair, rows_of, wide
from saliometer.metrics.classification import METRICS, shuffled_signs
from saliometer.reliability.cliffs_delta import difference_from_control, paired_cliffs_delta
from saliometer.reliability.clustering.intervals import Settings
from saliometer.reliability.rows.columns import CLIFFS_DELTA, DIFFERENCE
from saliometer.reliability.rows.table import reliability_table
from saliometer.stages.reliability import with_shuffled_signs

pytestmark = pytest.mark.slow

REAL = ["a", "b", "c", "cam"]
CLUSTERS = np.repeat(np.arange(6), 5)


def make_table(scores):
    return reliability_table(scores, make_tiles(scores), METHODS, METRICS, Settings())


@pytest.fixture(scope="module")
def scores():
    made = with_shuffled_signs(make_scores(), ["classification"])
    rotated = np.random.default_rng(3).normal(0.25, 0.05, len(made))
    return made.assign(precision_rotated_labels=rotated, specificity_rotated_labels=np.nan)


@pytest.fixture(scope="module")
def frame(scores):
    return make_table(scores)


@pytest.mark.parametrize(
    ("coefficient", "estimate"), [(DIFFERENCE, difference_from_control), (CLIFFS_DELTA, paired_cliffs_delta)]
)
def test_rows_pair_every_method_with_its_own_anchor(scores, frame, coefficient, estimate):
    rows = rows_of(frame, coefficient).set_index(["method_b", "method_a"]).loc["rotated_labels"]
    assert list(rows.index) == REAL, "controls have no anchors"
    for method in REAL:
        own = wide(scores)[method], wide(scores, "precision_rotated_labels")[method]
        expected = estimate(pair(*own, CLUSTERS), 0.95)
        found = rows.loc[method, ["estimate", "ci_low", "ci_high", "p"]]
        np.testing.assert_allclose(found.to_numpy(float), expected[:4], rtol=1e-12)
        survives = rows.loc[method, "p_holm"] < 0.05
        if coefficient == DIFFERENCE:
            assert rows.loc[method, "verdict"] == ("above rotated_labels" if survives else "undecided")
        else:
            assert pd.isna(rows.loc[method, "verdict"]), "the difference decides"
        assert rows.loc[method, ["n_units", "n_clusters", "n_missing"]].tolist() == [30, 6, 0]


def test_signs_can_be_shuffled_where_there_are_signs(scores, frame):
    rows = rows_of(frame, DIFFERENCE).set_index(["method_b", "method_a"]).loc["shuffled_signs"]
    assert rows.loc["cam", "reason"] == "not applicable: positive-only, it has no signs to shuffle"
    own = scores[scores["method"] == "a"]
    expected = own["precision"] - shuffled_signs(own)["precision"]
    assert rows.loc["a", "estimate"] == pytest.approx(expected.mean())
    informedness = rows_of(frame, DIFFERENCE, "informedness").set_index(["method_b", "method_a"])
    row = informedness.loc[("shuffled_signs", "b")]
    assert row["estimate"] == pytest.approx(scores.loc[scores["method"] == "b", "informedness"].mean())
    assert "positive-only" in informedness.loc[("shuffled_signs", "cam"), "reason"]


def test_signs_that_are_only_magnitude_are_told_apart_from_nothing(scores):
    """Masses of positive and negative relevance in the same proportion on target and elsewhere."""
    rng = np.random.default_rng(4)
    on, positive = rng.uniform(0.5, 0.9, len(scores)), rng.uniform(0.4, 0.6, len(scores))
    blind = {"tp": on * positive, "fp": (1 - on) * positive}
    blind |= {"tn": (1 - on) * (1 - positive), "fn": on * (1 - positive)}
    made = scores.assign(**blind, precision=on)
    rows = rows_of(make_table(with_shuffled_signs(made, ["classification"])), DIFFERENCE)
    rows = rows.set_index(["method_b", "method_a"]).loc["shuffled_signs"]
    np.testing.assert_allclose(rows.loc[["a", "b", "c"], "estimate"].astype(float), 0, atol=1e-12)


def test_an_anchor_that_is_undefined_or_not_there_says_so_or_nothing(frame):
    rows = rows_of(frame, DIFFERENCE, "specificity").set_index(["method_b", "method_a"])
    assert rows.loc[("rotated_labels", "a"), "reason"] == "never defined on the same item"
    assert "rotated_labels" not in rows_of(frame, DIFFERENCE, "f1")["method_b"].tolist()
    assert "undecided" not in rows.loc["rotated_labels", "verdict"].tolist()
    plain = make_table(make_scores())
    assert set(rows_of(plain, DIFFERENCE)["method_b"]) == {"edges", "flip"}


def test_anchors_change_no_other_row(frame):
    plain = make_table(make_scores())
    others = frame[~frame["method_b"].isin(["rotated_labels", "shuffled_signs"])].reset_index(drop=True)
    assert others.equals(plain)


def test_a_ceiling_is_held_against_its_own_method_alone():
    made = make_scores()
    top = made[made["method"] == "a"].assign(method="top", precision=0.99)
    alone = made[made["method"] == "b"].assign(method="alone")
    methods = METHODS | {
        "top": {"method": "a", "signed": True, "control": True, "ceiling_of": ["a"]},
        "alone": {"method": "b", "signed": True, "control": True, "ceiling_of": []},
    }
    found = reliability_table(pd.concat([made, top, alone]), make_tiles(made), methods, METRICS, Settings())
    for coefficient in (DIFFERENCE, CLIFFS_DELTA):
        rows = rows_of(found, coefficient)
        rows = rows[rows["method_b"].isin(["top", "alone"])]
        named = rows[["method_a", "method_b", "verdict"]].astype(object)
        assert named.where(named.notna(), None).values.tolist() == [
            ["a", "top", "below its ceiling" if coefficient == DIFFERENCE else None]
        ]
        if coefficient == DIFFERENCE:
            assert rows["p_holm"].tolist() == rows["p"].tolist(), "one test, apart from those of the controls"
    difference = rows_of(found, DIFFERENCE).set_index("method_b").loc["top", "estimate"]
    assert difference == pytest.approx((wide(made)["a"] - 0.99).mean())
    plain = make_table(made)
    ours = ["top", "alone"]
    others = found[~found["method_b"].isin(ours) & ~found["method_a"].isin(ours)].reset_index(drop=True)
    pairs = ["spearman_rho"]  # controls that are undefined somewhere leave fewer questions to pairs
    assert (
        others[~others["coefficient"].isin(pairs)]
        .reset_index(drop=True)
        .equals(plain[~plain["coefficient"].isin(pairs)].reset_index(drop=True))
    )
