"""Write the locks and the conda file from pyproject.toml: one resolution, cut in three.

    python envs/lock.py             resolve anew (needs a package index), keep the present pins where they fit
    python envs/lock.py --upgrade   resolve anew and take the newest versions
    python envs/lock.py --check     only compare environment.yaml with lock.txt, offline; exit code 1 on drift

lock.txt holds what the program needs; lock-test.txt adds what the extra `test` needs on top. Both are
universal (every Python of the range, Linux and macOS, by markers) and hashed. environment.yaml repeats the
pins of lock.txt inline, because Snakemake and conda track a file's own content only.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ENVS = Path(__file__).resolve().parent
PROJECT = ENVS.parent / "pyproject.toml"
LOCK, TEST_LOCK, CONDA = ENVS / "lock.txt", ENVS / "lock-test.txt", ENVS / "environment.yaml"
OLDEST_PYTHON = "3.11"
RESOLVE = (
    *("uv", "pip", "compile", "--universal", "--python-version", OLDEST_PYTHON),
    *("--generate-hashes", "--no-emit-index-url", "--no-header", "--quiet"),
)
LOCK_HEAD = "# Written by `make lock` (envs/lock.py) from pyproject.toml; do not edit.\n"
# pip reads it relative to the file it stands in, so one `pip install -r lock-test.txt` gets both.
TEST_HEAD = "-r lock.txt\n" + LOCK_HEAD
CONDA_HEAD = """\
# Written by `make lock` (envs/lock.py) from lock.txt; do not edit.
# For those who manage environments with conda. The pins are those of lock.txt, without its hashes.
# UNTESTED: the project is tested in the virtual environment that `make` builds from lock.txt.
name: saliometer
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python >=3.11,<3.14
  - pip
  - pip:
"""


class Entry(NamedTuple):
    """One pin of a lock: its ``requirement`` (name==version ; marker) and its lines as they stand."""

    requirement: str
    lines: str


def entries(lock: str) -> list[Entry]:
    """Cut a lock into its pins; comment lines at its head and other options are left out."""
    blocks: list[list[str]] = []
    for line in lock.splitlines():
        if line[:1].isalnum():
            blocks.append([line])
        elif line.startswith(" ") and blocks:
            blocks[-1].append(line)
    return [Entry(block[0].removesuffix("\\").strip(), "\n".join(block) + "\n") for block in blocks]


def cut(full: str, runtime: str) -> tuple[str, str]:
    """Cut one resolution with all extras into the text of lock.txt and of lock-test.txt.

    Raises SystemExit when ``runtime`` holds a pin that ``full`` does not know: two resolutions.
    """
    of_full, of_runtime = entries(full), entries(runtime)
    foreign = {_pin(entry) for entry in of_runtime} - {_pin(entry) for entry in of_full}
    if foreign:
        sys.exit(f"error: the runtime lock is no part of the full one: {', '.join(sorted(foreign))}")
    known = {entry.requirement for entry in of_runtime}
    # A package that the tests need on more platforms than the program does is in both, with each
    # one's marker; pip takes the same pin twice.
    added = [entry.lines for entry in of_full if entry.requirement not in known]
    return LOCK_HEAD + "".join(entry.lines for entry in of_runtime), TEST_HEAD + "".join(added)


def conda_file(lock: str) -> str:
    """Return the conda environment file that follows from the text of lock.txt."""
    return CONDA_HEAD + "".join(f"      - {_quoted(entry.requirement)}\n" for entry in entries(lock))


def resolve(*options: str, pins: str) -> str:
    """Resolve pyproject.toml with uv and return the lock; ``pins`` are kept where they still fit."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "lock.txt"
        output.write_text(pins)
        command = [sys.executable, "-m", *RESOLVE, *options, "--output-file", str(output), str(PROJECT)]
        if subprocess.run(command, check=False).returncode:
            sys.exit("error: uv could not resolve pyproject.toml (see above)")
        return output.read_text()


def write_locks(upgrade: bool) -> None:
    """Resolve once with the extra, then cut; the second call of uv only says which pins the program needs."""
    present = [] if upgrade else [path.read_text() for path in (LOCK, TEST_LOCK) if path.exists()]
    pins = "".join(entry.lines for text in present for entry in entries(text))
    full = resolve("--extra", "test", pins=pins)
    lock, test_lock = cut(full, resolve(pins=full))
    LOCK.write_text(lock)
    TEST_LOCK.write_text(test_lock)
    CONDA.write_text(conda_file(lock))


def main() -> None:
    parser = argparse.ArgumentParser(description="Write envs/lock.txt, lock-test.txt and environment.yaml.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    parser.add_argument("--check", action="store_true", help="only compare environment.yaml with lock.txt")
    arguments = parser.parse_args()
    if not arguments.check:
        write_locks(arguments.upgrade)
    elif CONDA.read_text() != conda_file(LOCK.read_text()):
        sys.exit("error: envs/environment.yaml does not follow from envs/lock.txt; run `make lock`")


def _pin(entry: Entry) -> str:
    return entry.requirement.partition(";")[0].strip()


def _quoted(requirement: str) -> str:
    """Quote for YAML; markers hold single quotes, never double ones."""
    return f'"{requirement}"'


if __name__ == "__main__":
    main()
