"""Where a file is expected and something else lies there, a line says so: nothing waits for a pipe."""

import os
import socket
from pathlib import Path

import pytest

from saliometer.errors import UserError
from saliometer.images import sources
from saliometer.images.index import build_index, prove
from saliometer.images.sources import folder
from saliometer.methods.own_file import load_file
from saliometer.models.described import digest_of_weights
from saliometer.products.files import why_no_file
from saliometer.table_study.reading import read_score_table
from saliometer.table_study.settings import Settings
from saliometer.tables import read_parquet


@pytest.fixture
def pipe(tmp_path):
    """Return what makes a named pipe of some name."""

    def make(name: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(path)
        return path

    return make


def test_kinds_are_called_by_their_names(tmp_path, pipe, monkeypatch):
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(pipe("pipe"))
    with socket.socket(socket.AF_UNIX) as open_socket:
        monkeypatch.chdir(tmp_path)
        open_socket.bind("socket")
        found = {
            name: why_no_file(name) for name in ("file", "link", "socket", ".", "/dev/null", "absent", "a\0")
        }
    assert found == {
        "file": None,
        "link": "is a named pipe, not a file",
        "socket": "is a socket, not a file",
        ".": "is a folder, not a file",
        "/dev/null": "is a device, not a file",
        "absent": "no such file or directory",
        "a\0": "embedded null byte",
    }


def test_pictures(pipe):
    path = pipe("images/tabby/a.jpg")
    assert prove(path) == "can't be opened (is a named pipe, not a file)"
    settings = folder.Settings(source="folder", path=str(path.parents[1]))
    with pytest.raises(
        UserError, match=r"1 of 1 images can't be used .*a\.jpg: can't be opened \(is a named"
    ):
        build_index(settings)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("t.csv", lambda path: read_score_table(path, Settings())),
        ("t.parquet", lambda path: read_score_table(path, Settings())),
        (
            "images.csv",
            lambda path: sources.find_images(sources.parse({"source": "table", "path": str(path)})),
        ),
        ("mine.py", lambda path: load_file(str(path))),
        ("w.pth", lambda path: digest_of_weights("net", path)),
        ("results/a/tables/scores.parquet", read_parquet),
    ],
)
def test_tables_methods_weights_and_products(pipe, name, read):
    path = pipe(name)
    with pytest.raises(UserError) as caught:
        read(path)
    assert str(path) in str(caught.value)
    assert "is a named pipe, not a file" in str(caught.value)
