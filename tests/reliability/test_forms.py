"""Which form is the original: the one of this name, else the first that the table tells."""

import re

import numpy as np
import pandas as pd
import pytest

from report_helpers import STAND_IN
from saliometer import study
from saliometer.findings.scope import Scope
from saliometer.reliability.forms import in_order
from saliometer.reliability.rows.columns import BIAS
from saliometer.report.sections.data import form_sentences
from saliometer.table_study.reading import read_score_table
from saliometer.table_study.settings import Settings
from saliometer.table_study.study import describe_table_study
from saliometer.table_study.tables import reliability_of
from table_study_helpers import write

pytestmark = pytest.mark.slow

SETTINGS = Settings(higher_is_better=["faith"])


def stand_in(figure, stem, mark):
    """Save an empty picture in place of a figure."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    stem.with_name(stem.name + ".svg").write_text(STAND_IN)


def two_forms(other: str, name: str, opposed: float = -1.0) -> pd.DataFrame:
    """Three methods, c the best; in the other form, whose rows come first, the scores are turned round."""
    rng = np.random.default_rng(1)
    rows = [
        (f"i{item}", f"c{item % 4}", form, method, "faith", sign * (0.4 * rank + rng.normal(0, 0.1)))
        for item in range(12)
        for form, sign in ((other, opposed), (name, 1.0))
        for rank, method in enumerate("abc")
    ]
    return pd.DataFrame(rows, columns=["item", "cluster", "form", "method", "metric", "score"])


@pytest.mark.parametrize(
    ("forms", "known", "ordered"),
    [
        (["flipped", "original"], (), ["original", "flipped"]),
        (["flipped", "original"], ("flipped", "original"), ["original", "flipped"]),
        (["a", "b"], ("b", "a"), ["b", "a"]),
        (["b", "c", "a"], ("c",), ["c", "a", "b"]),
        (["a"], ("b", "a"), ["a"]),
        (["original", "redraw-1"], ("original", "redraw-1", "redraw-2"), ["original", "redraw-1"]),
    ],
)
def test_the_original_comes_first(forms, known, ordered):
    assert in_order(forms, known) == ordered


@pytest.mark.parametrize(("other", "name"), [("flipped", "original"), ("zoomed", "apart")])
def test_the_other_forms_are_held_against_the_original(tmp_path, other, name):
    """Without a form named original it is the first in the table, whatever sorts first."""
    made = two_forms(other, name)
    first = name if name == "original" else other
    read = read_score_table(write(tmp_path, made), SETTINGS)
    told = describe_table_study("run", {"t": read}, {"confidence": 0.95, "smallest_difference": 0.0})
    assert told["forms"] == [first, name if first == other else other]
    assert [scope[1] for scope in told["scopes"]] == [first]
    rows = reliability_of(read.scores, told)
    bias = rows[rows["coefficient"] == BIAS]
    assert len(bias)
    assert set(bias["form"]) == {other if first == name else name}


def test_the_page_is_about_the_original_and_says_so_before_all_else(tmp_path, monkeypatch):
    monkeypatch.setattr(study.style, "save", stand_in)
    table = write(tmp_path, two_forms("flipped", "original"))
    study.make_study(table, tmp_path / "out", SETTINGS)
    header = (tmp_path / "out" / "report.html").read_text().split("<header>")[1].split("</header>")[0]
    said = re.sub(r"<[^>]+>|\s+", " ", header)
    about = said.index("This is about the form original; flipped is held against it under Reliability.")
    assert about < said.index("c leads")


def test_the_form_is_named_only_where_there_are_several():
    scores = pd.DataFrame(
        {"dataset": ["x"] * 6 + ["y"], "form": ["original", *"abcd", "original", "original"]}
    )
    told = {"forms": ["original", *"abcd"]}
    assert form_sentences(told, scores, Scope("y", "original", "m")) == []
    (said,) = form_sentences(told, scores, Scope("x", "original", "m"))
    assert said == "This is about the form original; 4 other forms are held against it under Reliability."
