"""The profiles: what each plans, and that a queue and a remote storage make the same products."""

import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from profile_study import JOBS, RUN, edited_for_a_site, finish, launch, plan, products, text_of
from workflow_runs import ROOT

SHARED = ("scheduler", "rerun-incomplete", "keep-going", "show-failed-logs", "max-checksum-file-size")
SUBMIT_COMMANDS = re.findall(r"# (cluster-generic-submit-cmd: .*)", text_of("cluster-generic"))
# Stands in for qsub and bsub: notes what it was asked for and runs the job.
QUEUE = """\
#!/bin/sh
echo "$@" >> {record}
for script; do :; done
sh "$script" > /dev/null 2>&1
echo 4711
"""


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """Run the study on this machine, once."""
    folder = tmp_path_factory.mktemp("local")
    finish(launch(folder, "--cores", "2"), folder)
    return products(folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("profile", "needed"),
    [
        pytest.param("default", ["--cores", "1"], marks=pytest.mark.slow),
        ("slurm", []),
        pytest.param("cluster-generic", ["--cluster-generic-submit-cmd", "qsub"], marks=pytest.mark.slow),
    ],
)
def test_every_profile_plans_the_same_jobs(tmp_path, profile, needed):
    assert plan(tmp_path, *needed, profile=profile) == JOBS


def test_profiles_of_clusters_stand_alone_and_agree_with_the_default():
    default = yaml.safe_load(text_of("default"))
    for profile in ("slurm", "cluster-generic"):
        settings = yaml.safe_load(text_of(profile))
        assert {key: settings[key] for key in SHARED} == {key: default[key] for key in SHARED}
        assert settings["executor"] == profile
        assert "resources" not in settings, "one GPU job at a time is for one machine"


@pytest.mark.slow
def test_the_slurm_profile_edited_for_a_site(tmp_path):
    edited = edited_for_a_site(tmp_path / "profile")
    settings = yaml.safe_load((edited / "config.yaml").read_text())
    assert settings["default-resources"] == {"slurm_account": "my_account", "slurm_partition": "my_partition"}
    assert settings["set-resources"].keys() == {"predict_classes", "compute_maps"}
    assert plan(tmp_path, profile=edited) == JOBS


@pytest.mark.slow
def test_a_queue_without_a_submit_command_is_asked_for_it(tmp_path):
    said = finish(launch(tmp_path, profile="cluster-generic"), tmp_path, code=1)
    assert "required arguments are missing for plugin cluster-generic: --cluster-generic-submit-cmd" in said


@pytest.mark.slow
@pytest.mark.parametrize("line", SUBMIT_COMMANDS, ids=["SGE", "PBS", "LSF"])
def test_each_submit_command_carries_memory_minutes_and_gpus(tmp_path, line):
    (command,) = yaml.safe_load(line).values()
    record, programs = tmp_path / "record.txt", tmp_path / "bin"
    programs.mkdir()
    for name in ("qsub", "bsub"):
        (programs / name).write_text(QUEUE.format(record=record))
        (programs / name).chmod(0o755)
    demanded = [f"index_images:{resource}" for resource in ("mem_mb=600", "runtime=7", "gpu=1")]
    arguments = ["images", "--cluster-generic-submit-cmd", command, "--set-resources", *demanded]
    variables = {"PATH": f"{programs}:{os.environ['PATH']}"}
    finish(launch(tmp_path, *arguments, profile="cluster-generic", variables=variables), tmp_path)
    asked = record.read_text()
    assert re.search(r"=600(M|mb)\b|-M 600MB\b", asked)
    assert re.search(r"(h_rt|walltime)=420\b|-W 7\b", asked)
    assert re.search(r"(gpu|gpus|physical)=1\b", asked)
    assert products(tmp_path).keys() == {"images/photos.parquet"}


@pytest.mark.slow
def test_jobs_of_a_queue_make_the_same_products(tmp_path, reference):
    """This queue runs one job at a time, so only up to the tables."""
    queue = ["--cluster-generic-submit-cmd", "bash", "--seconds-between-status-checks", "1"]
    finish(launch(tmp_path, "summary", *queue, profile="cluster-generic"), tmp_path)
    made = products(tmp_path)
    assert "tables/summary.csv" in made
    assert made.items() <= reference.items()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("rsync") is None, reason="rsync is not installed")
def test_folders_share_a_remote_storage(tmp_path, reference):
    """One folder makes the maps and another the rest; the storage alone holds the products."""
    storage, here, there = (tmp_path / name for name in ("storage", "here", "there"))
    here.mkdir()
    there.mkdir()
    stored = ["--cores", "2", "--default-storage-provider", "fs", "--default-storage-prefix", str(storage)]
    finish(launch(here, "maps", *stored), here)
    said = finish(launch(there, *stored), there)
    assert not re.search(r"^Job \d+: (images|mosaics|maps): ", said, flags=re.MULTILINE), "made again"
    assert products(storage) == reference
    assert not products(here)
    assert not products(there)
    assert "Nothing to be done" in finish(launch(there, *stored, "--dry-run"), there)
    assert ": 0 damaged" in check(storage / "results" / RUN)


def check(results):
    """Return what the check command says of a results folder without damage."""
    command = [sys.executable, "-m", "saliometer.stages.check", str(results)]
    return subprocess.run(command, cwd=ROOT / "workflow", capture_output=True, text=True, check=True).stdout
