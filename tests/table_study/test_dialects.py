"""Tables as spreadsheets write them, names as people give them, and tables too large for a study."""

import time

import numpy as np
import pandas as pd
import pytest

from saliometer.errors import UserError
from saliometer.table_study.names import names_within
from saliometer.table_study.reading import read_score_table
from saliometer.table_study.settings import Settings
from saliometer.tables import write_table
from table_study_helpers import tidy, write

BOTH = Settings(higher_is_better=["faithful"], lower_is_better=["error"])
FAITHFULNESS = "Faithfulness (Bhatt et al., 2020)"


def as_written(table: pd.DataFrame, separator: str, decimal: str = ".", first: str = "") -> str:
    return first + table.to_csv(index=False, sep=separator, decimal=decimal, lineterminator="\r\n")


@pytest.mark.parametrize(
    ("separator", "decimal", "encoding", "first"),
    [
        (";", ",", "utf-8-sig", ""),  # Excel, where decimals have a comma
        (";", ".", "utf-8", ""),
        ("\t", ",", "utf-16", ""),  # Excel's "Unicode text"
        ("\t", ".", "utf-16-be", "\ufeff"),
        (",", ",", "utf-8", ""),  # with quotes around numbers: Google Sheets
        (";", ",", "utf-8", "sep=;\r\n"),
        ("|", ".", "utf-8", "sep=|\r\n"),
    ],
)
def test_what_spreadsheets_write_is_read_as_it_was_meant(tmp_path, separator, decimal, encoding, first):
    table = tidy(n_items=4, n_clusters=2).replace({"method": {"good": "Größe; \u201ex\u201c"}})
    text = as_written(table, separator, decimal, first)
    (tmp_path / "t.csv").write_bytes(text.encode(encoding))
    read = read_score_table(tmp_path / "t.csv", BOTH).scores
    expected = read_score_table(write(tmp_path, table, "plain.csv"), BOTH).scores
    pd.testing.assert_frame_equal(read, expected)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("item,method,metric,score\nö,m,f,1\n".encode("latin-1"), "holds a byte 0xf6 that is no UTF-8; save"),
        ("item,method,metric,score\na,m,f,1\n".encode("utf-16-le"), "is no text, or UTF-16 without a byte"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08", "is a workbook or an archive, not CSV"),
    ],
)
def test_other_encodings_are_told_in_one_line(tmp_path, content, said):
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(UserError, match=said) as caught:
        read_score_table(tmp_path / "t.csv", Settings())
    assert str(caught.value).startswith(f"{tmp_path / 't.csv'}: ")


def test_thousands_are_no_decimals_where_semicolons_part_cells(tmp_path):
    (tmp_path / "t.csv").write_text("item;method;metric;score\na;m;faithful;1,234\n")
    assert (
        read_score_table(tmp_path / "t.csv", Settings(higher_is_better=["faithful"])).scores["faithful"][0]
        == 1.234
    )


def test_names_of_our_own_csv_are_those_of_the_parquet(tmp_path):
    table = tidy(n_items=4).replace({"method": {"good": "=1+1"}, "metric": {"error": "-err"}})
    chosen = Settings(higher_is_better=["faithful"], lower_is_better=["-err"], controls=["=1+1"])
    scores = read_score_table(write(tmp_path, table), chosen).scores
    write_table(scores, tmp_path / "scores")
    assert "'=1+1" in (tmp_path / "scores.csv").read_text()
    one, other = (read_score_table(tmp_path / f"scores.{suffix}", chosen) for suffix in ("csv", "parquet"))
    pd.testing.assert_frame_equal(one.scores, other.scores, check_dtype=False)
    assert one.directions == other.directions == [["faithful", "higher"], ["-err", "lower"]]


@pytest.mark.parametrize(
    ("texts", "known", "names"),
    [
        ([FAITHFULNESS], [FAITHFULNESS, "auc"], [FAITHFULNESS]),
        (["auc", FAITHFULNESS], [FAITHFULNESS, "auc"], ["auc", FAITHFULNESS]),
        ([f"auc, {FAITHFULNESS},mcc"], [FAITHFULNESS, "auc", "mcc"], ["auc", FAITHFULNESS, "mcc"]),
        (["a,b"], ["a,b", "a", "b"], ["a,b"]),  # as it stands
        (["a,b,", "b"], ["a", "b"], ["a", "b"]),
        ([""], ["a"], []),
    ],
)
def test_names_with_commas_are_names(texts, known, names):
    assert names_within(texts, known, "t.csv: controls", "method") == names


@pytest.mark.parametrize(
    ("text", "known", "said"),
    [
        ("a,b,c", ["a", "b,c", "a,b", "c"], "'a,b,c' is a and b,c or a,b and c; give each name by itself"),
        ("a,x", ["a", "b"], "no method 'x' in it (methods: a, b)"),
        ("Faithfulness (Bhatt, 2020)", ["a"], "no method 'Faithfulness (Bhatt, 2020)' in it"),
        (",".join("a" * 200) + ",x", ["a", "a,a", "a,a,a"], "no method 'x' in it"),
    ],
)
def test_what_can_be_read_twice_or_not_at_all_is_one_line(text, known, said):
    with pytest.raises(UserError) as caught:
        names_within([text], known, "t.csv: controls", "method")
    assert said in str(caught.value)


def test_the_command_that_a_message_recommends_works_for_names_with_commas(tmp_path):
    table = tidy(n_items=4).replace({"metric": {"faithful": FAITHFULNESS}})
    with pytest.raises(UserError) as caught:
        read_score_table(write(tmp_path, table), Settings())
    assert f"--higher-is-better '{FAITHFULNESS}' --higher-is-better error or --lower" in str(caught.value)


def test_further_columns_by_the_hundred_thousand_cost_seconds(tmp_path):
    n = 200_000
    header = ",".join(["item", "method", "metric", "score", *(f"column {number}" for number in range(n))])
    rows = [f"i{row % 5},m{row // 5},f,{row}{',x' * n}" for row in range(10)]
    (tmp_path / "t.csv").write_text("\n".join([header, *rows]))
    began = time.monotonic()
    read = read_score_table(tmp_path / "t.csv", Settings(higher_is_better=["f"]))
    assert time.monotonic() - began < 10
    assert len(read.ignored) == n
    assert read.scores["f"].tolist() == list(np.arange(10.0))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            ["mosaic,method," + ",".join(f"q{n}" for n in range(2000)), "a,m" + ",1" * 2000],
            "2,000 metrics (q0, q1",
        ),
        (["item,method,metric,score", *(f"a,m,q{n},1" for n in range(2000))], "2,000 metrics (q0, q1"),
        (["item,method,metric,score", *(f"a,m{n},f,1" for n in range(500))], "500 methods (m0, m1"),
        (
            ["item,method,metric,score,model", *(f"a,m,f,1,n{n:03d}" for n in range(500))],
            "500 combinations of data set, form and model (given, original, n000, given, original, n001",
        ),
    ],
)
def test_more_than_a_study_can_hold_is_one_line(tmp_path, lines, said):
    (tmp_path / "t.csv").write_text("\n".join(lines))
    with pytest.raises(UserError) as caught:
        read_score_table(tmp_path / "t.csv", Settings(higher_is_better=["f"]))
    assert f"{tmp_path / 't.csv'}: {said}" in str(caught.value)
    assert "at most 200, so give each part a table of its own" in str(caught.value)
