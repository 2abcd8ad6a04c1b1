"""A file of settings that can't be meant as it stands is one line with its name and place."""

import os
import socket
from pathlib import Path

import pytest
import yaml

from saliometer.config.files import read_config
from saliometer.config.study import load_config
from saliometer.errors import UserError
from wrong_configs import DEMO, whole

CONFIGS = sorted((Path(__file__).parents[2] / "config").glob("*.yaml"))
TEXT = "run: a\nseed: 1\n"


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_the_configs_of_this_repository_are_read_as_yaml_reads_them(path):
    assert read_config(path) == yaml.safe_load(path.read_text())


def test_json_marks_and_references_are_read(tmp_path):
    (tmp_path / "a.json").write_text('{"run": "a",\t"seed": 1}')
    (tmp_path / "b.yaml").write_text("\ufeff" + TEXT, encoding="utf-8")
    assert read_config(tmp_path / "a.json") == read_config(tmp_path / "b.yaml") == {"run": "a", "seed": 1}
    (tmp_path / "c.yaml").write_text("a: &x {k: 1}\nb: *x\nc: {<<: *x, l: 2}\n")
    assert read_config(tmp_path / "c.yaml") == {"a": {"k": 1}, "b": {"k": 1}, "c": {"k": 1, "l": 2}}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty; give it the blocks"),
        (b"# nothing\n", "is empty"),
        (b"- run\n", "holds no keys at its top"),
        (TEXT.encode("utf-16"), "is UTF-16; save it as UTF-8"),
        (TEXT.encode("utf-32"), "is UTF-32; save it as UTF-8"),
        ("run: a\n# Größe\n".encode("latin-1"), "line 2: holds a byte 0xf6 that is no UTF-8"),
        (b"run: a\nseed: 1\nrun: b\n", "line 3: the key 'run' is in line 1 too; keep one"),
        (b"methods:\n  a: {x: 1,\n    x: 2}\n", "line 3: the key 'x' is in line 2 too"),
        (b'{"run": "a", "run": "b"}', "the key 'run' is given twice"),
        (b"run: &a [*a]\n", "line 1: *a stands inside of what it names"),
        (b"a: &a\n  b: {c: *a}\n", "line 2: *a stands inside of what it names"),
        (b"a: " + b"[" * 1000 + b"]" * 1000, "line 1: more than 30 levels of blocks and lists"),
        (b"[" * 100_000, "line 1: more than 30 levels"),
        (b"seed: " + b"9" * 5000, "line 1: a number of 5,000 digits; at most 100"),
        (b"a: [1\nb: 2\n", "line 2: not a readable config ("),
        (b"a:\tb\n\t- c", "line 1: not a readable config ("),
        (b"a: !!python/object/apply:os.system [ls]", "line 1: not a readable config (could not determine"),
        (b"a: \x00", "not a readable config ("),
    ],
)
def test_what_can_not_be_meant_is_one_line(tmp_path, content, said):
    (tmp_path / "mine.yaml").write_bytes(content)
    with pytest.raises(UserError) as caught:
        read_config(tmp_path / "mine.yaml")
    assert str(caught.value).startswith(f"{tmp_path / 'mine.yaml'}: {said}")


def test_what_is_no_file_is_told_and_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.yaml")
    Path("folder.yaml").mkdir()
    with socket.socket(socket.AF_UNIX) as open_socket:
        open_socket.bind("socket.yaml")
        for name, said in {
            "pipe.yaml": "is a named pipe, not a file",
            "socket.yaml": "is a socket, not a file",
            "folder.yaml": "is a folder, not a file",
            "/dev/zero": "is a device, not a file",
            "absent.yaml": "no such file or directory",
            "a\0b.yaml": "embedded null byte",
        }.items():
            with pytest.raises(UserError, match=said):
                read_config(name)


def line_of(mapping) -> str:
    with pytest.raises(UserError) as caught:
        load_config(mapping)
    assert str(caught.value).startswith("config: ")
    return str(caught.value)


def test_values_that_can_not_be_meant_are_one_line():
    deep: dict = {}
    for _ in range(100):
        deep = {"a": deep}
    circle: dict = {}
    circle["a"] = circle
    for wrong in (deep, circle):
        assert "more than 30 levels" in line_of({**DEMO, "segments": wrong})
    assert r"datasets.photos.path: holds a NUL (/tmp/a\x00b); take it out" in line_of(
        {**DEMO, "datasets": {"photos": {"source": "folder", "path": "/tmp/a\0b"}}}
    )
    assert "models.a.weights: holds a NUL" in line_of({**DEMO, "models": {"a": {"weights": "b\0.pth"}}})
    assert "seed: a number of 5,001 digits" in line_of({**DEMO, "seed": 10**5000})


def test_a_study_of_more_jobs_than_can_be_planned_says_how_many_at_once():
    mapping = whole()
    mapping["mosaics"]["rounds"] = 1_000_000
    line = line_of(mapping)
    assert "mosaics.rounds: 1,000,000 in shards of 1 make " in line
    assert "jobs; a run holds at most 100,000: raise mosaics.rounds_per_shard, or lower rounds" in line
    mapping["mosaics"]["rounds_per_shard"] = 10_000
    assert load_config(mapping).mosaics.rounds == 1_000_000
