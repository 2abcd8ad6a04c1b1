"""Digests of code follow its meaning and its imports, and nothing else."""

import textwrap

import pytest

from saliometer.plan import provenance

MODULES = {
    "__init__": '"""The package."""',
    "bottom": "LIMIT = 3\n",
    "middle": "from demo.bottom import LIMIT\n",
    "lazy": "def load():\n    import demo.bottom\n    return demo.bottom\n",
    "alone": "import math\n",
    "folder/__init__": "",
    "folder/inner": "from . import sibling\nfrom ..middle import LIMIT\n",
    "folder/sibling": "VALUE = 1\n",
    "kinds/__init__": "",
    "kinds/all": 'MODULES = import_kinds(__package__, "KIND")\n',
    "kinds/one": "from demo.bottom import LIMIT\nKIND = 1\n",
    "kinds/beside": "import demo.middle\n",
}


CACHED = [provenance._module_path, provenance._read, provenance._digests_of_data]


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Make a small package and point the program at it; returns a writer of its modules."""
    monkeypatch.setattr(provenance, "PACKAGE", "demo")
    monkeypatch.setattr(provenance, "FOLDER", tmp_path)

    def write(name, text):
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(text))
        for cached in CACHED:
            cached.cache_clear()

    for name, text in MODULES.items():
        write(name, text)
    yield write
    for cached in CACHED:
        cached.cache_clear()


def test_the_closure_follows_every_import(package):
    assert list(provenance.code_digests("demo.middle")) == ["demo", "demo.bottom", "demo.middle"]
    assert list(provenance.code_digests("demo.lazy")) == ["demo", "demo.bottom", "demo.lazy"]
    assert list(provenance.code_digests("demo.alone")) == ["demo", "demo.alone"]
    inner = ["demo", "demo.bottom", "demo.folder", "demo.folder.inner", "demo.folder.sibling", "demo.middle"]
    assert list(provenance.code_digests("demo.folder.inner")) == inner
    of_kinds = ["demo", "demo.bottom", "demo.kinds", "demo.kinds.all", "demo.kinds.one"]
    assert list(provenance.code_digests("demo.kinds.all")) == of_kinds


@pytest.mark.parametrize(
    "same",
    ["LIMIT = 3  # why\n", "\n\nLIMIT=(3)\n", '"""A docstring."""\nLIMIT = (\n    3\n)\n'],
)
def test_comments_and_layout_change_nothing(package, same):
    before = provenance.code_digests("demo.middle")
    package("bottom", same)
    assert provenance.code_digests("demo.middle") == before


def test_a_token_changes_its_module_alone(package):
    before = provenance.code_digests("demo.middle")
    package("bottom", "LIMIT = 4\n")
    after = provenance.code_digests("demo.middle")
    assert [name for name in before if before[name] != after[name]] == ["demo.bottom"]


def test_a_table_counts_for_the_modules_of_its_folder(package, tmp_path):
    before = provenance.code_digests("demo.folder.sibling")
    (tmp_path / "folder" / "classes.csv").write_text("index,label")
    package("alone", MODULES["alone"])
    after = provenance.code_digests("demo.folder.sibling")
    assert set(after) - set(before) == {"folder/classes.csv"}
    assert "folder/classes.csv" not in provenance.code_digests("demo.middle")


def test_an_unknown_module_is_an_error(package):
    with pytest.raises(FileNotFoundError):
        provenance.code_digests("demo.nowhere")


def test_locked_versions_heed_markers(tmp_path):
    lock = tmp_path / "lock.txt"
    lines = [
        "-r other.txt",
        "# a comment",
        "numpy==1.0 ; python_version < '3' \\",
        "    --hash=sha256:00",
        "numpy==2.4.6 ; python_version >= '3' \\",
        "    --hash=sha256:00",
        "torch==2.15.0 \\",
    ]
    lock.write_text("\n".join(lines))
    assert provenance.locked_versions(lock) == {"numpy": "2.4.6", "torch": "2.15.0"}
