"""What the page says of the ranking as a whole."""

import numpy as np
import pandas as pd

from saliometer.reliability.codes import Code, encoded, note
from saliometer.reliability.rows.columns import RANK, SELECTED
from saliometer.report.chapter.places import rank_table
from saliometer.report.chapter.ranking import generalizability_sentences
from saliometer.report.chapter.retest import retest_sentences

LABELS = {"a": "A", "b": "B", "c": "C"}


def row(coefficient, method=None, estimate=np.nan, low=np.nan, high=np.nan, reason=None):
    values = {"estimate": estimate, "ci_low": low, "ci_high": high, "reason": reason}
    return {"coefficient": coefficient, "method_a": method, **values}


def test_verdicts_are_told_with_what_speaks_for_and_against():
    """Separated pairs are counted here, and named where methods are told apart."""
    separates = "separates some of these methods"
    pairs = note(Code.PAIRS_SEPARATED, n=3, of=4, pairs=[("a", ["b"])])
    why = encoded([note(Code.P_AFTER_HOLM, p=0.001), pairs])
    against = encoded([note(Code.G_REACHES_BELOW, enough=0.8)])
    rows = {
        "Precision": row("g", None, 0.95, 0.9, 0.98)
        | {"verdict": separates, "verdict_code": Code.SEPARATES_SOME, "reason_codes": why},
        "F1": row("g", None, 0.7, 0.3, 0.9) | {"verdict_code": Code.UNDECIDED, "reason_codes": against},
        "Accuracy": row("g", reason="one cluster only"),
    }
    assert generalizability_sentences(rows, LABELS) == [
        f"Precision: G 0.95 [0.90, 0.98], {separates} (p 0.001 after Holm; 3 of 4 pairs separated).",
        "F1: G 0.70 [0.30, 0.90], undecided: the interval of G reaches below 0.80.",
        "Accuracy: no G, one cluster only.",
    ]


def test_ranks_come_best_first_with_their_places():
    rows = pd.DataFrame(
        [
            row(RANK, "a", 3, 2, 3),
            row(RANK, "b", 1, 1, 1),
            row(RANK, "c", 2),
            *(row(SELECTED, name, share) for name, share in (("a", 0.0), ("b", 0.97), ("c", 0.03))),
        ]
    )
    table = rank_table(rows, LABELS, "Ranks by precision")
    assert [[cell.text for cell in line] for line in table.rows] == [
        ["B", "1", "1", "97 %"],
        ["C", "2", "\N{EN DASH}", "3 %"],
        ["A", "3", "2 to 3", "0 %"],
    ]


def test_what_was_not_measured_is_said():
    retest = "test_retest_{}".format
    rows = pd.DataFrame(
        [
            row(retest("icc_1_1"), "a", 0.9, 0.8, 0.95),
            row(retest("noise_share"), "a", 0.1),
            row(retest("minimal_detectable_difference"), "a", 0.0123),
            row(retest("icc_1_1"), "b", reason="not measured: the method draws nothing"),
            row(retest("icc_1_1"), "c", reason="not measured: the method draws nothing"),
        ]
    )
    first, second = retest_sentences(rows, LABELS, "precision")
    assert first.startswith(
        "A: replicates agree by ICC(1,1) 0.90 [0.80, 0.95]; 10 % of the variance of precision"
    )
    assert first.endswith("hardly moves two means further apart than 0.012.")
    assert second == "B, C: not measured: the method draws nothing."
