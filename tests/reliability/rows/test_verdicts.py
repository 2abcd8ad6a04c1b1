"""Verdicts of a table: Holm's adjustment, named pairs above the least detectable difference, sensitivity."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from reliability_helpers import make_scores, make_table, rows_of
from saliometer.reliability.codes import Code, decoded, encoded, note
from saliometer.reliability.inter_rater import inter_rater_alpha
from saliometer.reliability.rows import columns
from saliometer.reliability.rows.adjusted import holm, with_holm
from saliometer.reliability.rows.verdicts import with_verdicts
from saliometer.reliability.rows.words import text_of
from saliometer.reliability.sample import Sample, undefined_last

pytestmark = pytest.mark.slow

ORDERS, SEPARATES = "orders all of these methods", "separates some of these methods"
CLEAR = {
    "coefficient": columns.GENERALIZABILITY,
    "metric": "m",
    "estimate": 0.95,
    "ci_low": 0.9,
    "verdict": None,
    "notes": (),
}
TEST = {"coefficient": columns.CONCORDANCE, "metric": "m", "p": 0.001, "p_holm": 0.001}


def pair(a, b, difference, better=None):
    code = Code.UNDECIDED if better is None else Code.A_BETTER if better == a else Code.B_BETTER
    return {
        "coefficient": columns.PAIR,
        "metric": "m",
        "method_a": a,
        "method_b": b,
        "estimate": difference,
        "verdict": note(code, better=better),
    }


def detectable(method, value):
    name = columns.RETEST.format("minimal_detectable_difference")
    return {"coefficient": name, "metric": "m", "method_a": method, "estimate": value}


def unmeasured(method):
    name = columns.RETEST.format("icc_1_1")
    return {"coefficient": name, "metric": "m", "method_a": method, "notes": (note(Code.ONE_REPLICATE),)}


def verdict_of(*others):
    return in_words(with_verdicts([CLEAR, TEST, *others], 0.95)[0])


def in_words(row):
    """Return verdict and reason of a row as the table has them."""
    return text_of([row["verdict"]]), text_of(row["notes"])


def test_separated_pairs_are_named_by_the_better_method():
    verdict, reason = verdict_of(
        pair("a", "b", 0.3, "a"), pair("a", "c", 0.4, "a"), pair("b", "c", -0.1, "c"), pair("b", "d", 0.1)
    )
    assert verdict == SEPARATES
    assert reason == "p 0.001 after Holm; 3 of 4 pairs separated: a over b, c; c over b"


def test_a_difference_that_seeds_could_make_separates_nothing():
    """Both draw numbers: sqrt((.3^2 + .4^2) / 2) = .354 is the least; one alone: .3 / sqrt(2) = .212."""
    noisy = [detectable("a", 0.3), detectable("b", 0.4)]
    assert verdict_of(pair("a", "b", 0.36, "a"), *noisy)[0] == ORDERS
    verdict, reason = verdict_of(pair("a", "b", 0.35, "a"), *noisy)
    assert verdict == "undecided"
    assert reason == "no separated pair differs by more than the least that seeds could hide"
    assert verdict_of(pair("a", "c", 0.213, "a"), *noisy)[0] == ORDERS
    assert verdict_of(pair("a", "c", 0.211, "a"), *noisy)[0] == "undecided"


def test_undecided_says_what_would_decide():
    """G of .9 in 5 clusters, and above .5: log(1 - G) has an error of log(.5 / .1) / 2.776 there."""
    unclear = CLEAR | {"ci_low": 0.5, "estimate": 0.9, "n_clusters": 5, "n_units": 4}
    found = with_verdicts([unclear, TEST, pair("a", "b", 0.3, "a")], 0.95)[0]
    error = np.log(0.5 / 0.1) / stats.t.ppf(0.975, 4) * np.sqrt(5)
    lower = [
        1 - np.exp(stats.t.ppf(0.975, n - 1) * error / np.sqrt(n)) / (1 + n * 9 / 5) for n in range(3, 30)
    ]
    assert lower[5 - 3] == pytest.approx(0.5), "with as many clusters it is as it was"
    needed = 3 + next(i for i, limit in enumerate(lower) if limit >= 0.8)
    assert needed > 5
    assert in_words(found) == (
        "undecided",
        f"the interval of G reaches below 0.80, which {needed} clusters of as many items, in place of 5, "
        "would change if its components are as estimated",
    )
    unclear = unclear | {"estimate": -0.1}
    found = with_verdicts([unclear, TEST, pair("a", "b", 0.3, "a")], 0.95)[0]
    no_number = "the interval of G reaches below 0.80, and no number of clusters would change that"
    assert in_words(found) == ("undecided", no_number)


def test_without_an_interval_nothing_is_said_of_where_it_reaches():
    notes = (note(Code.NO_INTERVAL, why=(note(Code.UNDEFINED_WITHOUT_ONE),)),)
    bare = CLEAR | {"ci_low": np.nan, "n_clusters": 2, "n_units": 4, "notes": notes}
    found = with_verdicts([bare, TEST, pair("a", "b", 0.3, "a")], 0.95)[0]
    assert in_words(found) == ("undecided", "G has no interval: undefined without one of the clusters")


def test_without_a_p_chance_is_not_excluded():
    found = with_verdicts([CLEAR, TEST | {"p_holm": np.nan}, pair("a", "b", 0.3, "a")], 0.95)[0]
    assert in_words(found) == ("undecided", "whether methods differ by chance could not be tested")


def test_noise_that_was_not_measured_is_not_none():
    verdict, reason = verdict_of(pair("a", "b", 0.9, "a"), unmeasured("a"))
    assert verdict == "undecided"
    assert reason.endswith("replicates: 2 would measure what seeds do")
    verdict, reason = verdict_of(pair("a", "b", 0.9, "a"), pair("c", "b", 0.1, "c"), unmeasured("a"))
    assert verdict == SEPARATES
    assert reason == (
        "p 0.001 after Holm; 1 pairs not counted, as the noise of their methods was not measured; "
        "1 of 2 pairs separated: c over b"
    )


def test_p_is_adjusted_over_the_pairs_of_a_metric_or_over_the_metrics():
    frame = make_table(make_scores())
    for metric in ("precision", "accuracy"):
        for name in (columns.DIFFERENCE, columns.RHO):
            table = rows_of(frame, name, metric)
            assert len(table) > 2
            np.testing.assert_allclose(table["p_holm"], holm(table["p"]))
    table = frame[frame["coefficient"] == columns.CONCORDANCE]
    assert len(table) > 2
    np.testing.assert_allclose(table["p_holm"], holm(table["p"]))
    assert frame.loc[frame["coefficient"] == columns.GENERALIZABILITY, "p_holm"].isna().all()


def test_a_verdict_that_does_not_survive_is_withdrawn():
    tests = [
        {
            "coefficient": columns.DIFFERENCE,
            "metric": "m",
            "p": p,
            "verdict": note(Code.ABOVE, anchor=name),
            "notes": (),
        }
        for name, p in zip("abc", (0.001, 0.03, 0.04), strict=True)
    ]
    found = with_holm(tests, 0.95)
    assert [row["p_holm"] for row in found] == pytest.approx([0.003, 0.06, 0.06])
    above_b = "above b, but not after Holm's adjustment for 3 tests"
    assert [in_words(row) for row in found[:2]] == [("above a", ""), ("undecided", above_b)]
    assert found[2]["verdict"].code == Code.UNDECIDED


def test_where_scores_are_undefined_ranks_are_given_again_with_these_last():
    scores = make_scores()
    lost = scores.index[(scores["method"] == "cam") & scores["mosaic"].isin([f"m{i:03d}" for i in range(12)])]
    scores.loc[lost, "precision"] = np.nan
    frame = make_table(scores)
    again = frame[frame["items"] == columns.UNDEFINED_LAST]
    assert set(again["metric"]) == {"precision"}
    assert not set(again["coefficient"]) & {columns.PAIR, columns.SELECTED, columns.RANK}
    assert columns.GENERALIZABILITY in set(again["coefficient"]), "with the undefined as the worst score"
    filled = scores.assign(precision=scores["precision"].fillna(-1))
    by_hand = filled.pivot(index="mosaic", columns="method", values="precision")[["a", "b", "c", "cam"]]
    row = again[again["coefficient"] == columns.ALPHA].iloc[0]
    assert row["estimate"] == pytest.approx(inter_rater_alpha(by_hand))
    assert (row["n_raters"], row["n_missing"]) == (30, 0)
    primary = frame[(frame["items"] == columns.ALL) & (frame["coefficient"] == columns.ALPHA)]
    assert primary.set_index("metric").loc["precision", ["n_raters", "n_missing"]].tolist() == [18, 12]


def studies_of_equal_methods(seed, missing):
    """Two equal methods and a third; the second is undefined where its own score is low, if ``missing``."""
    rng = np.random.default_rng(seed)
    found = make_scores(names=("a", "b", "c"))
    found["precision"] = rng.normal(0.5, 0.1, len(found))
    lost = (found["method"] == "b") & (found["precision"] < 0.5) & missing
    return found.assign(precision=found["precision"].mask(lost))


def test_a_method_that_is_undefined_where_it_is_bad_does_not_score_better():
    told, hanging = 0, 0
    for seed in range(20):
        pairs = rows_of(make_table(studies_of_equal_methods(seed, True)), columns.PAIR)
        told += (pairs["verdict"] == "b scores better").sum()
        hanging += pairs["reason"].fillna("").str.startswith("b scores better, but not where").sum()
    assert told == 0
    assert hanging >= 5, "without the look at undefined scores these would be verdicts"


def test_nothing_is_given_again_where_all_is_defined():
    assert set(make_table(make_scores())["items"]) == {columns.ALL}


def test_for_a_metric_where_lower_is_better_undefined_is_the_highest():
    scores = pd.DataFrame({"a": [1.0, np.nan], "b": [2.0, 5.0]})
    real = Sample(scores, np.arange(2))
    assert undefined_last(real, True).scores["a"].tolist() == [1, 0]
    assert undefined_last(real, False).scores["a"].tolist() == [1, 6]


def test_a_reader_meets_the_labels_of_separated_methods():
    labels = {"lrp": "LRP", "lime": "LIME", "gradcam": "Grad-CAM", "gradcam++": "Grad-CAM++"}
    pairs = [("gradcam", ["gradcam++", "lime", "lrp"]), ("gradcam++", ["lime"])]
    notes = decoded(encoded([note(Code.PAIRS_SEPARATED, n=4, of=6, pairs=pairs)]))
    assert text_of(notes) == (
        "4 of 6 pairs separated: gradcam over gradcam++, lime, lrp; gradcam++ over lime"
    )
    assert text_of(notes, labels) == (
        "4 of 6 pairs separated: Grad-CAM over Grad-CAM++, LIME, LRP; Grad-CAM++ over LIME"
    )
    assert text_of(notes, labels, pairs=False) == "4 of 6 pairs separated"
