"""What the figures of the psychometric study show is what the table of coefficients holds."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text

import synthetic_tables as synthetic
from saliometer.figures import agreement, anchors, components, decision, forest, ranks, replicates
from saliometer.findings import components as variance_components
from saliometer.findings import items
from saliometer.findings.numbers import decimal
from saliometer.findings.replicates import replicate_pairs
from saliometer.findings.scope import Scope
from saliometer.reliability.bland_altman import limits_of_agreement
from saliometer.reliability.codes import Code
from saliometer.reliability.rows.columns import (
    CLIFFS_DELTA,
    DEPENDABILITY,
    DIFFERENCE,
    GENERALIZABILITY,
    RANK,
    SELECTED,
    VARIANCE,
)
from saliometer.reliability.sample import Sample

SCOPE = Scope(**synthetic.SCOPE)
KINDS = {
    "agreement": (agreement, ""),
    "components": (components, ""),
    "decision": (decision, "precision"),
    "ranks": (ranks, "precision"),
    "anchors": (anchors, "precision"),
    "replicates": (replicates, ""),
}


@pytest.fixture(scope="module")
def tables():
    return synthetic.tables()


def texts(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_text().strip()]


def of(tables, coefficient, metric="precision"):
    rows = tables["reliability"]
    return rows[(rows["coefficient"] == coefficient) & (rows["metric"] == metric)]


def lines(axes):
    return [tuple(np.atleast_1d(np.asarray(line.get_xdata(), dtype=float))) for line in axes.lines]


def with_replicates(tables, method="smoothgrad", noise=0.05):
    scores = tables["scores"]
    again = scores[scores["method"] == method].assign(replicate="1")
    again["precision"] += np.random.default_rng(0).normal(0, noise, len(again))
    return tables | {"scores": pd.concat([scores, again], ignore_index=True)}


def test_ranks_draw_the_sets_the_mean_ranks_and_the_shares(tables):
    figure = ranks.draw(synthetic.study(), tables, SCOPE, "precision")
    (axes,) = figure.axes
    rows = of(tables, RANK).sort_values("estimate")
    bars = [(bar.get_x() + 0.35, bar.get_x() + bar.get_width() - 0.35) for bar in axes.patches]
    assert np.allclose(bars, rows[["ci_low", "ci_high"]])
    assert [line[0] for line in lines(axes)] == rows["estimate"].tolist()
    shares = of(tables, SELECTED).set_index("method_a")["estimate"]
    assert all(f"{100 * share:.0f} %" in texts(figure) for share in shares)


def test_anchors_draw_every_control_that_the_table_has(tables):
    reliability = tables["reliability"]
    more = reliability[(reliability["coefficient"] == CLIFFS_DELTA) & (reliability["method_b"] == "random")]
    both = pd.concat([reliability, more.assign(method_b="rotated_labels", estimate=-0.25)])
    figure = anchors.draw(synthetic.study(), tables | {"reliability": both}, SCOPE, "precision")
    (axes,) = figure.axes
    rows = both[(both["coefficient"] == CLIFFS_DELTA) & (both["metric"] == "precision")]
    drawn = sorted(line[0] for line in lines(axes) if len(line) == 1)
    assert drawn == sorted(rows["estimate"])
    assert "against rotated labels" in texts(figure)


def test_an_anchor_is_filled_where_the_means_are_told_apart_whatever_cliffs_delta_says(tables):
    """The interval of Cliff's delta excludes 0 in all rows; the verdicts of the differences are mixed."""
    reliability = tables["reliability"].copy()
    deltas = (reliability["coefficient"] == CLIFFS_DELTA) & (reliability["metric"] == "precision")
    reliability.loc[deltas, ["estimate", "ci_low", "ci_high"]] = 0.5, 0.4, 0.6
    told = (reliability["coefficient"] == DIFFERENCE) & (reliability["metric"] == "precision")
    reliability.loc[told, "verdict_code"] = Code.UNDECIDED
    apart = told & (reliability["method_a"] == "gradcam") & (reliability["method_b"] == "edges")
    reliability.loc[apart, "verdict_code"] = Code.ABOVE
    figure = anchors.draw(synthetic.study(), tables | {"reliability": reliability}, SCOPE, "precision")
    marks = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 1]
    filled = [line for line in marks if line.get_markerfacecolor() != "white"]
    assert (len(filled), len(marks)) == (1, deltas.sum())


def test_components_are_their_shares_of_the_sum(tables):
    figure = components.draw(synthetic.study(), tables, SCOPE)
    (axes,) = figure.axes
    values = {
        name: of(tables, VARIANCE.format(name))["estimate"].item() for name in variance_components.PARTS
    }
    known = {name: max(value, 0) for name, value in values.items() if value == value}
    drawn = sorted(bar.get_width() for bar in axes.patches)
    assert drawn == pytest.approx(sorted(v / sum(known.values()) for v in known.values() if v > 0))
    assert "methods\N{RIGHT SINGLE QUOTATION MARK} own noise" in texts(figure)


def test_negative_and_undefined_components_are_said():
    parts = {"method": (1.0, ""), "item": (-0.1, ""), "residual": (np.nan, "one item in each cluster")}
    said = components.notes_on({"a": parts, "b": {"method": (1.0, "")}}, {"a": "A", "b": "B"}, "classes")
    assert said == [
        "A: items, for all alike below 0, drawn as 0",
        "A: methods \N{MULTIPLICATION SIGN} items, rest undefined: one item in each cluster",
    ]
    assert components.shares(parts) == {"method": 1.0, "item": 0.0, "residual": 0.0}


def test_the_curve_of_the_runs_own_design_meets_its_g(tables):
    """In a balanced design without negative components both are the same number."""
    rows = tables["reliability"].query("metric == 'precision'")
    design = variance_components.design_of_run(rows)
    g = of(tables, GENERALIZABILITY)["estimate"].item()
    assert (design.clusters, design.items) == (20, 12)
    assert variance_components.predicted(design, np.array([20.0]), 12.0).g[0] == pytest.approx(g, abs=1e-9)
    assert of(tables, DEPENDABILITY)["estimate"].item() < g


@given(st.floats(0.01, 5), st.floats(0, 5), st.floats(0, 5), st.sampled_from([0.8, 0.9]))
def test_the_clusters_needed_are_the_fewest_that_do(method, method_class, residual, wanted):
    parts = variance_components.Components(method, 0.0, 0.0, method_class, residual)
    design = variance_components.Design(parts, 10, 3.0, None, pd.Series(dtype=float))
    needed = variance_components.clusters_needed(design, wanted)
    fewer = max(needed - 1, 0.5)
    reached = variance_components.predicted(design, np.array([needed, fewer]), 3.0).g
    assert reached[0] >= wanted - 1e-9
    assert needed == 1 or reached[1] < wanted + 1e-9


def test_the_decision_study_marks_the_run(tables):
    figure = decision.draw(synthetic.study(), tables, SCOPE, "precision")
    (axes,) = figure.axes
    row = of(tables, GENERALIZABILITY).iloc[0]
    dot = axes.lines[-1]
    assert (dot.get_xdata()[0], dot.get_ydata()[0]) == (20, row["estimate"])
    assert tuple(axes.lines[-2].get_ydata()) == (row["ci_low"], row["ci_high"])
    assert {"n = 1", "n = 12", "n = 48"} <= set(texts(figure))


def test_bland_altman_lines_are_those_of_the_coefficient(tables):
    tables = with_replicates(tables)
    pair = replicate_pairs(tables["scores"], "smoothgrad", "precision")
    found = limits_of_agreement(Sample(pair, np.arange(len(pair))), 0.95)
    expected = (found.lower.estimate, found.bias.estimate, found.upper.estimate)
    assert replicates.limits(pair) == pytest.approx(expected)
    (axes,) = replicates.draw(synthetic.study(), tables, SCOPE).axes
    assert sorted(line.get_ydata()[0] for line in axes.lines) == pytest.approx(sorted(expected))
    assert len(axes.collections[0].get_offsets()) == 240


@pytest.mark.parametrize("kind", KINDS)
def test_without_rows_a_figure_says_so(tables, kind):
    module, subject = KINDS[kind]
    empty = {"reliability": tables["reliability"].iloc[:0], "scores": tables["scores"].iloc[:0]}
    figure = module.draw(synthetic.study(), empty, SCOPE, subject)
    assert len(figure.axes) == 0
    assert any(word in " ".join(texts(figure)) for word in ("not computed", "no method"))


@pytest.mark.parametrize("kind", ["decision", "anchors"])
def test_without_comparable_methods_a_figure_gives_the_reason(tables, kind):
    figure = KINDS[kind][0].draw(synthetic.study(), tables, SCOPE, "mcc")
    said = " ".join(" ".join(texts(figure)).split())
    if kind == "anchors":  # the two signed methods can be held against no positive-only control
        assert "no method shares items with a control" in said
    else:
        assert "fewer than three comparable methods (2)" in said


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_many_methods_with_long_names_are_not_cut_off(tables, kind):
    module, subject = KINDS[kind]
    tables, study = with_replicates(tables), synthetic.study()
    for number, block in enumerate(study["methods"].values()):
        block["label"] = f"A method with a long and winding name {number}"
    figure = module.draw(study, tables, SCOPE, subject)
    figure.canvas.draw()
    extent, page = figure.get_tightbbox(figure.canvas.get_renderer()), figure.bbox_inches
    assert extent.x0 >= page.x0 - 0.01
    assert extent.x1 <= page.x1 + 0.01
    assert extent.y0 >= page.y0 - 0.01
    assert min(text.get_fontsize() for text in figure.findobj(Text) if text.get_text().strip()) >= 7


def test_labels_break_but_short_ones_stay():
    assert forest.break_label("Grad-CAM") == "Grad-CAM"
    broken = forest.break_label("x" * 60)
    assert broken.replace("\n", "") == "x" * 60
    assert broken.count("\n") >= 1


def test_the_hardest_questions_come_last_whichever_way_is_better():
    scores = pd.DataFrame(
        {"mosaic": list("abc"), "target": 1, "method": "m", "replicate": "0", "score": [0.2, 0.9, 0.5]}
    )
    up = items.rank_items(scores, ["m"], "score")
    down = items.rank_items(scores, ["m"], "score", higher_is_better=False)
    assert [one.mosaic for one in up] == ["b", "c", "a"]
    assert [one.mosaic for one in down] == ["a", "c", "b"]
    chosen = items.choose_items(scores.iloc[:2], ["m"], "score")
    assert sorted(chosen) == ["best", "median", "worst", "worst_2"]
    assert decimal(chosen["worst"].mean) == "0.20"
