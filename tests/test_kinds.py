"""Kinds are told by what a module declares: a helper beside them is none."""

import pytest

from saliometer import kinds
from saliometer.figures.drawers import DRAWERS
from saliometer.figures.drawers import KINDS as DRAWN
from saliometer.findings.figure_files import FIGURES
from saliometer.images import sources
from saliometer.kinds import declared_in, import_kinds, kinds_in
from saliometer.methods import registry as methods
from saliometer.metrics import registry as metrics

TEXTS = {
    "assigns": "import os\n\nSPEC = Spec()\n",
    "with_a_type": "SPEC: Spec = Spec()\n",
    "defines": "def SPEC(x):\n    return x\n",
    "mentions": '"""Not SPEC = Spec()."""\nother = SPEC\n',
    "within": "def make():\n    SPEC = Spec()\n",
    "longer": "SPECIAL = 1\n",
    "compares": "SPEC == 1\n",
    "empty": "",
}


def test_a_kind_declares_itself(tmp_path):
    for name, text in TEXTS.items():
        (tmp_path / f"{name}.py").write_text(text)
    (tmp_path / "notes.txt").write_text("SPEC = Spec()\n")
    (tmp_path / "folder").mkdir()
    assert kinds_in(tmp_path, "SPEC") == ("assigns", "defines", "with_a_type")


def test_all_kinds_of_a_package_are_imported(tmp_path, monkeypatch):
    (tmp_path / "house").mkdir()
    for name, text in {"__init__": "", "one": "KIND = 1\n", "two": "KIND = 2\n", "beside": "x = 3\n"}.items():
        (tmp_path / "house" / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    assert {name: module.KIND for name, module in import_kinds("house", "KIND").items()} == {
        "one": 1,
        "two": 2,
    }


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A folder of the package."""
    monkeypatch.setattr(kinds, "FOLDER", tmp_path)
    (tmp_path / "house").mkdir()
    return tmp_path / "house"


def test_a_declaration_is_read_without_its_module(house):
    text = "import nowhere\n\nKIND: Kind = Kind(\n    place=3, words='a = b',\n)\n"
    (house / "one.py").write_text(text)
    (house / "beside.py").write_text("KINDS = 1\n")
    assert declared_in("saliometer.house", "KIND") == {"one": {"place": 3, "words": "a = b"}}


@pytest.mark.parametrize("text", ["Kind(3)", "3", "Kind(**{'place': 3})"])
def test_a_declaration_that_is_no_call_with_keywords_is_refused(house, text):
    (house / "one.py").write_text(f"KIND = {text}\n")
    with pytest.raises(ValueError, match=r"one\.py: KIND must be a call with keywords alone"):
        declared_in("saliometer.house", "KIND")


def test_a_figure_declares_for_the_plan_what_its_module_holds():
    assert {kind: module.FIGURE for kind, module in DRAWN.items()} == FIGURES
    assert set(DRAWERS) == set(FIGURES)


@pytest.mark.parametrize(
    ("kinds", "helpers"),
    [
        (methods.METHODS.values(), {"method", "registry", "own_file", "spec", "__init__"}),
        (metrics.FAMILIES, {"registry", "table_study", "__init__"}),
        (sources.SOURCES, {"__init__"}),
        (FIGURES, {"spec", "style", "forest", "panels", "__init__"}),
    ],
    ids=["methods", "metrics", "sources", "figures"],
)
def test_what_lies_beside_kinds_is_none(kinds, helpers):
    assert kinds
    assert not helpers & set(kinds)
