"""The chapter on reliability and the conclusions say what the table says."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import saliometer
import synthetic_tables as synthetic
from report_helpers import PRECISION, make_page, result
from saliometer.findings.ranking import ranking_of
from saliometer.reliability.codes import Code
from saliometer.reliability.rows.columns import COLUMNS, GENERALIZABILITY, PAIR, RANK
from saliometer.report.chapter.recognised import recognised_table
from saliometer.report.methods_paragraph import _rows_of as paragraph_rows
from saliometer.report.methods_paragraph import as_text, methods_paragraph, references
from saliometer.report.order_sentences import order_sentences, pairs_in_words, separation_sentences
from saliometer.report.sections.conclusions import may_conclude, may_not_conclude, settings_sentences

PACKAGE = Path(saliometer.__file__).parent
LABELS = {"a": "A", "b": "B", "c": "C", "d": "D"}


def rows(**verdicts):
    """Four methods, a best; ``verdicts`` of pairs such as ab="a"."""
    found = [
        {"coefficient": RANK, "method_a": name, "estimate": place} for place, name in enumerate("abcd", 1)
    ]
    for pair in ("ab", "ac", "ad", "bc", "bd", "cd"):
        better = verdicts.get(pair)
        code = Code.UNDECIDED if better is None else Code.A_BETTER if better == pair[0] else Code.B_BETTER
        found.append(
            {
                "coefficient": PAIR,
                "method_a": pair[0],
                "method_b": pair[1],
                "estimate": 0.25 if better == pair[0] else -0.25,
                "p": 0.01,
                "verdict_code": code,
            }
        )
    found.append({"coefficient": GENERALIZABILITY, "estimate": 0.9, "verdict_code": Code.SEPARATES_SOME})
    return pd.DataFrame(found, columns=COLUMNS).assign(metric="precision", items="all")


def test_separated_pairs_are_named_with_their_difference():
    ranking = ranking_of(rows(ac="a", ad="a", bd="b", cd="c"), LABELS)
    assert separation_sentences(ranking) == [
        "A scores better than C (by 0.25) and D (by 0.25).",
        "B scores better than D (by 0.25).",
        "C scores better than D (by 0.25).",
    ]
    assert order_sentences(ranking) == [
        "A scores better than C and D.",
        "B and C each score better than D.",
    ]
    assert ranking.together == [["A", "B"], ["B", "C"]]
    assert ranking.usable
    assert pairs_in_words(ranking, 4) == "4 of 6 pairs of methods are told apart."


def test_the_better_method_may_be_the_second_of_a_pair():
    (one,) = ranking_of(rows(ab="b"), LABELS).separations
    assert (one.better, one.worse, one.difference) == ("B", "A", 0.25)


def test_pairs_that_a_method_between_parts_are_named_too():
    ranking = ranking_of(rows(ac="a"), LABELS)
    assert ranking.together == [["A", "B"], ["B", "C", "D"], ["A", "D"]]


def test_without_pairs_there_is_no_ranking():
    assert ranking_of(rows()[lambda r: r["coefficient"] != PAIR], LABELS) is None


def test_conclusions_follow_the_pairs_and_not_the_intervals():
    found = [
        result(name, level, level - 0.01, level + 0.01, rank)
        for rank, (name, level) in enumerate((("A", 0.9), ("B", 0.6), ("C", 0.5), ("D", 0.4)), 1)
    ]
    none = ranking_of(rows(), LABELS)._replace(usable=False)
    assert not any(
        "scores better" in said or "scores higher" in said
        for said in may_conclude(found, False, PRECISION, none)
    )
    said = " ".join(may_not_conclude(found, 20, "classes", 1.0, [], [], none))
    assert "An order among A, B, C and D: they are not told apart." in said
    some = ranking_of(rows(ab="a", ac="a", ad="a"), LABELS)
    assert "By precision, A scores better than B, C and D." in may_conclude(found, False, PRECISION, some)
    use = "Precision separates A from the rest; among the others it decides nothing."
    assert use in may_conclude(found, False, PRECISION, some)
    table = rows(**{pair: pair[0] for pair in ("ab", "ac", "ad", "bc", "bd", "cd")})
    every = ranking_of(table.replace(Code.SEPARATES_SOME, Code.ORDERS_ALL), LABELS)
    assert "Precision orders all 4 methods." in may_conclude(found, False, PRECISION, every)


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        (
            (1, 1),
            [
                "Whether the ranking holds across data sets and networks: one data set and one "
                "network were measured.",
            ],
        ),
        ((2, 1), ["Whether the ranking holds across networks: one network was measured."]),
        ((2, 2), []),
    ],
)
def test_nothing_is_shown_across_settings_that_were_not_varied(sizes, words):
    assert settings_sentences(*sizes) == words


@pytest.fixture(scope="module")
def tables():
    return synthetic.tables()


def test_the_paragraph_tells_what_was_done_and_no_more(tables):
    everything = tables["reliability"]
    whole = as_text(methods_paragraph(everything, ["Precision"], ["A", "B"], "photographs", 0.95))
    for words in (
        "Krippendorff, 2004",
        "Efron & Stein, 1981",
        "Mogstad et al., 2024",
        "95% interval",
        "2 saliency methods",
    ):
        assert words in whole
    assert "ICC" not in whole, "nothing was repeated"
    assert "Bland" not in whole
    nothing = methods_paragraph(everything.iloc[:0], ["Precision"], ["A"], "photographs", 0.95, mosaics=False)
    assert len(nothing.sentences) == 1
    assert [one.split(",")[0] for one in nothing.references] == ["Fresz"]


def test_every_reference_is_cited_and_every_citation_has_one(tables):
    found = methods_paragraph(tables["reliability"], ["Precision"], ["A"], "classes", 0.9)
    text = " ".join(found.sentences)
    for work in references().values():
        assert (work["in_text"] in text) == (work["reference"] in found.references)


def test_recognised_questions_stand_beside_all(tables):
    table = tables["reliability"]
    assert recognised_table(table, {"precision": "Precision"}) is None
    both = pd.concat([table, table.assign(items="recognised", estimate=0.5, ci_low=np.nan, ci_high=np.nan)])
    found = recognised_table(both, {"precision": "Precision"})
    assert [cell.text for cell in found.rows[0]][2] == "0.50"


def test_the_page_has_the_chapter(tmp_path):
    text = make_page(tmp_path)
    for words in (
        "May the methods be ranked by these means?",
        "agreement of single mosaics",
        "conditional on the 6 methods compared",
        "Which items are hardest?",
        "Grad-CAM scores better than",
    ):
        assert words in text
    assert "{over}" not in text


def test_names_with_braces_stay_names(tmp_path):
    study = synthetic.study()
    study["methods"]["gradcam"]["label"] = "{over} {0} {metric}"
    assert "{over} {0} {metric} scores better than" in make_page(tmp_path, study)


def test_every_sentence_of_the_paragraph_waits_for_something_that_a_run_can_do():
    """Else a coefficient that is called otherwise would lose its sentence without a word."""
    source = "".join(path.read_text() for path in PACKAGE.rglob("*.py"))
    for row in paragraph_rows("methods_paragraph.csv"):
        assert set(row["cites"].split()) <= set(references())
        for name in row["when"].split():
            stem = name.removesuffix("_mean").removesuffix("_dyadic")
            stem = stem.replace("_icc_a_1", "_{}").replace("_icc_1_1", "_{}")
            stem = stem.replace("rotations_", "{}s_").replace("redraws_", "{}s_")
            assert stem.upper() in source or f'"{stem}"' in source, name
