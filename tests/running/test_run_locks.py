"""Locks of runs in one folder, as processes leave them that end, live or die."""

import fcntl
import json
import multiprocessing
import os
import shutil
from itertools import count

import pytest

from saliometer.audit.ownership import may_be_ours
from saliometer.products.paths import PATTERNS
from saliometer.running import run_locks

FORK = multiprocessing.get_context("fork")
TEMPORARY = "maps/photos/original/net/cam/0/.0.zarr.zip.part"


class Process:
    """A run in the folder, in a process of its own, at work until it is told otherwise."""

    def __init__(self, folder, results, signs=True):
        self.folder, self.results, self.signs = folder / ".snakemake", folder / "results" / results, signs
        self.names = FORK.Queue()
        self.ends = FORK.Event()
        self.process = FORK.Process(target=self._run)
        self.process.start()
        self.locks = {self.folder / "locks" / name for name in self.names.get(timeout=10)}

    def _run(self):
        mine = run_locks.hold(self.folder, self.results, may_be_ours)
        locks = [self._write_lock(kind) for kind in ("input", "output")]
        if self.signs:
            run_locks.sign(mine, locks)
        self.names.put([path.name for path in locks])
        self.ends.wait(60)
        shutil.rmtree(self.folder / "locks", ignore_errors=True)  # as Snakemake does
        run_locks._release(mine, os.getpid())

    def _write_lock(self, kind):
        """Write a lock file as Snakemake does (FilePersistence._write_locks)."""
        (self.folder / "locks").mkdir(exist_ok=True)
        path = next(p for n in count() if not (p := self.folder / "locks" / f"{n}.{kind}.lock").exists())
        path.write_text(f"{self.results}/{kind}\n")
        return path

    def end(self):
        self.ends.set()
        self.process.join(10)
        assert self.process.exitcode == 0

    def kill(self):
        self.process.kill()
        self.process.join(10)


@pytest.fixture
def start(tmp_path):
    """Return a function that starts a process in the folder; all are killed in the end."""
    started = []

    def start(results, signs=True):
        started.append(Process(tmp_path, results, signs))
        return started[-1]

    yield start
    for each in started:
        each.kill()


def locks_in(folder):
    return set((folder / ".snakemake" / "locks").glob("*.lock"))


def contents(folder):
    return sorted(path.read_text().rpartition("results/")[2].strip() for path in locks_in(folder))


def look(folder):
    """Come and go, as a dry run does."""
    mine = run_locks.hold(folder / ".snakemake", folder / "results" / "c", may_be_ours)
    run_locks._release(mine, os.getpid())


@pytest.mark.parametrize("signed", [True, False])
def test_what_is_dead_is_unlocked_whoever_lives(tmp_path, start, capsys, signed):
    a, b = start("a", signs=signed), start("b")
    look(tmp_path)
    assert locks_in(tmp_path) == a.locks | b.locks
    a.kill()
    look(tmp_path)
    assert locks_in(tmp_path) == b.locks
    assert capsys.readouterr().err == "A run in this folder was killed: its locks are removed.\n"
    b.kill()
    look(tmp_path)
    assert locks_in(tmp_path) == set()


def test_locks_of_one_that_is_about_to_sign_stay(tmp_path, start):
    a, b = start("a", signs=False), start("b", signs=False)
    a.kill()
    look(tmp_path)
    assert locks_in(tmp_path) == a.locks | b.locks


def test_what_a_dead_one_left_half_written_goes_and_nothing_else(tmp_path, start):
    a, b = start("a"), start("b")
    paths = [tmp_path / "results" / run / TEMPORARY for run in "abc"]
    own = [tmp_path / "results/a/maps/.mine.part", tmp_path / "results/a/.mine.part"]
    for path in [*paths, *own]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("half")
    (tmp_path / "results/a/maps/.folder.part").mkdir()
    also = start("a")  # of the same results, such as another stage
    a.kill()
    look(tmp_path)
    assert all(path.exists() for path in paths)
    also.kill()
    look(tmp_path)
    assert [path.exists() for path in paths] == [False, True, True]
    assert all(path.exists() for path in own)
    assert b.locks == locks_in(tmp_path)


def test_one_that_ends_leaves_nothing_and_gives_others_their_locks_back(tmp_path, start):
    a, b = start("a"), start("b")
    a.end()
    assert contents(tmp_path) == ["b/input", "b/output"]
    shutil.rmtree(tmp_path / ".snakemake" / "locks")  # as by --unlock
    look(tmp_path)
    assert contents(tmp_path) == ["b/input", "b/output"]
    c = start("c")
    assert contents(tmp_path) == ["b/input", "b/output", "c/input", "c/output"]
    b.end()
    assert contents(tmp_path) == ["c/input", "c/output"]
    c.end()
    assert locks_in(tmp_path) == set()
    assert list((tmp_path / ".snakemake" / run_locks.RUNS).iterdir()) == []


def test_locks_brought_back_to_one_that_just_ends_go_with_it(tmp_path, start):
    a = start("a")
    shutil.rmtree(tmp_path / ".snakemake" / "locks")
    look(tmp_path)
    assert contents(tmp_path) == ["a/input", "a/output"]
    a.end()
    assert locks_in(tmp_path) == set()


def test_the_locks_of_another_machine_stay_until_somebody_unlocks(tmp_path, start):
    a = start("a")
    (folder,) = (tmp_path / ".snakemake" / run_locks.RUNS).iterdir()
    a.kill()
    (folder / run_locks.LOCKED_FILE).write_text(json.dumps({"machine": "another", "results": "results/a"}))
    look(tmp_path)
    assert locks_in(tmp_path) == a.locks
    shutil.rmtree(tmp_path / ".snakemake" / "locks")
    look(tmp_path)
    assert not folder.exists()


def test_locks_that_none_of_us_made_stay(tmp_path):
    locks = tmp_path / ".snakemake" / "locks"
    locks.mkdir(parents=True)
    (locks / "0.output.lock").write_text("of another workflow")
    look(tmp_path)
    assert locks_in(tmp_path) == {locks / "0.output.lock"}


@pytest.mark.parametrize("content", [None, "", '{"machine"'])
def test_one_that_died_while_it_began_is_cleared(tmp_path, content):
    folder = tmp_path / ".snakemake" / run_locks.RUNS / "1-x"
    folder.mkdir(parents=True)
    if content is not None:
        (folder / run_locks.LOCKED_FILE).write_text(content)
    look(tmp_path)
    assert not folder.exists()


def test_without_hard_links_what_is_dead_is_unlocked_when_nobody_lives(tmp_path, start, monkeypatch):
    def refuse(*arguments):
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    a, b = start("a"), start("b")
    a.kill()
    look(tmp_path)
    assert locks_in(tmp_path) == a.locks | b.locks
    b.kill()
    look(tmp_path)
    assert locks_in(tmp_path) == set()


def test_without_locks_of_the_kernel_a_person_decides(tmp_path, monkeypatch):
    def refuse(*arguments):
        raise OSError

    monkeypatch.setattr(fcntl, "flock", refuse)
    assert run_locks.hold(tmp_path / ".snakemake", tmp_path / "results" / "a", may_be_ours) is None


def test_the_temporary_of_the_test_is_one_of_ours():
    assert TEMPORARY.replace("/.0", "/0").removesuffix(".part") == PATTERNS["maps"].format(
        dataset="photos", form="original", model="net", method="cam", replicate=0, shard=0
    )
