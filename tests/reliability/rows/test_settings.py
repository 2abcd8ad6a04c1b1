"""Agreement across metrics: what is free of each other counts, and equal methods are not ranked alike."""

import numpy as np
import pandas as pd
import pytest

from reliability_helpers import METHODS, make_scores, make_table
from saliometer.metrics import localization, table_study
from saliometer.metrics.classification import METRICS, classification_metrics
from saliometer.reliability.rows.columns import ACROSS
from saliometer.reliability.rows.settings import NOT_FREE, free_quantities, setting_rows
from saliometer.reliability.rows.words import text_of

BY_MEAN = ACROSS.format("metrics_by_mean")
COUNTED = {name: metric for name, metric in METRICS.items() if not metric.alias_of}


def equal_methods(rng, n_methods=5, n=30):
    """Scores of methods whose four masses are of one distribution."""
    frames = []
    for method in "abcde"[:n_methods]:
        masses = dict(zip(("tp", "fp", "tn", "fn"), rng.gamma(2.0, size=(4, n)), strict=True))
        frames.append(pd.DataFrame({"method": method, **masses, **classification_metrics(**masses)}))
    return pd.concat(frames, ignore_index=True).assign(dataset="d", model="m")


def described(names="abcde"):
    return {name: {"signed": True, "control": False} for name in names}


def across(scores, metrics):
    rows = setting_rows(scores, metrics, described())
    return next(row for row in rows if row["coefficient"] == BY_MEAN)


def test_every_metric_of_the_masses_is_a_function_of_the_free_ones():
    scores = equal_methods(np.random.default_rng(0))
    free = free_quantities(scores, METRICS)
    assert list(free) == ["share on target", "sensitivity", "specificity"]
    share, sensitivity, specificity = free.to_numpy().T
    masses = share * sensitivity, (1 - share) * (1 - specificity)
    masses += ((1 - share) * specificity, share * (1 - sensitivity))
    for name, values in classification_metrics(*masses).items():
        np.testing.assert_allclose(values, scores[name], err_msg=name)
    assert abs(np.corrcoef(free.T) - np.eye(3)).max() < 0.2, "of free masses they are free themselves"
    assert scores[["precision", "sensitivity"]].corr().iloc[0, 1] > 0.4


def test_metrics_that_are_made_of_others_do_not_count_in_across_metrics():
    row = across(equal_methods(np.random.default_rng(1)), COUNTED)
    assert row["n_raters"] == 3
    assert text_of(row["notes"]).startswith(
        "of share on target, sensitivity, specificity: the other metrics are"
    )
    frame = make_table(make_scores())
    found = frame[frame["coefficient"] == BY_MEAN].iloc[0]
    assert (found["n_raters"], found["n_units"]) == (3, sum(METHODS[name]["signed"] for name in "abc"))


@pytest.mark.slow
def test_equal_methods_are_not_ranked_alike_by_the_metrics():
    """Seven metrics of three degrees of freedom reject in nine of ten such studies."""
    rng, p = np.random.default_rng(2), []
    for _ in range(200):
        p.append(across(equal_methods(rng), COUNTED)["p"])
    assert np.mean(np.array(p) <= 0.05) <= 0.09


def test_what_may_be_bound_has_no_p():
    scores = equal_methods(np.random.default_rng(3))
    settings = table_study.Settings(directions=[["precision", "higher"], ["f1", "higher"], ["mcc", "lower"]])
    row = across(scores, table_study.metrics_with(settings))
    assert row["n_raters"] == 3
    assert np.isfinite(row["estimate"])
    assert np.isnan(row["p"])
    assert row["notes"] == NOT_FREE
    ordered = scores.rename(columns=dict(zip(("precision", "f1", "mcc"), localization.METRICS, strict=True)))
    assert np.isnan(across(ordered, localization.METRICS)["p"])
