"""What leads the page follows from the verdicts and the pairs, never from intervals that overlap."""

import pytest

from report_helpers import NAN, PRECISION, ranking_of, result
from saliometer.findings.results import Standing, standing_of
from saliometer.report.sections.conclusions import may_conclude
from saliometer.report.sections.headline import headline, rank_in_words
from saliometer.report.sections.scores import leading_sentence

BOTH = [("Edges", 0.1, 0.2), ("Random noise", 0.1, 0.2)]


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
    assert leading_sentence(found, [found] * 6, 1, PRECISION) == expected


def test_a_rank_says_over_which_items_it_is():
    whole, partial = result("X", 0.8, 0.7, 0.9), result("Y", 0.6, 0.5, 0.7, 2)._replace(n_defined=60)
    assert rank_in_words(whole, [whole]) == "rank 1 of 1"
    assert rank_in_words(whole, [whole, partial]) == "rank 1 of 2 on the items on which all are defined"


def test_several_target_tiles_are_tiles():
    found = result("X", 0.8, 0.7, 0.9)
    assert "on the target tiles," in leading_sentence(found, [found], 2, PRECISION)


def test_headline_of_a_clear_leader():
    found = [
        result("A", 0.8, 0.75, 0.85, 1, differences=BOTH),
        result("B", 0.4, 0.35, 0.45, 2, differences=BOTH),
        result("Edges", 0.25, 0.25, 0.25, control=True),
    ]
    text = " ".join(headline(found, PRECISION, ranking_of("A", "B", apart=["AB"])))
    assert text.startswith(
        "Both saliency methods put more of their positive relevance on the target than chance would (0.25) "
        "and than the control Edges."
    )
    assert "A leads with a mean precision of 0.80 [0.75, 0.85]" in text
    assert text.endswith("; the lead is certain.")


def test_headline_of_an_uncertain_lead_names_the_rivals_whatever_their_own_intervals():
    """Scores are paired: intervals that overlap say nothing of a difference, nor do such that lie apart."""
    found = [result("A", 0.8, 0.7, 0.9, 1), result("B", 0.75, 0.6, 0.85, 2), result("C", 0.4, 0.3, 0.5, 3)]

    def said(**pairs):
        return headline(found, PRECISION, ranking_of("A", "B", "C", **pairs))[-1]

    assert said(apart=["AC"]).endswith("; the lead over B is not certain.")
    assert said(apart=["AB"]).endswith("; the lead over C is not certain.")
    assert said(apart=["AB", "AC"]).endswith("; the lead over each of the others is certain.")
    assert said(apart=["AC"], small=["AB"]).endswith("the lead over B is certain and too small to matter.")
    assert headline(found, PRECISION, None)[-1].endswith("so no difference was tested.")


def test_a_difference_too_small_to_matter_is_never_plainly_above():
    tiny = result("A", 0.256, 0.254, 0.258, differences=[("Edges", 0.003, 0.007)])
    barely = tiny._replace(standing=standing_of(tiny.mean, 0.25, tiny.differences, smallest=0.02))
    assert barely.standing == Standing.BARELY_ABOVE
    assert leading_sentence(barely, [barely], 1, PRECISION).endswith(
        "above chance (0.25) and above Edges, from Edges by 0.01 alone, which is too little to matter; "
        "rank 1 of 1."
    )
    said = headline([barely], PRECISION, None)
    assert said[0].endswith("chance would (0.25) by a difference that matters.")
    assert said[1] == "A lies above them by too little to matter."
    (first, *_) = may_conclude([barely], False, PRECISION)
    assert first.startswith("A puts more positive relevance")
    assert first.endswith(", which is too little to matter.")


def test_headline_names_the_undecided_the_worse_and_the_undefined():
    found = [
        result("A", 0.8, 0.7, 0.9, 1),
        result("B", 0.25, 0.2, 0.3, 2),
        result("C", 0.1, 0.05, 0.15, 3),
        result("D", NAN, NAN, NAN),
    ]
    text = " ".join(headline(found, PRECISION, None))
    assert text.startswith("A puts more of its positive relevance")
    assert "B can't be told from chance or from a control." in text
    assert "C lies below chance and controls." in text
    assert "D: precision is undefined on every map." in text


def test_headline_without_a_finding():
    found = [result("A", 0.26, 0.2, 0.3, 1), result("B", 0.25, 0.2, 0.3, 2)]
    assert headline(found, PRECISION, None)[0].startswith("No saliency method reliably puts more")


def test_headline_of_one_method_has_no_leader_and_of_controls_no_method():
    assert len(headline([result("A", 0.8, 0.7, 0.9)], PRECISION, None)) == 1
    assert "only controls" in headline([result("Edges", 0.25, 0.2, 0.3, control=True)], PRECISION, None)[0]


def test_equal_means_share_the_lead():
    found = [result("A", 0.8, 0.7, 0.9, 1), result("B", 0.8, 0.6, 0.95, 1)]
    assert headline(found, PRECISION, None)[-1] == "A and B share the best mean, 0.80 [0.70, 0.90]."
