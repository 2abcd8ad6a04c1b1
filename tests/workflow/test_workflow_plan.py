"""What the workflow plans, without running it: the exact jobs, and one line for a wrong config."""

from collections import Counter
from pathlib import Path

import pytest
import yaml
from benchmarks.studies import JOBS_OF_A_RUN

from saliometer.config.study import load_config
from saliometer.plan.products import products_of_config
from workflow_runs import ROOT, planned_jobs, snakemake

DEMO = str(ROOT / "config" / "config.yaml")
# 11 methods and 1 model on 2 shards.
DEMO_JOBS = {
    "check_models": 1,
    "index_images": 1,
    "draw_mosaics": 2,
    "predict_classes": 2,
    "segment_mosaics": 2,
    "compute_maps": 30,
    "score_maps": 30,
    **dict.fromkeys(JOBS_OF_A_RUN, 1),
}


def test_the_demo_plans_exactly_these_jobs_without_torch(tmp_path):
    finished = snakemake(tmp_path, "--configfile", DEMO, "--dry-run", block_torch=True)
    assert planned_jobs(finished) == DEMO_JOBS


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "jobs"),
    [
        pytest.param("images", {"index_images": 1, "images": 1}, marks=pytest.mark.slow),
        pytest.param("models", {"check_models": 1, "models": 1}, marks=pytest.mark.slow),
        pytest.param(
            "segments",
            {"index_images": 1, "draw_mosaics": 2, "segment_mosaics": 2, "segments": 1},
            marks=pytest.mark.slow,
        ),
        (
            "scores",
            {
                "check_models": 1,
                "index_images": 1,
                "draw_mosaics": 2,
                "segment_mosaics": 2,
                "compute_maps": 30,
                "score_maps": 30,
                "scores": 1,
            },
        ),
    ],
)
def test_a_stage_is_a_target(tmp_path, target, jobs):
    assert planned_jobs(snakemake(tmp_path, "--configfile", DEMO, "--dry-run", target)) == jobs


@pytest.mark.slow
def test_superpixels_are_planned_for_methods_that_need_them_alone(tmp_path):
    file = ROOT / "tests" / "helpers" / "superpixels_method.py"
    study = {
        **yaml.safe_load(Path(DEMO).read_text()),
        "methods": {"edges": None, "mine": {"file": str(file)}},
    }
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(study))
    finished = snakemake(tmp_path, "--configfile", "mine.yaml", "--dry-run", "maps", block_torch=True)
    once = {"check_models": 1, "index_images": 1, "maps": 1}
    expected = {**once, "draw_mosaics": 2, "segment_mosaics": 2, "compute_maps": 4}
    assert planned_jobs(finished) == expected


@pytest.mark.slow
def test_a_block_with_its_tiles_apart_is_one_more_block(tmp_path):
    study = yaml.safe_load(Path(DEMO).read_text())
    study["methods"] = {**study["methods"], "ceiling": {"method": "gradcam", "disconnected": True}}
    (tmp_path / "apart.yaml").write_text(yaml.safe_dump(study))
    finished = snakemake(tmp_path, "--configfile", "apart.yaml", "--dry-run", block_torch=True)
    assert planned_jobs(finished) == DEMO_JOBS | {"compute_maps": 32, "score_maps": 32}


@pytest.mark.slow
def test_each_redraw_is_a_job_of_its_own_and_more_of_them_leave_the_first_as_they_are(tmp_path):
    def study(redraws):
        sanity = {"method": "gradcam", "randomized_model": redraws}
        of_demo = yaml.safe_load(Path(DEMO).read_text())
        metrics = ["classification", "localization"]
        return {**of_demo, "methods": {"edges": None, "sanity": sanity}, "metrics": metrics}

    def jobs_of_shards(redraws):
        products = products_of_config(load_config(study(redraws)), None)
        return {p.path: p.job().digest for p in products if p.stage in ("maps", "axioms", "scores")}

    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(study(3)))
    finished = snakemake(tmp_path, "--configfile", "mine.yaml", "--dry-run", "scores", block_torch=True)
    expected = {"compute_maps": 2 * (1 + 3), "score_maps": 2 * (1 + 3) * 2}
    assert planned_jobs(finished).items() >= expected.items()
    three, four = jobs_of_shards(3), jobs_of_shards(4)
    assert three.items() <= four.items(), "a redraw does not depend on how many there are"
    added = Counter(path.split("/")[0] for path in four.keys() - three.keys())
    assert added == {"maps": 2, "axioms": 2, "scores": 2 * 2}
    assert {path.split("/")[5] for path in four.keys() - three.keys()} == {"3"}
    of_maps = {digest for path, digest in four.items() if path.startswith("maps/")}
    assert len(of_maps) == 1 + 4, "shards of one redraw share its job"


@pytest.mark.slow
def test_config_on_the_command_line(tmp_path):
    finished = snakemake(tmp_path, "--configfile", DEMO, "--config", "seed=7", "run=other", "--dry-run")
    assert planned_jobs(finished) == DEMO_JOBS
    assert "results/other/report/index.html" in finished.stdout + finished.stderr


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("sede=7", "did you mean 'seed'"),
        pytest.param("seed=many", "config: seed:", marks=pytest.mark.slow),
        pytest.param("mosaics={target_tiles: 2}", "target_tiles: 1", marks=pytest.mark.slow),
        pytest.param(
            "datasets={mine: {source: folder, path: /nowhere}}",
            "/nowhere: no such folder",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_wrong_config_is_one_line_and_exit_code_1(tmp_path, wrong, words):
    finished = snakemake(tmp_path, "--configfile", DEMO, "--config", wrong, "--dry-run")
    said = [line for line in finished.stderr.splitlines() if not line.startswith("Using workflow specific")]
    assert finished.returncode == 1
    assert len(said) == 1
    assert words in said[0]
    assert not finished.stdout.strip()
