"""The page on methods against their own maps made blind."""

import numpy as np
import pandas as pd
import pytest

import synthetic_tables as synthetic
from page_reader import text_of
from report_helpers import make_page
from saliometer.findings.results import method_results
from saliometer.findings.scope import Scope
from saliometer.metrics import catalogue
from saliometer.reliability.clustering.intervals import Settings
from saliometer.reliability.rows.table import reliability_table
from saliometer.stages.reliability import with_shuffled_signs

pytestmark = pytest.mark.slow

SCOPE = Scope(**synthetic.SCOPE)


@pytest.fixture(scope="module")
def study_and_tables():
    study, tables = synthetic.study(), synthetic.tables()
    scores = with_shuffled_signs(tables["scores"], study["metrics"])
    blind = np.random.default_rng(0).normal(0.25, 0.02, len(scores))
    scores = scores.assign(
        precision_rotated_labels=np.where(scores["method"] == "gradient", scores["precision"] + 0.1, blind)
    )
    metrics, intervals = catalogue(study["metrics"]), Settings(**study["intervals"])
    found = reliability_table(scores, tables["tiles"], study["methods"], metrics, intervals)
    return study, tables | {"scores": scores, "reliability": found}


def test_the_page_says_what_anchors_are_and_who_is_not_above_them(study_and_tables, tmp_path):
    text = text_of(make_page(tmp_path, *study_and_tables))
    assert "How far from their own maps made blind, and from their best?" in text
    assert "By precision, not reliably above it: Gradient." in text
    assert "Shuffled signs: the same maps, their signs drawn anew whatever the place." in text
    table = text[text.index("Precision: each method and its anchors") :]
    row = table[table.index(" Grad-CAM 0.") : table.index(" Grad-CAM++ ")]
    assert row.endswith("not applicable not applicable"), row


def test_anchors_change_no_verdict(study_and_tables):
    study, tables = study_and_tables
    for metric in ("precision", "informedness"):
        plain = method_results(study, synthetic.tables(), SCOPE, metric)
        np.testing.assert_equal(method_results(study, tables, SCOPE, metric), plain)


def test_without_anchors_the_page_says_nothing_of_them(tmp_path):
    text = text_of(make_page(tmp_path, synthetic.study(), synthetic.tables()))
    assert "made blind" not in text


def test_a_ceiling_stands_beside_its_method_and_decides_nothing(tmp_path):
    study, tables = synthetic.study(), synthetic.tables()
    top = {**study["methods"]["gradcam"], "label": "Grad-CAM, tiles apart", "control": True}
    study["methods"]["top"] = {**top, "ceiling_of": ["gradcam"]}
    study["replicates"]["top"] = ["0"]
    own = tables["scores"][tables["scores"]["method"] == "gradcam"]
    best = own.assign(method="top", tp=0.9, fp=0.1, precision=0.9 + 0.001 * own["precision"])
    scores = pd.concat([tables["scores"], best], ignore_index=True)
    tables |= synthetic.of_scores(scores, tables["tiles"], study)
    tables["cost"] = synthetic.costs(list(study["methods"]))
    plain = method_results(synthetic.study(), synthetic.tables(), SCOPE, "precision")
    found = [result for result in method_results(study, tables, SCOPE, "precision") if result.name != "top"]
    np.testing.assert_equal(found, plain)
    text = text_of(make_page(tmp_path, study, tables))
    assert "By precision, reliably below it: Grad-CAM." in text
    assert "chance would (0.25) and than the controls Edges and Random noise." in text
    assert "Grad-CAM, tiles apart positive anchor positive-only" in text
