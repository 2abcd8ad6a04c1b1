"""No name that a table holds is a formula to a spreadsheet that opens its CSV."""

import pandas as pd
import pytest

from saliometer import cells, tables
from saliometer.audit.verification import damage_of


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('=HYPERLINK("http://x","y")', '\'=HYPERLINK("http://x","y")'),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" =1", "' =1"),
        ("\t=1", "\t'=1"),
        ("a;=1", "a;'=1"),  # two cells where semicolons part them
        ("a\n=1", "a\n'=1"),
        ("\uff1d1", "'\uff1d1"),
        ("'=1", "''=1"),
        ("-12.5", "-12.5"),
        ("-1e-3", "-1e-3"),
        ("Grad-CAM", "Grad-CAM"),
        ("a = b; c", "a = b; c"),
        ("", ""),
    ],
)
def test_a_formula_is_marked_as_text_and_read_back_as_it_was(text, cell):
    assert cells.guarded(text) == cell
    assert cells.unguarded(cell) == text


def test_the_csv_is_guarded_and_the_parquet_keeps_the_names(tmp_path):
    frame = pd.DataFrame(
        {
            "method": ["=1+1", None, "lrp"],
            "@metric": [-1.0, None, 2.0],
            "kind": pd.Categorical(["+a", "b", "+a"]),
        }
    )
    stem = tmp_path / "results" / "demo" / "tables" / "scores"
    tables.write_table(frame, stem)
    read = tables.read_parquet(stem.with_suffix(".parquet"))
    assert read["method"].tolist()[::2] == ["=1+1", "lrp"]
    assert list(read) == list(frame)
    csv = stem.with_suffix(".csv")
    assert csv.read_text() == "method,'@metric,kind\n'=1+1,-1.0,'+a\n,,b\nlrp,2.0,'+a\n"
    assert damage_of(csv) is None
    csv.write_text(csv.read_text().replace("'=1+1", "=1+1"))
    assert damage_of(csv) == "it is not the table of scores.parquet"
