"""Kinds are told by what a module declares: a helper beside them is none."""

import pytest

from saliometer.images import sources
from saliometer.kinds import kinds_in
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


@pytest.mark.parametrize(
    ("kinds", "helpers"),
    [
        (methods.METHODS.values(), {"registry", "own_file", "spec", "__init__"}),
        (metrics.FAMILIES, {"registry", "given", "__init__"}),
        (sources.SOURCES, {"__init__"}),
    ],
    ids=["methods", "metrics", "sources"],
)
def test_what_lies_beside_kinds_is_none(kinds, helpers):
    assert kinds
    assert not helpers & set(kinds)
