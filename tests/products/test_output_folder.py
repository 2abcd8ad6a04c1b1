"""The folder of a study: what a person has there is never lost."""

import shutil

import pytest

from output_folder_helpers import FIRST, SECOND, content, refused, write
from saliometer.errors import UserError
from saliometer.products import manifests
from saliometer.products.output_folder import MARKER, STAGING


@pytest.fixture
def out(tmp_path):
    """A folder that holds the first files."""
    write(tmp_path / "out", FIRST)
    return tmp_path / "out"


def test_the_second_time_replaces_the_first_and_nothing_else(out):
    own = {"notes.txt": "mine", "tables/own.csv": "mine", "figures/in/own.png": "mine"}
    for name, text in own.items():
        (out / name).write_text(text)
    write(out, SECOND)
    assert content(out) == SECOND | own
    assert manifests.standing(out, manifests.read(out / MARKER).files) == (sorted(SECOND), [], [])
    assert not (out / STAGING).exists()
    (out / "figures/in/own.png").unlink()
    write(out, {"report.html": "8"})
    assert not (out / "figures").exists()  # a folder that only held its files goes with them
    assert content(out) == {"report.html": "8", "notes.txt": "mine", "tables/own.csv": "mine"}


@pytest.mark.parametrize("name", ["notes.txt", ".hidden", "figures/own.txt", "tables/scores.csv", "link"])
def test_the_folder_of_another_is_refused(tmp_path, name):
    path = tmp_path / "out" / name
    path.parent.mkdir(parents=True)
    path.symlink_to("nowhere") if name == "link" else path.write_text("mine")
    refused(tmp_path / "out", FIRST, rf"out: holds {name}, which this command did not make; give --output a ")


def test_an_empty_one_may_have_empty_folders(tmp_path):
    for name in ("tables", "figures/in", "lost+found"):  # the last as at the top of a disk
        (tmp_path / "out" / name).mkdir(parents=True)
    write(tmp_path / "out", FIRST)
    assert content(tmp_path / "out") == FIRST


@pytest.mark.parametrize("name", ["report.html", "tables/old.csv"])  # one is written again, the other is not
@pytest.mark.parametrize("how", ["edited", "a link", "a folder"])
def test_what_somebody_changed_is_refused(out, name, how):
    if how == "edited":
        (out / name).write_text("with my remarks")
    else:
        (out / name).unlink()
        (out / name).symlink_to(out.parent) if how == "a link" else (out / name).mkdir()
    refused(out, SECOND, f"out/{name}: changed since this command made it; move it away, or")


def test_what_somebody_deleted_is_made_again(out):
    shutil.rmtree(out / "tables")
    (out / "report.html").unlink()
    write(out, FIRST)
    assert content(out) == FIRST


@pytest.mark.parametrize(
    ("own", "in_the_way"), [("figures/in/b.png", "figures/in/b.png"), ("figures", "figures")]
)
def test_what_is_in_the_way_is_refused(out, own, in_the_way):
    if own == "figures":
        shutil.rmtree(out / "figures")
    (out / own).write_text("mine")
    refused(out, SECOND, f"out/{in_the_way}: in the way, and not made by this command; move it away")


def test_what_comes_meanwhile_is_refused_too(out):
    def work_there():
        (out / "report.html").write_text("with my remarks")

    with pytest.raises(UserError, match=r"out/report\.html: changed since"):
        write(out, SECOND, meanwhile=work_there)
    assert content(out) == FIRST | {"report.html": "with my remarks"}


@pytest.mark.parametrize("through", ["itself", "a link"])
def test_what_is_read_is_never_replaced(out, through):
    read = out / "tables" / "scores.csv"
    if through == "a link":
        (out.parent / "link.csv").symlink_to(read)
        read = out.parent / "link.csv"
    refused(out, SECOND, f"{read.name}: is itself a file that the study would replace", read)
    (out / "mine.csv").write_text("mine")
    write(out, SECOND, out / "mine.csv")
    assert content(out) == SECOND | {"mine.csv": "mine"}


def test_a_manifest_that_is_none_makes_no_folder_its_own(out):
    (out / MARKER).write_text((out / MARKER).read_text().replace("report.html", "report.htm"))
    (out / "report.htm").write_text("mine")
    refused(
        out, SECOND, r"out: can't tell which of its files are whose \(saliometer-study\.json: its attributes"
    )


def test_a_folder_of_the_name_of_ours_is_refused(out):
    (out / STAGING).mkdir()
    (out / STAGING / "mine.txt").write_text("mine")
    refused(out, SECOND, "in the way, and not made by this command")


@pytest.mark.parametrize("where", ["file", "file/in", "broken/loop"])
def test_what_can_be_no_folder_is_one_line(tmp_path, where):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "broken").symlink_to("broken")
    with pytest.raises(UserError, match=f"{where}: (is a file|can't be made)") as raised:
        write(tmp_path / where, FIRST)
    assert "\n" not in str(raised.value)
    assert content(tmp_path) == {"file": "mine", "broken": "broken"}
