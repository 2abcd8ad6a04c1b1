"""The folder that a command writes whole: over two devices, by two at once, killed at any step."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from output_folder_helpers import FIRST, SECOND, content, refused, write
from saliometer.products import manifests
from saliometer.products.output_folder import MARKER, STAGING


@pytest.fixture
def out(tmp_path):
    """A folder that holds the first files."""
    write(tmp_path / "out", FIRST)
    return tmp_path / "out"


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
