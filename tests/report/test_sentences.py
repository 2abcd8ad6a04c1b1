"""Sentences follow from the numbers they are given."""

import pytest

from report_helpers import NAN, PRECISION, ranking_of, result
from saliometer.findings.results import Estimate
from saliometer.report import sentences
from saliometer.report.sections.conclusions import may_conclude, may_not_conclude


@pytest.mark.parametrize(
    ("words", "expected"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (list("abc"), "a, b and c")]
)
def test_listed(words, expected):
    assert sentences.listed(words) == expected


def test_counted():
    assert sentences.counted(1, "class", "classes") == "1 class"
    assert sentences.counted(2, "class", "classes") == "2 classes"
    assert sentences.counted(1234, "mosaic") == "1,234 mosaics"


@pytest.mark.parametrize(
    ("estimate", "expected"),
    [
        (Estimate(0.784, 0.751, 0.809), "0.78 [0.75, 0.81]"),
        (Estimate(0.25, 0.246, 0.254), "0.250 [0.246, 0.254]"),
        (Estimate(0.5, NAN, NAN), "0.50 (no interval)"),
        (Estimate(NAN, NAN, NAN), "undefined"),
    ],
)
def test_with_interval(estimate, expected):
    assert sentences.with_interval(estimate) == expected


def test_conclusions_name_who_scores_better_and_what_the_metric_decides():
    found = [
        result(name, level, 0.3, 0.9, n)
        for n, (name, level) in enumerate(zip("ABC", (0.9, 0.8, 0.7), strict=True), 1)
    ]
    ranking = ranking_of("A", "B", "C", apart=["AB", "AC"], usable=True)._replace(together=[["B", "C"]])
    said = may_conclude(found, False, PRECISION, ranking)
    assert "By precision, A scores better than B and C." in said
    assert said[-1] == "Precision separates A from the rest; among the others it decides nothing."
    every = ranking_of("A", "B", "C", apart=["AB", "AC", "BC"], usable=True, orders=True)
    assert may_conclude(found, False, PRECISION, every)[-1] == "Precision orders all 3 methods."
    small = ranking_of("A", "B", apart=[], small=["AB"])
    assert "By precision, A scores better than B by 0.25, which is too little to matter." in may_conclude(
        found, False, PRECISION, small
    )
    assert not any(sentence.startswith("By precision") for sentence in may_conclude(found, False, PRECISION))
    agreed = may_conclude(found, True, PRECISION)
    assert agreed[-1] == "By precision, single items agree more than by chance on the ranking of the methods."


def test_what_may_not_be_concluded():
    found = [result("A", 0.9, 0.85, 0.95, 1), result("B", 0.25, 0.2, 0.3, 2)]
    said = " ".join(
        may_not_conclude(found, 20, "photographs", 0.55, ["B: samples 4"], ["F1: no alpha, k < 3"])
    )
    for words in ("That B see", "such as these 20", "2 methods compared", "45 %", "B: samples 4", "k < 3"):
        assert words in said
    assert "fault" not in " ".join(may_not_conclude(found, 20, "classes", 1.0, [], []))


def test_nothing_may_be_concluded_from_noise():
    found = [result("A", 0.26, 0.2, 0.3, 1), result("B", 0.25, 0.2, 0.3, 2)]
    assert may_conclude(found, False, PRECISION)[0].startswith("Nothing:")
