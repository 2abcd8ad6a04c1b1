"""The workflow itself, small but whole: real photographs, the real network, through to the page."""

import re
import shutil
import zipfile

import pandas as pd
import pytest
import yaml

from workflow_runs import ROOT, planned_jobs, snakemake

pytestmark = pytest.mark.slow

TINY = ROOT / "tests" / "helpers" / "tiny.yaml"
COMPARED_TABLES = [
    "scores",
    "summary",
    "undefined",
    "predictions",
    "accuracy",
    "reliability",
    "tiles",
    "image_use",
]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Run the tiny study once, whole."""
    folder = tmp_path_factory.mktemp("tiny")
    run = snakemake(folder, "--configfile", str(TINY))
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


def table(folder, name):
    return pd.read_parquet(folder / "results" / "tiny" / "tables" / f"{name}.parquet")


def test_tables_have_the_columns_of_the_contract(finished):
    scores = table(finished, "scores")
    keys = ["dataset", "form", "model", "method", "replicate", "mosaic", "class", "target"]
    masses = ["tp", "fp", "tn", "fn"]
    assert list(scores)[:12] == keys + masses
    assert not scores.duplicated(keys).any()
    assert len(scores) == 7 * 5 * 2 * 4, "5 methods, 2 redraws, 5 classes, 2 rounds, 4 asked classes"
    replicates = scores.groupby("method")["replicate"].unique().map(list).to_dict()
    assert replicates.pop("gradcam_random") == ["0", "1"]
    assert all(numbers == ["0"] for numbers in replicates.values())
    summary = "dataset form model method metric n n_defined mean median variance ci_low ci_high"
    assert list(table(finished, "summary")) == summary.split()
    predictions = "dataset form model mosaic target probability rank top1 top5"
    assert list(table(finished, "predictions"))[:9] == predictions.split()
    reliability = (
        "coefficient dataset form model metric method_a method_b metric_b items estimate ci_low "
        "ci_high ci_method p p_holm "
        "n_raters n_units n_clusters n_missing reason verdict reason_codes verdict_code"
    )
    assert list(table(finished, "reliability")) == reliability.split()


def test_csv_and_parquet_agree(finished):
    for path in (finished / "results" / "tiny" / "tables").glob("*.csv"):
        parquet = pd.read_parquet(path.with_suffix(".parquet"))
        csv = pd.read_csv(path, dtype={"replicate": str, "reason": str}, keep_default_na=True)
        assert list(csv) == list(parquet)
        numbers = parquet.select_dtypes("number").astype(float)
        pd.testing.assert_frame_equal(csv[list(numbers)].astype(float), numbers)


def test_controls_score_chance_and_gradcam_more(finished):
    means = table(finished, "scores").groupby("method")["precision"].mean()
    assert means["edges"] == pytest.approx(0.25, abs=1e-6)
    assert means["random"] == pytest.approx(0.25, abs=1e-6)
    assert means["gradcam"] > 0.5


def test_redraws_know_nothing_and_are_told_apart(finished):
    scores = table(finished, "scores").query("method == 'gradcam_random'")
    keys = ["mosaic", "target"]
    one, other = (scores[scores["replicate"] == number].set_index(keys)["precision"] for number in "01")
    assert (one != other[one.index]).mean() > 0.9
    summary = table(finished, "summary").set_index(["method", "metric"]).loc["gradcam_random", "precision"]
    assert summary["n"] == len(scores) == len(table(finished, "axioms").query("method == 'gradcam_random'"))
    assert summary["mean"] == pytest.approx(scores["precision"].mean())
    assert summary["mean"] < 0.4
    differences = table(finished, "reliability").query(
        "method_b == 'gradcam_random' and metric == 'precision'"
    )
    against = differences[differences["coefficient"] == "difference_from_control"].set_index("method_a")
    assert against["n_units"]["gradcam"] <= 5 * 2 * 4
    assert against["estimate"]["gradcam"] > 0.2
    # Four of five photographs are on each mosaic, so that every two mosaics share some.
    assert against["verdict"]["gradcam"] == "undecided"
    assert "too many items share images" in against["reason"]["gradcam"]
    assert set(table(finished, "cost").query("stage == 'maps'")["replicate"]) == {"0", "1"}


def test_the_page_stands_alone(finished):
    page = (finished / "results" / "tiny" / "report" / "index.html").read_text()
    mean = table(finished, "summary").set_index(["method", "metric"])["mean"]["gradcam", "precision"]
    assert f"Grad-CAM puts {mean:.2f} (no interval)" in page
    assert not re.search(r"""(src|href)=["']?https?:""", page)


def test_a_second_run_has_nothing_to_do(finished):
    again = snakemake(finished, "--configfile", str(TINY))
    assert planned_jobs(again) == {}


def test_only_one_methods_setting_reruns_only_its_work(finished):
    changed = snakemake(
        finished, "--configfile", str(TINY), "--config", "methods={smoothgrad: {samples: 3}}", "--dry-run"
    )
    jobs = planned_jobs(changed)
    assert jobs["compute_maps"] == 1
    assert jobs["score_maps"] == 1
    assert not {"index_images", "draw_mosaics", "predict_classes"} & set(jobs)


def test_snakemakes_own_report(finished):
    made = snakemake(finished, "--configfile", str(TINY), "--report", "results/tiny/report.zip")
    assert made.returncode == 0, made.stdout + made.stderr
    with zipfile.ZipFile(finished / "results" / "tiny" / "report.zip") as archive:
        names = " ".join(archive.namelist())
    for figure in ("violins_precision", "spearman_precision", "agreement", "panels_best", "index"):
        assert figure in names


def test_shard_size_and_batch_size_change_no_result(finished, tmp_path):
    """One round a shard and three images a batch give the tables of two rounds and the default batch."""
    config = yaml.safe_load(TINY.read_text())
    config["mosaics"]["rounds_per_shard"] = 1
    config["compute"] = {"micro_batch": 3}
    other = tmp_path / "cut.yaml"
    other.write_text(yaml.safe_dump(config, sort_keys=False))
    run = snakemake(tmp_path, "results/tiny/tables/reliability.parquet", "--configfile", str(other))
    assert run.returncode == 0, run.stdout + run.stderr
    for name in COMPARED_TABLES:
        pd.testing.assert_frame_equal(table(tmp_path, name), table(finished, name), rtol=1e-4, atol=1e-5)
    shutil.rmtree(tmp_path / "results")
