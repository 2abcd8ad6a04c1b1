"""What the charts show is what the tables hold."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

import synthetic_tables as synthetic
from saliometer.figures import agreement, spearman, style, violins
from saliometer.findings.chance import chance_level, target_shares
from saliometer.findings.numbers import correlation, decimal
from saliometer.findings.scope import Scope, shown_metrics
from saliometer.metrics import catalogue
from saliometer.reliability.rows.columns import ALPHA, BETWEEN, BY_CHANCE, RHO

pytestmark = pytest.mark.slow

SCOPE = Scope(**synthetic.SCOPE)


@pytest.fixture(scope="module")
def tables():
    return synthetic.tables()


def texts(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_text().strip()]


def figures(study, tables):
    yield agreement.draw(study, tables, SCOPE)
    for metric in ("precision", "mcc"):
        yield violins.draw(study, tables, SCOPE, metric)
        yield spearman.draw(study, tables, SCOPE, metric)


def test_nothing_is_printed_smaller_than_seven_points(tables):
    for figure in figures(synthetic.study(), tables):
        assert min(text.get_fontsize() for text in figure.findobj(Text) if text.get_text().strip()) >= 7


def test_nothing_is_cut_off(tables):
    for figure in figures(synthetic.study(), tables):
        figure.canvas.draw()
        extent, page = figure.get_tightbbox(figure.canvas.get_renderer()), figure.bbox_inches
        assert extent.x0 >= page.x0 - 0.01
        assert extent.x1 <= page.x1 + 0.01
        assert extent.y0 >= page.y0 - 0.01
        assert extent.y1 <= page.y1 + 0.01


def test_violins_print_the_means_of_the_summary_table(tables):
    figure = violins.draw(synthetic.study(), tables, SCOPE, "precision")
    rows = tables["summary"].query("metric == 'precision'")
    printed = texts(figure)
    for mean in rows["mean"]:
        assert decimal(mean) in printed
    assert "chance 0.25" in printed


def test_violins_mark_mean_interval_and_median(tables):
    (axes,) = violins.draw(synthetic.study(), tables, SCOPE, "precision").axes
    row = tables["summary"].query("metric == 'precision' and method == 'gradcam'").iloc[0]
    lines = [tuple(line.get_xdata()) for line in axes.lines]
    assert (row["ci_low"], row["ci_high"]) in lines
    assert (row["mean"],) in [tuple(np.atleast_1d(line.get_xdata())) for line in axes.lines]
    assert (row["median"],) in [tuple(np.atleast_1d(line.get_xdata())) for line in axes.lines]


def test_violins_say_who_a_metric_does_not_apply_to(tables):
    study = synthetic.study()
    figure = violins.draw(study, tables, SCOPE, "mcc")
    assert texts(figure).count("not applicable") == sum(not m["signed"] for m in study["methods"].values())
    assert violins.NOT_APPLICABLE in texts(figure)
    assert violins.NOT_APPLICABLE not in texts(violins.draw(study, tables, SCOPE, "precision"))


def test_violins_say_that_a_method_is_undefined_everywhere(tables):
    scores = tables["scores"].copy()
    scores.loc[scores["method"] == "gradcam", "precision"] = np.nan
    figure = violins.draw(synthetic.study(), tables | {"scores": scores}, SCOPE, "precision")
    assert "undefined on all 240 maps" in texts(figure)


def test_a_violin_is_as_wide_as_its_density():
    values = np.random.default_rng(0).normal(size=4000)
    positions, density = violins.violin_outline(values)
    normal = np.exp(-(positions**2) / 2)
    assert density.max() == 1
    assert np.abs(density - normal).max() < 0.1
    assert positions[0] == values.min()
    assert positions[-1] == values.max()


@pytest.mark.parametrize("values", [[0.5], [0.25, 0.25], [0.3, 0.3 + 1e-12]])
def test_a_violin_of_equal_scores_is_a_stroke(values):
    positions, density = violins.violin_outline(np.array(values))
    assert positions[-1] - positions[0] < 1e-6
    assert (density == 1).all()


def test_hits_and_misses_are_two_bars_as_high_as_their_shares():
    positions, density = violins.violin_outline(np.array([0.0] * 6 + [1.0] * 12))
    assert positions[[0, -1]].tolist() == [0, 1]
    assert set(density) == {0, 0.5, 1}
    assert density[positions < 0.1].max() == 0.5
    assert density[(positions > 0.1) & (positions < 0.9)].size == 0
    few = violins.violin_outline(np.array([0.0, 0.3, 0.5, 1.0]))[1]
    assert few.size == violins.CURVE_POINTS, "four scores are no few values"


def test_chance_is_the_share_of_target_tiles():
    tiles = pd.DataFrame({"mosaic": list("aaaabbbb"), "class": [1, 1, 2, 3, 4, 5, 6, 7]})
    scores = pd.DataFrame({"mosaic": ["a", "b", "b"], "target": [1, 4, 9]})
    assert target_shares(scores, tiles).tolist() == [0.5, 0.25, 0.0]
    assert chance_level(catalogue({"classification": {}})["precision"], scores, tiles) == pytest.approx(0.25)
    assert chance_level(catalogue({"classification": {}})["mcc"], scores, tiles) == 0
    assert np.isnan(chance_level(catalogue({"classification": {}})["f1"], scores, tiles))
    localization = catalogue({"localization": {}})
    assert chance_level(localization["pointing_game"], scores, tiles) == pytest.approx(0.25)
    assert chance_level(localization["roc_auc"], scores, tiles) == 0.5
    tolerant = catalogue({"localization": {"tolerance": 15}})["pointing_game"]
    assert np.isnan(chance_level(tolerant, scores, tiles))


def test_heat_map_prints_the_numbers_of_the_table(tables):
    (axes, _bar) = spearman.draw(synthetic.study(), tables, SCOPE, "precision").axes
    rows = tables["reliability"].query(f"coefficient == {RHO!r} and metric == 'precision'")
    printed = sorted(text.get_text() for text in axes.texts)
    assert printed == sorted(correlation(value) for value in rows["estimate"])
    sure = (rows["ci_low"] > 0) | (rows["ci_high"] < 0)
    assert sum(text.get_fontweight() == "bold" for text in axes.texts) == sure.sum() > 0


def test_matrix_takes_pairs_in_either_order():
    rows = pd.DataFrame(
        [
            {"method_a": "a", "method_b": "b", "estimate": 0.5, "ci_low": 0.1, "ci_high": 0.8},
            {"method_a": "c", "method_b": "a", "estimate": -0.4, "ci_low": -0.9, "ci_high": 0.2},
            {"method_a": "c", "method_b": "x", "estimate": 0.9, "ci_low": 0.8, "ci_high": 1.0},
        ]
    )
    estimates, sure = spearman.correlation_matrix(rows, ["a", "b", "c"])
    nan = np.nan
    assert np.array_equal(estimates, [[nan, 0.5, -0.4], [0.5, nan, nan], [-0.4, nan, nan]], equal_nan=True)
    assert sure.tolist() == [[False, True, False], [True, False, False], [False, False, False]]


def test_heat_map_without_coefficient_gives_the_reason(tables):
    printed = " ".join(" ".join(texts(spearman.draw(synthetic.study(), tables, SCOPE, "mcc"))).split())
    assert "no Spearman" in printed
    assert "fewer than three comparable methods (2); left out: Grad-CAM, Grad-CAM++, Gradient" in printed


def test_agreement_draws_the_table_its_null_bands_and_the_reasons(tables):
    study = synthetic.study()
    figure = agreement.draw(study, tables, SCOPE)
    (axes,) = figure.axes
    lines = [tuple(np.atleast_1d(line.get_xdata())) for line in axes.lines]
    bands = [band.get_paths()[0].get_extents().intervalx for band in axes.collections]
    rows = tables["reliability"].query("metric == 'precision'").set_index("coefficient")
    for number, coefficient in enumerate((ALPHA, BETWEEN)):
        row, null = rows.loc[coefficient], rows.loc[BY_CHANCE.format(coefficient)]
        assert (row["ci_low"], row["ci_high"]) in lines
        assert (row["estimate"],) in lines
        assert bands[number] == pytest.approx([null["ci_low"], null["ci_high"]])
    printed = texts(figure)
    assert printed.count("no coefficient (1)") == len(shown_metrics(study)) - 1
    printed = " ".join(" ".join(printed).split())
    assert "fewer than three comparable methods (2); left out: Grad-CAM, Grad-CAM++, Gradient" in printed
    assert "gradcam" not in printed


def test_figures_of_one_run_are_the_same_bytes_every_time(tables, tmp_path):
    for name in ("one", "two"):
        style.save(violins.draw(synthetic.study(), tables, SCOPE, "mcc"), tmp_path / name)
    for suffix in (".png", ".svg"):
        assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()
