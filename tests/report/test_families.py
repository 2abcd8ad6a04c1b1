"""Tables and page of a study with localization, alone and beside the confusion matrix."""

import re

import numpy as np
import pytest

import synthetic_tables as synthetic
from page_reader import text_of
from report_helpers import make_page
from saliometer import summary
from saliometer.metrics import MASSES, catalogue
from saliometer.metrics.classification import METRICS
from saliometer.reliability.clustering.intervals import Settings
from saliometer.reliability.rows.table import reliability_table

pytestmark = pytest.mark.slow

ALONE = {"localization": {"tolerance": 0}}
BOTH = {"classification": {}, **ALONE}


def study_and_tables(families):
    """The made-up study scored by other families: localization follows precision."""
    study, tables = synthetic.study(metrics=families), synthetic.tables()
    scores = tables["scores"]
    precision = scores["precision"]
    hits = (precision > 0.5).astype(float)
    scores = scores.assign(relevance_rank_accuracy=precision, roc_auc=(1 + precision) / 2, pointing_game=hits)
    if "classification" not in families:
        scores = scores.drop(columns=[*MASSES, *METRICS])
    scores.loc[scores.index[:2], list(catalogue(ALONE))] = np.nan
    metrics, intervals = catalogue(families), Settings(**study["intervals"])
    return study, tables | {
        "scores": scores,
        "summary": summary.summary_table(scores, tables["tiles"], list(metrics), intervals),
        "undefined": summary.undefined_table(scores, metrics, study["methods"]),
        "reliability": reliability_table(scores, tables["tiles"], study["methods"], metrics, intervals),
    }


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    return {
        len(families): text_of(make_page(tmp_path_factory.mktemp("page"), *study_and_tables(families)))
        for families in (ALONE, BOTH)
    }


def test_localization_alone_leads_the_page_by_its_first_metric(pages):
    text = pages[1]
    assert "All 6 saliency methods score higher by rank accuracy than chance would (0.25)" in text
    assert "Grad-CAM leads on the items on which all are defined with a mean rank accuracy of 0.7" in text
    rank = "rank 1 of 6 on the items on which all are defined"
    assert re.search(rf"Grad-CAM has a mean rank accuracy of 0\.7\d \[.*?; {rank}\.", text)
    assert "score higher by rank accuracy than a map that knows nothing of the asked class." in text
    assert "By rank accuracy, single items agree" in text
    assert "Other metrics: Localization" in text
    assert "recision" not in text


def test_with_both_families_precision_leads_and_each_has_its_part(pages):
    text = pages[2]
    assert "Grad-CAM leads with a mean precision of 0.7" in text
    assert text.index("Other metrics: Confusion matrix") < text.index("Other metrics: Localization")
    assert text.count("Rank accuracy: distribution over items") == 1
    assert text.count("Rank accuracy: do two methods find the same items easy?") == 1


def test_without_masses_the_reason_is_the_metrics_own(pages):
    reason = "the same relevance everywhere, or some that is not finite"
    assert f"Rank accuracy of Grad-CAM: undefined on 2 maps ({reason})." in pages[1]
    _, tables = study_and_tables(BOTH)
    scores = tables["scores"]
    scores.loc[0, list(MASSES)], scores.loc[1, list(MASSES)] = 0.0, np.nan
    undefined = summary.undefined_table(scores, catalogue(ALONE), synthetic.study()["methods"])
    assert set(undefined["reason"]) == {"the map is zero everywhere", "the map is not finite"}
