"""Write a folder whole, and read it back."""

import os
from pathlib import Path

import pytest

from saliometer.errors import UserError
from saliometer.products.output_folder import MARKER, written_whole

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


def refused(output, files, words, read="nowhere.csv"):
    before = content(output.parent)
    with pytest.raises(UserError, match=words) as raised:
        write(output, files, read)
    assert "\n" not in str(raised.value)
    assert content(output.parent) == before
