"""The locks: one resolution, hashed, covering pyproject.toml; the conda file follows from them."""

import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
ENVS = ROOT / "envs"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SPECIFICATION = importlib.util.spec_from_file_location("lock", ENVS / "lock.py")
lock = importlib.util.module_from_spec(SPECIFICATION)
SPECIFICATION.loader.exec_module(lock)
RUNTIME, TEST = lock.LOCK.read_text(), lock.TEST_LOCK.read_text()
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "darwin": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
}


def pins(text, python="3.11", platform="linux"):
    """Return the versions that a lock gives for one Python and platform; each package has one."""
    environment = {"python_version": python, "python_full_version": f"{python}.9", "extra": ""}
    environment |= PLATFORMS[platform]
    found = {}
    for entry in lock.entries(text):
        requirement = Requirement(entry.requirement)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            name = canonicalize_name(requirement.name)
            (specifier,) = requirement.specifier
            assert specifier.operator == "=="
            assert found.setdefault(name, specifier.version) == specifier.version
    return found


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_locks_satisfy_the_project(python, platform):
    runtime, test = pins(RUNTIME, python, platform), pins(TEST, python, platform)
    wanted = [(PROJECT["dependencies"], runtime)]
    wanted.append((PROJECT["optional-dependencies"]["test"], runtime | test))
    for requirements, locked in wanted:
        for requirement in map(Requirement, requirements):
            assert locked[canonicalize_name(requirement.name)] in requirement.specifier


def test_python_versions_are_those_of_the_project():
    assert PROJECT["requires-python"] == ">=3.11,<3.14"
    assert f"python {PROJECT['requires-python']}" in lock.CONDA.read_text()
    named = [line for line in PROJECT["classifiers"] if "Python :: 3." in line]
    assert [line.rpartition(" ")[2] for line in named] == list(PYTHONS)


@pytest.mark.parametrize("text", [RUNTIME, TEST], ids=["lock.txt", "lock-test.txt"])
def test_every_pin_is_hashed_and_nothing_else_is_said(text):
    entries = lock.entries(text)
    assert entries
    for entry in entries:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry.lines), entry.requirement
    options = {line.split()[0] for line in text.splitlines() if line.startswith("-")}
    assert options <= {"-r"}


def test_no_file_names_a_host():
    for path in ENVS.glob("*.*"):
        assert not re.search(r"://|\.(org|com|net|io|dev)\b", path.read_text()), path.name


def test_the_test_lock_adds_to_the_runtime_lock():
    assert TEST.splitlines()[0] == "-r lock.txt"
    for python in PYTHONS:
        runtime, test = pins(RUNTIME, python), pins(TEST, python)
        assert all(test[name] == runtime[name] for name in runtime.keys() & test.keys())
    assert not {entry.requirement for entry in lock.entries(RUNTIME)} & {
        entry.requirement for entry in lock.entries(TEST)
    }


def test_oracles_with_other_licences_stay_out_of_the_program():
    assert {"krippendorff", "pingouin"} <= pins(TEST).keys()
    assert not pins(RUNTIME).keys() & {"krippendorff", "pingouin", "captum", "timm", "pytest", "hypothesis"}


def test_the_conda_file_follows_from_the_lock():
    assert lock.CONDA.read_text() == lock.conda_file(RUNTIME)
    parsed = yaml.safe_load(lock.CONDA.read_text())
    assert parsed["dependencies"][2] == {"pip": [entry.requirement for entry in lock.entries(RUNTIME)]}
    assert "UNTESTED" in lock.CONDA.read_text()


def test_check_sees_a_drifted_conda_file(tmp_path):
    for path in (ENVS / "lock.py", lock.LOCK, lock.TEST_LOCK, lock.CONDA):
        (tmp_path / path.name).write_text(path.read_text())

    def check():
        return subprocess.run(
            [sys.executable, tmp_path / "lock.py", "--check"], capture_output=True, text=True, check=False
        )

    assert check().returncode == 0
    (tmp_path / "lock.txt").write_text(RUNTIME.replace("numpy==", "numpy==9."))
    assert check().returncode == 1
    assert "does not follow" in check().stderr


FULL = """\
both==1 \\
    --hash=sha256:aa
    # via x
narrow==2 \\
    --hash=sha256:bb
tests-only==3 \\
    --hash=sha256:cc
"""


def test_cutting_one_resolution():
    runtime = (
        "both==1 \\\n    --hash=sha256:aa\nnarrow==2 ; sys_platform == 'linux' \\\n    --hash=sha256:bb\n"
    )
    text, test_text = lock.cut(FULL, runtime)
    assert [entry.requirement for entry in lock.entries(text)] == [
        "both==1",
        "narrow==2 ; sys_platform == 'linux'",
    ]
    assert [entry.requirement for entry in lock.entries(test_text)] == ["narrow==2", "tests-only==3"]
    assert "".join(entry.lines for entry in lock.entries(FULL)) == FULL


def test_two_resolutions_are_refused():
    with pytest.raises(SystemExit, match="both==7"):
        lock.cut(FULL, "both==7 \\\n    --hash=sha256:dd\n")
