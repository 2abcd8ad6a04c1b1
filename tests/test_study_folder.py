"""The folder of a study of a table of scores: what a new study replaces, and what it leaves."""

import pytest

from saliometer import study
from saliometer.errors import UserError
from saliometer.figures import style
from saliometer.products import manifests
from saliometer.products.output_folder import MARKER
from saliometer.table_study.settings import Settings
from table_study_helpers import BOTH, tidy, write


def read_manifest(folder):
    return manifests.read(folder / MARKER)


@pytest.mark.slow
def test_a_new_study_takes_the_place_of_the_old_one_and_leaves_other_files(tmp_path, monkeypatch):
    output = tmp_path / "out"
    two = tidy(n_items=4).query("metric == 'faithful'")
    settings = Settings(higher_is_better=["faithful"])
    study.make_study(write(tmp_path, two), output, settings)
    (output / "notes.txt").write_text("mine")
    before = {path: path.read_bytes() for path in output.rglob("*") if path.is_file()}

    def fail(*arguments):
        raise RuntimeError("broken on purpose")

    with monkeypatch.context() as broken:
        broken.setattr(style, "save", fail)
        with pytest.raises(RuntimeError, match="on purpose"):
            study.make_study(write(tmp_path, tidy(n_items=5)), output, BOTH)
    assert {path: path.read_bytes() for path in output.rglob("*") if path.is_file()} == before
    study.make_study(
        write(tmp_path, two.assign(metric="other")), output, Settings(higher_is_better=["other"])
    )
    assert (output / "notes.txt").read_text() == "mine"
    assert not list(output.rglob("*faithful*"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "table.csv"]
    expected = {*study._names_of_files(read_manifest(output).attributes["job"]["settings"])}
    assert {*read_manifest(output).files} == expected


def test_a_folder_that_is_not_its_own_is_refused_before_any_work(tmp_path, monkeypatch):
    """A person's folder, with files where ours would go and the table itself among them."""
    own = {"figures/own.txt": "mine", "tables/scores.csv": "item,method,metric,score\na,m,f,1\na,n,f,2\n"}
    for name, text in own.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(study, "summary_tables", lambda *arguments: pytest.fail("it computes"))
    with pytest.raises(UserError, match=rf"{tmp_path}: holds figures/own\.txt, which this command did not"):
        study.make_study(tmp_path / "tables/scores.csv", tmp_path, Settings(higher_is_better=["f"]))
    files = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*") if path.is_file()}
    assert {name: path.read_text() for name, path in files.items()} == own
