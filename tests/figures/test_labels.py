"""Whatever methods and metrics are called, figures draw the names as they are written, as far as they fit."""

import warnings
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from saliometer.errors import one_line
from saliometer.figures import labels, style
from saliometer.figures.drawers import DRAWERS
from saliometer.findings.figure_files import figure_files
from saliometer.findings.font import missing_signs
from saliometer.findings.scope import method_label, shown_metrics, study_within
from saliometer.table_study.reading import read_score_table
from saliometer.table_study.settings import Settings
from saliometer.table_study.study import describe_table_study
from saliometer.table_study.tables import reliability_of, summary_tables
from table_study_helpers import tidy, write

LONG = "A saliency method with a name of many words (Somebody and Somebody Else, 2020)"


def described(tmp_path, names: dict[str, str]):
    """The study of a table whose methods or metrics are called otherwise."""
    table = tidy(n_items=6, n_clusters=0).replace({"method": names, "metric": names})
    chosen = Settings(higher_is_better=[names.get("faithful", "faithful")], lower_is_better=["error"])
    given = read_score_table(write(tmp_path, table, "t.parquet"), chosen)
    return given, describe_table_study("t", {"t": given}, {"confidence": 0.95, "smallest_difference": 0.0})


@pytest.mark.slow
def test_no_name_makes_a_figure_fail(tmp_path):
    hard = {"good": "W" * 3000, "best": "a\n方法\t" + LONG, "weak": r"$\frac$", "blind": "x" * 70}
    given, study = described(tmp_path, {**hard, "faithful": r"cost \alpha$ " * 30})
    tables = summary_tables(given.scores, study)
    files = [*figure_files("scores", study), *figure_files("reliability", study)]
    tables["reliability"] = reliability_of(given.scores, study)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind in ("violins", "ranks", "spearman"):
            file = next(file for file in files if file["kind"] == kind)
            figure = DRAWERS[kind](study_within(study, file["scope"]), tables, file["scope"], file["subject"])
            style.save(figure, tmp_path / kind)
            with Image.open(tmp_path / f"{kind}.png") as image:
                assert np.ptp(np.asarray(image.convert("L"))) > 100
            ElementTree.parse(tmp_path / f"{kind}.svg")


def test_dollars_are_drawn_as_dollars():
    with style.applied():
        plain = style.text_width(["cost 5 and 6"])
        assert style.text_width(["cost $5 and $6"]) > plain
        figure = style.message_figure(["$a$"])
    assert figure.texts[0].get_parse_math() is False


def test_what_fits_is_as_it_was_and_the_rest_is_cut_in_the_middle_and_told_apart():
    names = {"a": "Grad-CAM", "b": LONG, "c": LONG.replace("many words", "few words"), "d": LONG + "a"}
    with style.applied():
        found = labels.fitted(names, 1.9)
        widths = {name: style.text_width([label]) for name, label in found.items()}
    assert found["a"] == "Grad-CAM"
    assert found["b"].startswith("A saliency met")
    assert found["b"].endswith("Else, 2020)")
    assert found["c"] == f"{found['b']} 2"
    assert len(set(found.values())) == 4
    assert max(widths.values()) < 2.1


def test_a_study_keeps_its_names_and_only_figures_cut_them(tmp_path):
    _, study = described(tmp_path, {"good": LONG, "faithful": f"{LONG} of metrics"})
    drawn = labels.fitting(study)
    assert method_label(study, LONG) == LONG
    assert len(method_label(drawn, LONG)) < 50
    assert len(shown_metrics(drawn)[f"{LONG} of metrics"].label) < 40
    assert shown_metrics(study)[f"{LONG} of metrics"].label == f"{LONG} of metrics"


def test_signs_that_the_font_lacks_are_told_once(tmp_path):
    _, study = described(tmp_path, {"good": "方法", "faithful": "忠実 ж é مرحبا"})
    told = missing_signs(study)
    assert told == one_line(told)
    assert "DejaVu Sans, lacks 4 signs of the names" in told
    assert "実 (U+5B9F), 忠 (U+5FE0), 方 (U+65B9), 法 (U+6CD5)" in told
    assert missing_signs(described(tmp_path, {"good": "Größe ж مرحبا"})[1]) is None
