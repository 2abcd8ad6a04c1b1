"""The packages that are installed: what runs is what results say."""

import json

import pytest

from saliometer.errors import UserError
from saliometer.plan import jobs
from saliometer.products import installed
from saliometer.stages.command import parse_job

THERE = {"torch": "2.15.0+cpu", "numpy": "2.4.6", "pillow": "12.0.0"}


@pytest.fixture(autouse=True)
def there(monkeypatch):
    monkeypatch.setattr(installed, "installed_version", THERE.get)
    monkeypatch.setattr(jobs, "installed_version", THERE.get)


def test_a_local_label_is_the_same_version():
    installed.check_locked({"torch": "2.15.0", "numpy": "2.4.6"})
    assert not installed.is_same("2.15.0", "2.15.0+cpu")


def test_a_difference_is_one_line_with_what_mends_it():
    with pytest.raises(UserError) as refused:
        installed.check_locked({"torch": "2.15.0", "numpy": "2.4.7", "pillow": "12.1.0", "zarr": "3.1"})
    line = str(refused.value)
    assert "numpy 2.4.6 is installed where 2.4.7 is named (and 2 more)" in line
    assert "python -m pip install --require-hashes -r envs/lock.txt" in line
    assert "--config allow_other_versions=true" in line
    assert "\n" not in line
    with pytest.raises(UserError, match=r"zarr none is installed where 3\.1 is named;"):
        installed.check_locked({"zarr": "3.1"})


def test_a_job_refuses_a_machine_with_other_packages():
    job = {"settings": {}, "versions": {"torch": "2.15.0"}}
    assert parse_job(json.dumps(job)) == job
    with pytest.raises(UserError, match=r"numpy 2\.4\.6 is installed where 2\.4\.5 is named"):
        parse_job(json.dumps(job | {"versions": {"numpy": "2.4.5"}}))


def test_products_tell_what_ran_here_and_where_their_inputs_were_made():
    of_inputs = [{"torch": ["2.15.0"], "pandas": ["3.0"]}, {"torch": ["2.15.0+cu"]}, {}]
    assert installed.ran_with(["torch", "numpy"], of_inputs) == {
        "numpy": ["2.4.6"],
        "pandas": ["3.0"],
        "torch": ["2.15.0", "2.15.0+cpu", "2.15.0+cu"],
    }


def test_other_versions_enter_the_jobs_once_they_are_allowed(monkeypatch, tmp_path):
    lock = tmp_path / "lock.txt"
    lock.write_text("torch==2.15.0\nnumpy==2.4.6\npillow==11.0.0\nzarr==3.1\n")
    monkeypatch.setattr(jobs, "LOCK", lock)
    assert [jobs._version_of(name, False) for name in ("pillow", "torch", "zarr")] == [
        "11.0.0",
        "2.15.0",
        "3.1",
    ]
    assert [jobs._version_of(name, True) for name in ("pillow", "torch", "zarr")] == [
        "12.0.0",
        "2.15.0",
        "3.1",
    ]
