"""Rows of the further coefficients: generalizability, ranks, replicates, forms, settings, verdicts."""

import numpy as np
import pandas as pd
import pytest

from reliability_helpers import METHODS, make_scores, make_tiles, rows_of, wide
from saliometer.metrics.classification import METRICS
from saliometer.reliability.between_clusters import agreement_by_cluster
from saliometer.reliability.clustering.intervals import Settings
from saliometer.reliability.codes import Code
from saliometer.reliability.concordance import kendalls_w
from saliometer.reliability.generalizability import variance_components
from saliometer.reliability.rows import columns, table
from saliometer.reliability.sample import Sample

pytestmark = pytest.mark.slow

REAL = ["a", "b", "c", "cam"]
CLUSTERS = np.repeat(np.arange(6), 5)
PRECISION = {"precision": METRICS["precision"], "specificity": METRICS["specificity"]}


def make_table(scores, methods=METHODS):
    return table.reliability_table(scores, make_tiles(scores), methods, PRECISION, Settings())


@pytest.fixture(scope="module")
def scores():
    return make_scores()


@pytest.fixture(scope="module")
def frame(scores):
    return make_table(scores)


def one(frame, coefficient, **columns):
    found = rows_of(frame, coefficient)
    for name, value in columns.items():
        found = found[found[name] == value]
    (row,) = found.to_dict("records")
    return row


def test_agreement_is_that_of_its_modules(scores, frame):
    values = wide(scores)[REAL].to_numpy()
    agreement = agreement_by_cluster(Sample(values, CLUSTERS), 0.95)
    between, within = (one(frame, name) for name in (columns.BETWEEN, columns.WITHIN))
    assert (between["estimate"], within["estimate"]) == (
        pytest.approx(agreement.between.estimate),
        pytest.approx(agreement.within.estimate),
    )
    concordance = one(frame, columns.CONCORDANCE)
    assert concordance["estimate"] == pytest.approx(kendalls_w(values))
    assert 0 < concordance["p"] < 0.01
    assert "permutations of the methods' labels within clusters" in concordance["reason"]
    assert between["estimate"] < one(frame, columns.MEAN_RELIABILITY)["estimate"] < 1
    few, more = (one(frame, columns.NEEDED.format(wanted))["estimate"] for wanted in ("80", "90"))
    assert 1 <= few < more


def test_variance_components_and_coefficients(scores, frame):
    expected = variance_components(Sample(wide(scores)[REAL].to_numpy(), CLUSTERS))
    for name in ("method", "class", "item", "method_class", "residual"):
        found = one(frame, columns.VARIANCE.format(name))["estimate"]
        assert found == pytest.approx(
            getattr(expected, name.replace("class", "class_") if name == "class" else name)
        )
    g, phi = one(frame, columns.GENERALIZABILITY), one(frame, columns.DEPENDABILITY)
    assert g["ci_low"] < g["estimate"] < g["ci_high"]
    assert 0 < phi["estimate"] <= g["estimate"] + 1e-9


def test_ranks_and_the_verdict_name_what_is_separated(frame):
    ranks = {name: one(frame, columns.RANK, method_a=name) for name in REAL}
    assert min(ranks, key=lambda name: ranks[name]["estimate"]) == "cam"
    assert all(row["ci_low"] <= row["ci_high"] for row in ranks.values())
    assert one(frame, columns.SELECTED, method_a="cam")["estimate"] == 1
    g = one(frame, columns.GENERALIZABILITY)
    separated = rows_of(frame, columns.PAIR)["verdict"].ne("undecided").sum()
    if separated and g["ci_low"] >= 0.8:
        assert g["verdict_code"] in (Code.ORDERS_ALL, Code.SEPARATES_SOME)
    else:
        assert g["verdict"] == "undecided"
    undecided = rows_of(frame, columns.GENERALIZABILITY, "specificity").iloc[0]
    assert undecided["verdict"] == "undecided"
    assert "the interval of G reaches below 0.80" in undecided["reason"]


def test_cliffs_delta_stands_beside_every_difference(scores, frame):
    delta = one(frame, columns.CLIFFS_DELTA, method_a="b", method_b="edges")
    values = wide(scores)
    assert delta["estimate"] == pytest.approx(np.sign(values["b"] - values["edges"]).mean())
    assert pd.isna(delta["verdict"]), "the difference of means has the verdict"
    assert one(frame, columns.DIFFERENCE, method_a="b", method_b="edges")["verdict"].startswith("above edges")


def test_without_replicates_retest_is_not_measured(frame):
    found = frame[frame["coefficient"].str.startswith("test_retest") & (frame["metric"] == "precision")]
    assert found["method_a"].tolist() == REAL
    assert found["estimate"].isna().all()
    assert set(found["reason"]) == {"not measured: the method draws nothing"}


def test_replicates_measure_what_the_seeds_do(scores):
    rng = np.random.default_rng(1)
    own = scores[scores["method"] == "a"]
    again = [
        own.assign(replicate=str(n), precision=own["precision"] + rng.normal(0, 0.02, len(own)))
        for n in (1, 2)
    ]
    methods = METHODS | {"a": METHODS["a"] | {"stochastic": True}, "b": METHODS["b"] | {"stochastic": True}}
    frame = make_table(pd.concat([scores, *again]), methods)
    error = one(frame, "test_retest_standard_error_of_measurement", method_a="a")
    assert 0.01 < error["estimate"] < 0.03
    assert one(frame, "test_retest_icc_1_1", method_a="a")["n_raters"] == 3
    assert one(frame, "test_retest_icc_1_1", method_a="b")["reason"] == "not measured: one replicate"
    assert np.isnan(one(frame, columns.VARIANCE.format("replicate"))["estimate"]), "that of b is not known"
    assert one(make_table(pd.concat([scores, *again])), columns.VARIANCE.format("replicate"))["estimate"] > 0


def test_parallel_forms_agree_by_their_kind(scores):
    rng = np.random.default_rng(2)
    forms = [
        scores.assign(form=form, precision=scores["precision"] + shift + rng.normal(0, 0.01, len(scores)))
        for form, shift in (("rotation-1", 0.05), ("redraw-1", 0))
    ]
    frame = make_table(pd.concat([scores, *forms]))
    for word in ("icc_a_1", "icc_1_1"):
        assert 0.7 < one(frame, columns.PARALLEL.format(word), method_a="a")["estimate"] < 1
    bias = one(frame, columns.BIAS, method_a="a", form="rotation-1")
    assert bias["estimate"] == pytest.approx(0.05, abs=0.01)
    assert bias["ci_low"] < 0.05 < bias["ci_high"]
    low, high = (
        one(frame, columns.LIMIT.format(s), method_a="a", form="rotation-1") for s in ("lower", "upper")
    )
    assert low["estimate"] < bias["estimate"] < high["estimate"]


def test_settings_agree_by_means_and_medians(scores):
    models = [scores.assign(model=f"net{n}") for n in range(3)]
    frame = make_table(pd.concat(models))
    for by in ("mean", "median"):
        row = one(frame, columns.ACROSS.format(f"models_by_{by}"))
        assert row["estimate"] == 1
        assert (row["n_raters"], row["n_units"]) == (3, 4)
        assert row["p"] == pytest.approx(1 / 24**2)
        assert "null counted" in row["reason"]


def test_metrics_are_held_against_each_other_within_a_method(frame):
    found = frame[frame["coefficient"] == columns.CONSISTENCY].set_index("method_a")
    assert list(found.index) == ["a", "b", "c"], "cam has no negative relevance"
    assert set(zip(found["metric"], found["metric_b"], strict=True)) == {("precision", "specificity")}


def test_two_methods_have_no_g_but_its_reason():
    frame = make_table(make_scores(names=("a", "b", "edges")))
    row = one(frame, columns.GENERALIZABILITY)
    assert np.isnan(row["estimate"])
    assert row["reason"] == "fewer than three comparable methods (2)"
    (pair,) = rows_of(frame, columns.PAIR).to_dict("records")
    assert np.isfinite([pair["ci_low"], pair["ci_high"], pair["p"]]).all(), "two methods are tested, too"
    assert len(rows_of(frame, columns.RANK)) == 2
