"""The folder of a study: what a person has there is never lost, whatever stops the command."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from saliometer.errors import UserError
from saliometer.products import manifests
from saliometer.products.output_folder import MARKER, STAGING, written_whole

FIRST = {"tables/scores.csv": "1", "tables/old.csv": "2", "figures/in/a.png": "3", "report.html": "4"}
SECOND = {"tables/scores.csv": "5", "figures/in/b.png": "6", "report.html": "7"}


def write(output, files, read="nowhere.csv", meanwhile=lambda: None):
    with written_whole(output, files, Path(read), {"job": {"settings": {}}}) as folder:
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        meanwhile()


def content(folder):
    """Texts by path of all files but manifests; the target of a link."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {
        name: os.readlink(path) if path.is_symlink() else path.read_text()
        for name, path in paths.items()
        if path.name != MARKER and (path.is_symlink() or path.is_file())
    }


def refused(output, files, said, read="nowhere.csv"):
    before = content(output.parent)
    with pytest.raises(UserError, match=said) as raised:
        write(output, files, read)
    assert "\n" not in str(raised.value)
    assert content(output.parent) == before


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


@pytest.mark.parametrize("name", ["own.txt", "figures/z/own.txt", "tables/own.csv"])
def test_what_is_put_where_a_killed_command_wrote_stays(out, name):
    (out / STAGING).mkdir()
    manifests.write(out / STAGING / MARKER, {})
    for path in (out / STAGING / next(iter(SECOND)), out / STAGING / name):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
    refused(out, SECOND, f"{name}: in the way, and not made by this command")
    (out / STAGING / name).unlink()
    write(out, SECOND)
    assert not (out / STAGING).exists()


@pytest.mark.parametrize("where", ["file", "file/in", "broken/loop"])
def test_what_can_be_no_folder_is_one_line(tmp_path, where):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "broken").symlink_to("broken")
    with pytest.raises(UserError, match=f"{where}: (is a file|can't be made)") as raised:
        write(tmp_path / where, FIRST)
    assert "\n" not in str(raised.value)
    assert content(tmp_path) == {"file": "mine", "broken": "broken"}


def test_a_failure_leaves_no_trace(tmp_path, out):
    def fail():
        raise RuntimeError("broken on purpose")

    for output in (tmp_path / "new" / "folders" / "out", out):
        with pytest.raises(RuntimeError, match="on purpose"):
            write(output, FIRST, meanwhile=fail)
    assert content(tmp_path) == {f"out/{name}": text for name, text in FIRST.items()}
    assert sorted(tmp_path.iterdir()) == [out]


@pytest.fixture
def other_device():
    """A folder on another device than that of the tests."""
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == Path(tempfile.gettempdir()).stat().st_dev:
        pytest.skip("no second device")
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        yield Path(folder)


@pytest.mark.parametrize("exists", [True, False])
def test_the_output_may_be_a_link_to_another_device(tmp_path, other_device, exists):
    target = other_device / "out"
    if exists:
        target.mkdir()
    (tmp_path / "out").symlink_to(target)
    for files in (FIRST, SECOND):
        write(tmp_path / "out", files)
        assert content(target) == files
    assert (tmp_path / "out").is_symlink()
    assert sorted(other_device.iterdir()) == [target]


def test_a_folder_inside_may_be_moved_to_another_device(out, other_device):
    shutil.move(out / "tables", other_device / "tables")
    (out / "tables").symlink_to(other_device / "tables")
    (other_device / "tables" / "own.csv").write_text("mine")
    write(out, SECOND)
    assert content(other_device / "tables") == {"scores.csv": "5", "own.csv": "mine"}
    assert (out / "tables").is_symlink()


def test_two_at_once_are_one_too_many(out):
    descriptor = os.open(out, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        refused(out, SECOND, "out: another study is being written there; wait for its end")
    finally:
        os.close(descriptor)
    write(out, SECOND)


KILLED_AT = """
import os, signal, sys
from pathlib import Path
from saliometer.products import output_folder
steps, files, output = int(sys.argv[1]), eval(sys.argv[2]), Path(sys.argv[3])
def dying(function):
    def step(*arguments, **options):
        global steps
        steps -= 1
        if steps < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return step
for owner, names in ((Path, "mkdir replace unlink rmdir write_text"), (os, "fsync unlink rmdir")):
    for name in names.split():
        setattr(owner, name, dying(getattr(owner, name)))
with output_folder.written_whole(output, files, Path("nowhere"), {}) as folder:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
"""


@pytest.mark.slow
@pytest.mark.parametrize("before", [{}, FIRST])
def test_killed_at_any_step_the_next_run_recovers(tmp_path, before):
    """SIGKILL before each change of the file system in turn, and once more while the next one clears up."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    own = {"notes.txt": "mine", "tables/own.csv": "mine"} if before else {}
    for steps in range(1000):
        out = tmp_path / str(steps) / "out"
        if before:
            write(out, before)
        for name, text in own.items():
            (out / name).write_text(text)
        finished = []
        for left in (steps, steps % 7):  # steps until the kill
            command = [sys.executable, "-c", KILLED_AT, str(left), repr(SECOND), str(out)]
            finished.append(subprocess.run(command, env=environment, check=False).returncode)
            assert not own or own.items() <= content(out).items()
        assert set(finished) <= {0, -signal.SIGKILL}
        write(out, SECOND)
        assert content(out) == SECOND | own
        if finished[0] == 0:
            break
    assert 15 < steps < 999
