"""A real SLURM runs the study: what its accounting says of the jobs, and what becomes of those killed.

The first run goes through the profile as a site edits it; a job of it is cancelled, the job step of another
killed, and nothing tried again. The second goes through the profile as it is, resumes, and loses another job.
A third study is edited while its jobs wait.
"""

import os
import re
import subprocess
import tempfile
from pathlib import Path

import pytest

import slurm_cluster
from profile_study import CONFIG, JOBS, edited_for_a_site, finish, launch, plan, products
from saliometer.config.study import load_config
from saliometer.plan import resources
from saliometer.plan.jobs import list_images
from slurm_jobs import accounting, cancel, kill_step, set_partition, wait_for, wait_for_waiting
from snapshot_study import CODE, N_SHARDS, edit, expect_one_program, lay_out, start
from workflow_runs import planned_jobs

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

WORK = {rule: count for rule, count in JOBS.items() if rule != "default"}
GPU_RULES = ("predict_classes", "compute_maps")
STAGES = {
    "check_models": "models",
    "index_images": "images",
    "draw_mosaics": "mosaics",
    "predict_classes": "predictions",
    "compute_maps": "maps",
    "score_maps": "scores",
}
# A check a second after a submission, where a real cluster is asked after 40.
SOON = ("--slurm-init-seconds-before-status-checks", "1")
ON_GPUS = ("--set-resources", *(f"{rule}:gpu=1" for rule in GPU_RULES))


@pytest.fixture(scope="module")
def variables():
    """Start a cluster and yield the environment variables of its commands."""
    missing = slurm_cluster.missing_programs()
    if os.getuid() != 0 or missing:
        pytest.skip(f"no SLURM can be started: {', '.join(missing) or 'needs root'}")
    folder = Path(tempfile.mkdtemp(prefix="slurm-", dir="/tmp"))  # sockets want short paths
    yield slurm_cluster.start(folder)
    slurm_cluster.stop(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def disturbed(variables, folder):
    """Run the study, cancel a job of it and kill the job step of another; return what it said."""
    profile = edited_for_a_site(folder / "profile")
    config = profile / "config.yaml"
    # The command line's --set-resources would take the place of the profile's.
    partition = "    slurm_partition: my_gpu_partition\n"
    config.write_text(config.read_text().replace(partition, f"{partition}    gpu: 1\n"))
    study = launch(folder, *SOON, "--retries", "0", profile=profile, variables=variables)
    lose = {"random": lambda number: cancel(variables, number), "gradient": kill_step}
    try:
        while lose:
            word, number = wait_for(variables, "compute_maps", lose)
            lose.pop(word)(number)
    except BaseException:
        study.terminate()
        raise
    return finish(study, folder, code=1)


@pytest.fixture(scope="module")
def resumed(disturbed, variables, folder):
    """Resume the study, cancel a job that is tried again by itself; return the accounting of all jobs."""
    study = launch(folder, *SOON, *ON_GPUS, profile="slurm", variables=variables)
    try:
        _, number = wait_for(variables, "score_maps", ["random"])
        cancel(variables, number)
    except BaseException:
        study.terminate()
        raise
    finish(study, folder)
    return accounting(variables)


def demanded():
    """Return the megabytes and minutes that a first attempt of each rule asks for."""
    settings = load_config(CONFIG)
    images_of_class = list_images(settings, "photos").images_of_class
    extent = resources.shard_extent(images_of_class, settings.mosaics, 0)
    n_scores = resources.n_maps({"photos": images_of_class}, settings.mosaics) * len(settings.methods)
    of_tables = resources.tables_memory("summary", n_scores), resources.tables_minutes(n_scores)
    of_shards = {
        rule: (resources.shard_memory(stage, extent), resources.shard_minutes(stage, extent))
        for rule, stage in STAGES.items()
    }
    return {rule: of_shards.get(rule, of_tables) for rule in WORK}


def test_every_stage_ran_as_jobs_with_the_resources_of_its_rule(resumed):
    done = [job for job in resumed if job.state == "COMPLETED"]
    assert {rule: sum(job.rule == rule for job in done) for rule in WORK} == WORK
    assert len(done) == sum(WORK.values())
    for job in done:
        gpus = "1" if job.rule in GPU_RULES else None
        assert job.asked.get("gres/gpu") == job.granted.get("gres/gpu") == gpus
        assert job.granted["cpu"] == "1"
    first = {job.name: job for job in reversed(resumed)}.values()
    assert {job.rule: (job.memory, job.minutes) for job in first} == demanded()


def test_account_and_partitions_are_those_of_the_edited_profile(resumed, disturbed):
    edited = set(re.findall(r"SLURM jobid (\d+)", disturbed))
    found = {(job.rule in GPU_RULES, job.partition, job.account) for job in resumed if job.number in edited}
    account = slurm_cluster.ACCOUNT
    assert found == {(False, slurm_cluster.PARTITION, account), (True, slurm_cluster.GPU_PARTITION, account)}


def test_lost_jobs_are_told_and_the_others_go_on(resumed, disturbed):
    lost = {job.name.split("_lite_")[1]: job.state.split()[0] for job in resumed if job.state != "COMPLETED"}
    assert lost == {
        "random_0_0": "CANCELLED",
        "gradient_0_0": "FAILED",
        "random_0_classification_0": "CANCELLED",
    }
    assert "status is: 'CANCELLED'" in disturbed
    assert "status is: 'FAILED'" in disturbed
    assert re.search(r"Job \d+: scores: classification of edges", disturbed)


def test_a_lost_job_is_tried_again_with_twice_the_memory_and_time(resumed):
    first, second = [job for job in resumed if job.name.endswith("_random_0_classification_0")]
    assert (second.memory, second.minutes) == (2 * first.memory, 2 * first.minutes)


def test_the_resumed_study_has_the_products_of_an_undisturbed_one(resumed, folder, tmp_path):
    finish(launch(tmp_path, "--cores", "2"), tmp_path)
    assert products(folder) == products(tmp_path)
    assert plan(folder, "--cores", "2", profile="default") == {}


def test_code_and_config_edited_while_jobs_wait_are_those_of_the_next_run(variables, tmp_path):
    lay_out(tmp_path)
    on_slurm = {"profile": "slurm", "variables": variables}
    finish(start(tmp_path, "models", "mosaics", "segments", "--cores", "1"), tmp_path)
    set_partition(variables, slurm_cluster.PARTITION, "DOWN")
    study = start(tmp_path, "maps", *SOON, **on_slurm)
    try:
        wait_for_waiting(variables, "compute_maps", len(CODE) * N_SHARDS)
        edit(tmp_path)
        set_partition(variables, slurm_cluster.PARTITION, "UP")
    except BaseException:
        study.terminate()
        raise
    finish(study, tmp_path)
    first = expect_one_program(tmp_path)
    said = finish(start(tmp_path, "maps", "--cores", "1", "--dry-run"), tmp_path)
    planned = planned_jobs(subprocess.CompletedProcess([], 0, said, ""))
    # A method's code is part of the check of its model.
    assert planned == {"check_models": 1, "compute_maps": len(CODE) * N_SHARDS, "maps": 1}
    finish(start(tmp_path, "maps", *SOON, **on_slurm), tmp_path)
    second = expect_one_program(tmp_path)
    assert all(second[method] != first[method] for method in CODE)
