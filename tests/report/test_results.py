"""Ranks and verdicts follow the tables: with noise in place of a method they flip."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import synthetic_tables as synthetic
from report_helpers import NAN, PRECISION, side_of_bounds
from saliometer.findings.results import (
    Difference,
    Estimate,
    Standing,
    map_costs,
    method_results,
    rank_means,
    standing_of,
    top1_ceiling,
)
from saliometer.findings.scope import Scope
from saliometer.reliability.codes import Code
from saliometer.reliability.rows.columns import DIFFERENCE
from saliometer.reliability.rows.sides import ControlSide
from saliometer.report.sections.headline import headline
from saliometer.report.sections.scores import leading_sentence

SCOPE = Scope(**synthetic.SCOPE)


def differences(*bounds):
    return [
        Difference(f"control {n}", Estimate((low + high) / 2, low, high), side_of_bounds(low, high))
        for n, (low, high) in enumerate(bounds)
    ]


@pytest.mark.parametrize(
    ("mean", "apart", "expected"),
    [
        (Estimate(0.8, 0.7, 0.9), [(0.1, 0.2), (0.3, 0.4)], Standing.ABOVE),
        (Estimate(0.8, 0.7, 0.9), [(0.1, 0.2), (-0.1, 0.4)], Standing.UNDECIDED),
        (Estimate(0.3, 0.2, 0.4), [(0.1, 0.2)], Standing.UNDECIDED),
        (Estimate(0.1, 0.05, 0.2), [(-0.2, -0.1)], Standing.BELOW),
        (Estimate(0.1, 0.05, 0.2), [(-0.2, 0.1)], Standing.UNDECIDED),
        (Estimate(0.8, 0.7, 0.9), [], Standing.ABOVE),
        (Estimate(0.8, NAN, NAN), [], Standing.UNDECIDED),
        (Estimate(0.8, 0.7, 0.9), [(NAN, NAN)], Standing.UNDECIDED),
        (Estimate(0.25, 0.25, 0.25), [], Standing.UNDECIDED),
        (Estimate(NAN, NAN, NAN), [(0.1, 0.2)], Standing.UNDEFINED),
    ],
)
def test_where_a_method_stands(mean, apart, expected):
    assert standing_of(mean, 0.25, differences(*apart)) == expected


def test_a_difference_that_does_not_survive_holm_decides_nothing():
    estimate, apart = Estimate(0.8, 0.7, 0.9), Estimate(0.15, 0.1, 0.2)
    assert (
        standing_of(
            estimate,
            0.25,
            [Difference("noise", apart, ControlSide(True, False)), Difference("edges", apart, None)],
        )
        == Standing.UNDECIDED
    )
    tables = synthetic.tables()
    rows = tables["reliability"]
    first = rows.index[(rows["coefficient"] == "difference_from_control") & (rows["metric"] == "precision")][
        0
    ]
    tables["reliability"] = rows.assign(
        verdict_code=rows["verdict_code"].mask(rows.index == first, str(Code.UNDECIDED))
    )
    method = rows.loc[first, "method_a"]
    for found, expected in ((tables, False), (synthetic.tables(), True)):
        results = {r.name: r for r in method_results(synthetic.study(), found, SCOPE, "precision")}
        assert (results[method].differences[0].side is not None) == expected


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_ranks_count_the_better_ones(means):
    ranks = rank_means(pd.Series(means))
    for method, mean in enumerate(means):
        assert ranks[method] == 1 + sum(other > mean for other in means)
    reverse = rank_means(pd.Series(means), higher_is_better=False)
    for method, mean in enumerate(means):
        assert reverse[method] == 1 + sum(other < mean for other in means)


def test_an_undefined_mean_has_no_rank():
    assert rank_means(pd.Series({"a": 0.5, "b": np.nan, "c": 0.7})) == {"a": 2, "c": 1}


def results_by_name(**options):
    found = method_results(synthetic.study(), synthetic.tables(**options), SCOPE, "precision")
    return {result.name: result for result in found}, found


def test_results_are_the_numbers_of_the_tables():
    tables = synthetic.tables()
    found = method_results(synthetic.study(), tables, SCOPE, "precision")
    summary = tables["summary"].query("metric == 'precision'").set_index("method")
    for result in found:
        row = summary.loc[result.name]
        assert result.mean == (row["mean"], row["ci_low"], row["ci_high"])
        assert (result.median, result.n_defined) == (row["median"], row["n_defined"])
        assert result.chance == pytest.approx(0.25)
    row = tables["reliability"].query(
        f"coefficient == {DIFFERENCE!r} and metric == 'precision'"
        " and method_a == 'gradcam' and method_b == 'random'"
    )
    apart = {
        d.control: d.estimate for result in found if result.name == "gradcam" for d in result.differences
    }
    assert apart["Random noise"] == tuple(row[["estimate", "ci_low", "ci_high"]].iloc[0])


def without_controls(results):
    return [one for one in results if not one.control]


def test_with_noise_in_its_place_sentence_rank_and_verdict_of_gradcam_flip():
    real, found = results_by_name()
    noise, found_noise = results_by_name(like={"gradcam": "random"})
    assert (real["gradcam"].rank, real["gradcam"].standing) == (1, Standing.ABOVE)
    assert (noise["gradcam"].rank, noise["gradcam"].standing) == (6, Standing.UNDECIDED)
    said = leading_sentence(real["gradcam"], without_controls(found), 1, PRECISION)
    said_noise = leading_sentence(noise["gradcam"], without_controls(found_noise), 1, PRECISION)
    assert "above chance (0.25) and above Edges and Random noise; rank 1 of 6" in said
    assert "which can't be told from chance (0.25); rank 6 of 6" in said_noise
    assert any(sentence.startswith("Grad-CAM leads") for sentence in headline(found, PRECISION, None))
    assert "Grad-CAM can't be told from chance or from a control." in headline(found_noise, PRECISION, None)
    assert any(sentence.startswith("Grad-CAM++ leads") for sentence in headline(found_noise, PRECISION, None))


def test_controls_have_neither_rank_nor_verdict_and_come_last():
    _, found = results_by_name()
    assert [result.control for result in found] == [False] * 6 + [True] * 2
    assert all(result.rank is None and result.standing is None for result in found if result.control)


def test_a_metric_without_chance_level_has_no_verdict_and_no_positive_only_controls():
    tables = synthetic.tables()
    found = method_results(synthetic.study(), tables, SCOPE, "f1")
    assert all(result.standing is None and result.differences == [] for result in found)
    assert [result.rank is not None for result in found] == [result.applicable for result in found]


def test_a_model_can_name_one_class_of_a_mosaic_first():
    predictions = pd.DataFrame({"mosaic": list("aab"), "target": [1, 2, 1], "n_classes": [4, 4, 2]})
    assert top1_ceiling(predictions) == pytest.approx((1 / 4 + 1 / 4 + 1 / 2) / 3)
    assert top1_ceiling(predictions.iloc[1:]) == 1


def test_costs_are_of_all_jobs_of_a_method_and_unknown_with_one_of_them():
    tables = synthetic.tables()
    cost = tables["cost"]
    second = cost["shard"] == 1
    cost.loc[second & (cost["method"] == "gradcam"), ["max_rss_mb", "device"]] = [1200.0, "cuda"]
    cost.loc[second & (cost["method"] == "intgrad"), "seconds"] = np.nan
    tables["cost"] = cost[cost["method"] != "random"]
    found = {each.label: each for each in map_costs(synthetic.study(), tables, SCOPE)}
    assert found["Grad-CAM"] == ("Grad-CAM", 240, 20 / 240, 1200, ["cpu", "cuda"])
    assert np.isnan(found["Integrated gradients"].seconds_per_map)
    assert np.isnan(found["Random noise"][2:4]).all()
    assert (found["Random noise"].n_maps, found["Random noise"].devices) == (240, [])
