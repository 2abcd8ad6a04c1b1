"""What the workflow plans, without running it: the exact jobs, and one line for a wrong config."""

import pytest

from workflow_runs import ROOT, planned_jobs, snakemake

DEMO = str(ROOT / "config" / "config.yaml")
# 8 methods and 1 model on 2 shards.
DEMO_JOBS = {
    "index_images": 1,
    "draw_mosaics": 2,
    "predict_classes": 2,
    "compute_maps": 16,
    "score_maps": 16,
    "summarise_scores": 1,
    "summarise_cost": 1,
    "estimate_reliability": 1,
    "plot_scores": 1,
    "plot_reliability": 1,
    "plot_panels": 1,
    "write_report": 1,
    "default": 1,
}


def test_the_demo_plans_exactly_these_jobs_without_torch(tmp_path):
    finished = snakemake(tmp_path, "--configfile", DEMO, "--dry-run", block_torch=True)
    assert planned_jobs(finished) == DEMO_JOBS


@pytest.mark.parametrize(
    ("target", "jobs"),
    [
        ("images", {"index_images": 1, "images": 1}),
        ("segments", {"index_images": 1, "draw_mosaics": 2, "segment_mosaics": 2, "segments": 1}),
        ("scores", {"index_images": 1, "draw_mosaics": 2, "compute_maps": 16, "score_maps": 16, "scores": 1}),
    ],
)
def test_a_stage_is_a_target(tmp_path, target, jobs):
    assert planned_jobs(snakemake(tmp_path, "--configfile", DEMO, "--dry-run", target)) == jobs


def test_config_on_the_command_line(tmp_path):
    finished = snakemake(tmp_path, "--configfile", DEMO, "--config", "seed=7", "run=other", "--dry-run")
    assert planned_jobs(finished) == DEMO_JOBS
    assert "results/other/report/index.html" in finished.stdout + finished.stderr


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("sede=7", "did you mean 'seed'"),
        ("seed=many", "config: seed:"),
        ("mosaics={target_tiles: 2}", "target_tiles: 1"),
        ("datasets={mine: {source: folder, path: /nowhere}}", "/nowhere: no such folder"),
    ],
)
def test_a_wrong_config_is_one_line_and_exit_code_1(tmp_path, wrong, words):
    finished = snakemake(tmp_path, "--configfile", DEMO, "--config", wrong, "--dry-run")
    said = [line for line in finished.stderr.splitlines() if not line.startswith("Using workflow specific")]
    assert finished.returncode == 1
    assert len(said) == 1
    assert words in said[0]
    assert not finished.stdout.strip()
