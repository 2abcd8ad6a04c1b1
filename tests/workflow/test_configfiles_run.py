"""What Snakemake itself can't read of ``--configfile`` is one line before anything is planned."""

import os
import subprocess
import sys

import pytest

from workflow_runs import snakemake

pytestmark = pytest.mark.slow

WRONG = {
    "utf16": ("run: a\n".encode("utf-16"), "is UTF-16; save it as UTF-8"),
    "latin1": ("run: \N{LATIN SMALL LETTER E WITH ACUTE}\n".encode("latin-1"), "line 1: holds a byte 0xe9"),
    "itself": (b"run: a\ndatasets: &all\n  d: *all\n", "line 3: *all stands inside of what it names"),
    "nested": (b"run: " + b"[" * 1000 + b"]" * 1000, "line 1: more than 30 levels of blocks and lists"),
    "digits": (b"run: a\nseed: " + b"1" * 5000, "line 2: a number of 5,000 digits; at most 100"),
    "empty": (b"", "is empty; give it the blocks datasets, models and methods"),
    "tabs": (b"run:\t- a\n\tb: c\n", "line 1: not a readable config (found character"),
    "pipe": (None, "is a named pipe, not a file"),
    "absent": (..., "no such file or directory"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_configfile_that_can_not_be_read_is_one_line(tmp_path, name):
    content, words = WRONG[name]
    if content is None:
        os.mkfifo(tmp_path / f"{name}.yaml")
    elif content is not ...:
        (tmp_path / f"{name}.yaml").write_bytes(content)
    said = snakemake(tmp_path, "--dry-run", "--configfile", f"{name}.yaml")
    assert said.returncode == 1
    _, line = (said.stdout + said.stderr).strip().splitlines()  # after the one on the profile
    assert line.startswith(f"error: {name}.yaml: {words}")


def test_a_configfile_of_values_is_read_as_ever(tmp_path):
    (tmp_path / "right.yaml").write_text("run: &name right\ndatasets: {d: {source: *name}}\n")
    said = snakemake(tmp_path, "--dry-run", "--configfile", "right.yaml")
    assert "datasets.d.source: got the text 'right'" in said.stderr


def test_reading_a_configfile_imports_nothing_of_the_package(tmp_path):
    """The workflow imports it later, from its own tree or copy, which may not be the installed one."""
    (tmp_path / "right.yaml").write_text("run: right\n")
    script = (
        "import sys, pathlib, snakemake.cli, snakemake_logger_plugin_saliometer\n"
        "from snakemake.settings import types\n"
        "assert types.load_configfile.__name__ == 'read_or_say'\n"
        "types.load_configfile(pathlib.Path('right.yaml'))\n"
        "assert not [name for name in sys.modules if name.split('.')[0] == 'saliometer']\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
