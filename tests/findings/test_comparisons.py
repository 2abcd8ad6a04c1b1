"""A comparison across networks: coefficients, figures and page are of its rows, and say what is mixed."""

import numpy as np
import pandas as pd
import pytest

import synthetic_tables as synthetic
from page_reader import Page
from reliability_helpers import METHODS, make_scores, make_tiles
from report_helpers import make_page
from saliometer.figures import spearman, style, violins
from saliometer.findings.comparisons import (
    estimated_with_comparisons,
    recognised_by_all,
    with_comparisons,
)
from saliometer.findings.figure_files import figure_files
from saliometer.findings.scope import Scope, method_label, on_network, shown_methods, study_within
from saliometer.metrics import catalogue
from saliometer.metrics.classification import METRICS
from saliometer.reliability.clustering.intervals import Settings
from saliometer.reliability.rows.columns import ALPHA, BETWEEN, BY_CHANCE, CONCORDANCE, SELECTED
from saliometer.reliability.rows.table import reliability_table

pytestmark = pytest.mark.slow

MEMBERS = {"net": ["cam", "edges", "flip"], "other": ["a", "b", "c"]}
DRAWN = (
    CONCORDANCE,
    SELECTED,
    BY_CHANCE.format(ALPHA),
    BY_CHANCE.format(BETWEEN),
)  # what is drawn for them depends on the scope's name
BOTH = Scope("photos", "original", "both")


def on_two_networks(scores):
    """Put the same scores under a second network, with each method's rows under both."""
    return pd.concat([scores, scores.assign(model="other")], ignore_index=True)


def estimate_all(scores, recognised=None, members=MEMBERS):
    def estimate(scores, recognised):
        return reliability_table(scores, make_tiles(scores), METHODS, METRICS, Settings(), recognised)

    return estimated_with_comparisons(estimate, scores, recognised, {"both": members})


def of_model(frame, model):
    return frame[frame["model"] == model].drop(columns="model").reset_index(drop=True)


@pytest.fixture(scope="module")
def estimated():
    """The table of a study whose two networks have the same scores."""
    return estimate_all(on_two_networks(make_scores()))


def test_identical_scores_have_the_coefficients_of_the_plain_scope(estimated):
    plain, mixed = of_model(estimated, "net"), of_model(estimated, "both")
    drawn = plain["coefficient"].isin(DRAWN)
    assert len(plain) > 100
    assert drawn.any()
    pd.testing.assert_frame_equal(mixed[~drawn], plain[~drawn])
    keys = ["coefficient", "metric", "method_a", "n_raters", "n_units"]
    pd.testing.assert_frame_equal(mixed[keys], plain[keys])
    concordance = drawn & (plain["coefficient"] == CONCORDANCE)
    np.testing.assert_array_equal(mixed.loc[concordance, "estimate"], plain.loc[concordance, "estimate"])


def test_the_rows_of_models_are_as_without_a_comparison(estimated):
    scores = on_two_networks(make_scores())
    alone = reliability_table(scores, make_tiles(scores), METHODS, METRICS, Settings())
    pd.testing.assert_frame_equal(estimated[: len(alone)], alone)
    assert set(estimated[len(alone) :]["model"]) == {"both"}


def test_each_method_is_taken_from_its_own_network():
    scores = make_scores()
    worse = scores.assign(model="other", precision=scores["precision"] / 2)
    rows = estimate_all(pd.concat([scores, worse], ignore_index=True)).query(
        "model == 'both' and metric == 'precision' and coefficient == 'difference_from_control'"
    )
    found = rows[rows["method_b"] == "edges"].set_index("method_a")["estimate"]
    means = scores.groupby("method")["precision"].mean()
    for method in ("a", "b", "c"):
        assert found[method] == pytest.approx(means[method] / 2 - means["edges"])
    assert found["cam"] == pytest.approx(means["cam"] - means["edges"])


def test_questions_count_that_all_have_in_common():
    scores = on_two_networks(make_scores())
    lost = (scores["model"] == "other") & scores["mosaic"].isin(["m003", "m004"])
    rows = estimate_all(scores[~lost]).query("items == 'all' and model == 'both' and metric == 'precision'")
    row = rows[rows["coefficient"] == "krippendorff_alpha_ordinal"]
    assert row[["n_raters", "n_units", "n_missing"]].to_numpy().tolist() == [[28, 4, 2]]


def test_recognised_is_by_all_networks():
    scores = on_two_networks(make_scores())
    keys = ["dataset", "form", "mosaic", "model"]
    mosaics = scores[keys].drop_duplicates()
    by = {"net": [f"m{i:03d}" for i in range(20)], "other": [f"m{i:03d}" for i in range(10, 30)]}
    seen = pd.concat(mosaics[(mosaics["model"] == m) & mosaics["mosaic"].isin(by[m])] for m in by)
    asked_twice = pd.concat([seen, seen])
    common = recognised_by_all(asked_twice, "both", MEMBERS)
    assert sorted(common["mosaic"]) == by["net"][10:]
    assert set(common["model"]) == {"both"}
    frame = estimate_all(scores, seen).query(
        "items == 'recognised' and metric == 'precision' and coefficient == 'krippendorff_alpha_ordinal'"
    )
    assert frame.set_index("model")["n_raters"].to_dict() == {"net": 20, "other": 20, "both": 10}


def mixed_study():
    """A made-up study: three methods and a control on one network, two methods on another, one on both."""
    on = {"gradcam": ["net"], "gradient": ["net"], "smoothgrad": ["net", "own"], "edges": ["net"]}
    on |= {"intgrad": ["own"], "inputxgradient": ["own"]}
    members = {"net": ["edges", "gradcam", "gradient", "smoothgrad"], "own": ["intgrad"]}
    study = synthetic.study(on, comparisons={"both": members})
    study["models"]["own"] = {"name": "own", "architecture": "bcos_resnet18", "weights": "DEFAULT"}
    for name, models in on.items():
        study["methods"][name]["models"] = models
    tables = synthetic.tables(on)
    for name, table in tables.items():
        if "model" in table and name != "reliability":
            both = pd.concat([table, table.assign(model="own")], ignore_index=True)
            if "method" in both:
                both = both[[row.model in on[row.method] for row in both.itertuples()]]
            tables[name] = both.reset_index(drop=True)
    settings = Settings(**study["intervals"])
    metrics = catalogue(study["metrics"])

    def estimate(scores, recognised):
        return reliability_table(scores, tables["tiles"], study["methods"], metrics, settings)

    tables["reliability"] = estimated_with_comparisons(estimate, tables["scores"], None, study["comparisons"])
    return study, tables


@pytest.fixture(scope="module")
def mixed():
    return mixed_study()


def test_a_scope_has_the_methods_that_ran_there_in_the_looks_of_the_whole(mixed):
    study, _ = mixed
    on_net, on_own, both = (study_within(study, BOTH._replace(model=m)) for m in ("net", "own", "both"))
    assert shown_methods(on_net) == ["gradcam", "gradient", "smoothgrad", "edges"]
    assert shown_methods(on_own) == ["inputxgradient", "intgrad", "smoothgrad"]
    assert shown_methods(both) == ["gradcam", "gradient", "intgrad", "smoothgrad", "edges"]
    assert style.method_colours(on_own)["intgrad"] == style.method_colours(study)["intgrad"]
    assert on_network(both, BOTH, "intgrad").model == "own"
    assert on_network(both, BOTH, "smoothgrad").model == "net"
    study = {
        **study,
        "methods": {**study["methods"], "again": study["methods"]["intgrad"] | {"models": ["net"]}},
    }
    here = study_within(study, BOTH._replace(model="own"))
    assert method_label(here, "intgrad") == "Integrated gradients (intgrad)"


def test_scores_are_doubled_in_no_table_but_those_that_are_shown(mixed):
    study, tables = mixed
    shown = with_comparisons(tables, study)
    assert "both" not in set(tables["scores"]["model"])
    for name in ("scores", "summary", "undefined"):
        own = shown[name][shown[name]["model"] == "both"]
        assert not own.duplicated(["method", *(c for c in own if c in ("mosaic", "target", "metric"))]).any()
    assert "both" not in set(shown["accuracy"]["model"])
    summary = shown["summary"].set_index(["model", "method", "metric"])["mean"]
    assert summary["both", "intgrad", "precision"] == summary["own", "intgrad", "precision"]


def test_figures_of_a_comparison_name_its_methods_alone(mixed):
    study, tables = mixed
    tables, within = with_comparisons(tables, study), study_within(study, BOTH)
    for drawer in (violins, spearman):
        figure = drawer.draw(within, tables, BOTH, "precision")
        labels = {text.get_text() for axes in figure.axes for text in axes.get_yticklabels()}
        assert "Integrated gradients" in labels
        assert not any("Input" in label for label in labels)


def test_the_page_says_what_is_mixed(mixed, tmp_path):
    study, tables = mixed
    page = Page(make_page(tmp_path, study, tables))
    words = (
        "The comparison both mixes methods and networks: Edges, Grad-CAM, Gradient and SmoothGrad on net; "
        "Integrated gradients on own. A difference between methods of different networks may be the "
        "networks' and not the methods'."
    )
    assert page.text.count(words) == 5, "head, scores, reliability, and twice the methods paragraph"
    assert "That methods of different networks differ by themselves" in page.text
    assert len(page.all("img")) == sum(
        len(figure_files(group, study)) for group in ("scores", "reliability", "panels")
    )
    for model, times in {"net": 6, "own": 6, "both": 4}.items():  # axioms and cost are of networks
        assert page.text.count(f"photos / original / {model}") == times
    assert "bcos_resnet18" in page.text


def test_without_a_comparison_the_page_is_silent_about_networks(tmp_path):
    text = Page(make_page(tmp_path)).text
    assert "mixes methods and networks" not in text
    assert "Role Maps Settings" in text
