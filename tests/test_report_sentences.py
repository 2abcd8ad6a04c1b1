"""Sentences follow from the numbers they are given."""

import pytest

from report_helpers import NAN, PRECISION, result
from saliometer.reliability.rows import AGREE, UNDECIDED
from saliometer.report import sentences
from saliometer.report.conclusions import may_conclude, may_not_conclude, overlapping_groups
from saliometer.report.results import Estimate

BOTH = [("Edges", 0.1, 0.2), ("Random noise", 0.1, 0.2)]


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


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            result("Grad-CAM", 0.784, 0.751, 0.809, differences=BOTH),
            "Grad-CAM puts 0.78 [0.75, 0.81] of its positive relevance on the target tile, above chance "
            "(0.25) and above Edges and Random noise; rank 1 of 6.",
        ),
        (
            result("X", 0.3, 0.26, 0.34, rank=2, differences=[("Edges", -0.01, 0.1), ("Noise", 0.01, 0.1)]),
            "X puts 0.30 [0.26, 0.34] of its positive relevance on the target tile, above chance (0.25) but "
            "not reliably above Edges; rank 2 of 6.",
        ),
        (
            result("X", 0.26, 0.2, 0.3, rank=6, differences=BOTH),
            "X puts 0.26 [0.20, 0.30] of its positive relevance on the target tile, which can't be told from "
            "chance (0.25); rank 6 of 6.",
        ),
        (
            result("X", 0.1, 0.05, 0.15, rank=6, differences=[("Edges", -0.3, -0.1)]),
            "X puts 0.10 [0.05, 0.15] of its positive relevance on the target tile, below chance (0.25) and "
            "below Edges; rank 6 of 6.",
        ),
        (
            result("X", 0.9, NAN, NAN),
            "X puts 0.90 (no interval) of its positive relevance on the target tile, which can't be told "
            "from chance (0.25) without an interval; rank 1 of 6.",
        ),
        (
            result("X", NAN, NAN, NAN),
            "X has no defined precision on any map: no positive relevance.",
        ),
    ],
)
def test_leading_sentence(found, expected):
    assert sentences.leading_sentence(found, 6, 1, PRECISION) == expected


def test_several_target_tiles_are_tiles():
    assert "on the target tiles," in sentences.leading_sentence(result("X", 0.8, 0.7, 0.9), 1, 2, PRECISION)


def test_headline_of_a_clear_leader():
    found = [
        result("A", 0.8, 0.75, 0.85, 1, differences=BOTH),
        result("B", 0.4, 0.35, 0.45, 2, differences=BOTH),
        result("Edges", 0.25, 0.25, 0.25, control=True),
    ]
    text = " ".join(sentences.headline(found, PRECISION))
    assert text.startswith(
        "Both saliency methods put more of their positive relevance on the target than chance would (0.25) "
        "and than the control Edges."
    )
    assert "A leads with a mean precision of 0.80 [0.75, 0.85]" in text
    assert "apart from those of all the others" in text


def test_headline_of_an_uncertain_lead_names_the_rivals():
    found = [result("A", 0.8, 0.7, 0.9, 1), result("B", 0.75, 0.6, 0.85, 2), result("C", 0.4, 0.3, 0.5, 3)]
    assert sentences.headline(found, PRECISION)[-1].endswith(
        "its interval overlaps that of B, so the lead is not certain."
    )


def test_headline_names_the_undecided_the_worse_and_the_undefined():
    found = [
        result("A", 0.8, 0.7, 0.9, 1),
        result("B", 0.25, 0.2, 0.3, 2),
        result("C", 0.1, 0.05, 0.15, 3),
        result("D", NAN, NAN, NAN),
    ]
    text = " ".join(sentences.headline(found, PRECISION))
    assert text.startswith("A puts more of its positive relevance")
    assert "B can't be told from chance or from a control." in text
    assert "C lies below chance and controls." in text
    assert "D: precision is undefined on every map." in text


def test_headline_without_a_finding():
    found = [result("A", 0.26, 0.2, 0.3, 1), result("B", 0.25, 0.2, 0.3, 2)]
    assert sentences.headline(found, PRECISION)[0].startswith("No saliency method reliably puts more")


def test_headline_of_one_method_has_no_leader_and_of_controls_no_method():
    assert len(sentences.headline([result("A", 0.8, 0.7, 0.9)], PRECISION)) == 1
    assert (
        "only controls" in sentences.headline([result("Edges", 0.25, 0.2, 0.3, control=True)], PRECISION)[0]
    )


def test_equal_means_share_the_lead():
    found = [result("A", 0.8, 0.7, 0.9, 1), result("B", 0.8, 0.6, 0.95, 1)]
    assert sentences.headline(found, PRECISION)[-1] == "A and B share the highest mean, 0.80 [0.70, 0.90]."


def test_overlapping_groups_are_chains_of_neighbours():
    found = [
        result("A", 0.9, 0.85, 0.95, 1),
        result("B", 0.5, 0.4, 0.6, 2),
        result("C", 0.4, 0.3, 0.45, 3),
        result("D", 0.3, 0.2, 0.35, 4),
        result("E", 0.1, 0.05, 0.15, 5),
    ]
    assert overlapping_groups(found) == [["B", "C", "D"]]
    said = may_conclude(found, UNDECIDED, PRECISION)
    assert "A scores higher than B, C, D and E: the intervals lie apart." in said
    assert "B scores higher than D and E: the intervals lie apart." in said
    assert not any(sentence.startswith("E scores") for sentence in said)
    assert not any(sentence.startswith("By precision") for sentence in said)
    agreed = may_conclude(found, AGREE, PRECISION)
    assert agreed[-1] == f"By precision, {AGREE} on the ranking of the methods."


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
    assert may_conclude(found, None, PRECISION)[0].startswith("Nothing:")
