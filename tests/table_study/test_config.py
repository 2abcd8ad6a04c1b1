"""Tables of scores as the data sets of a config: what it takes and refuses, and what the workflow plans."""

import jsonschema
import pandas as pd
import pytest
import yaml

from saliometer.config.schema import schema
from saliometer.config.study import TableStudyConfig, load_config
from saliometer.errors import UserError
from saliometer.plan.description import describe_study
from saliometer.plan.stages import job_texts
from table_study_helpers import tidy, write
from workflow_runs import planned_jobs, snakemake

pytestmark = pytest.mark.slow

BLOCK = {"higher_is_better": ["faithful"], "lower_is_better": ["error"], "controls": ["blind"]}
JOBS = {
    "read_scores": 1,
    "estimate_reliability": 1,
    "plot_scores": 1,
    "plot_reliability": 1,
    "write_report": 1,
    "default": 1,
}


def config_of(*paths, **changes) -> dict:
    """Return the config of a run of tables."""
    names = ("mine", "other")
    datasets = {name: {"scores": str(path), **BLOCK} for name, path in zip(names, paths, strict=False)}
    return {"run": "given", "datasets": datasets, **changes}


def refused(mapping) -> str:
    with pytest.raises(UserError) as caught:
        describe_study(load_config(mapping))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_table_is_all_that_a_config_needs(tmp_path):
    mapping = config_of(write(tmp_path, tidy(n_items=4)))
    config = load_config(mapping)
    assert isinstance(config, TableStudyConfig)
    assert load_config(config.model_dump()) == config
    study = describe_study(config)
    assert study["scopes"] == [["mine", "original", "given"]]
    assert study["intervals"] == {"confidence": 0.95, "smallest_difference": 0.0}
    assert [name for name, block in study["methods"].items() if block["control"]] == ["blind"]
    jsonschema.Draft202012Validator(schema()).validate(mapping)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"models": {"resnet18": None}}, "config: models: unknown key"),
        ({"methods": {"gradcam": None}}, "config: methods: unknown key"),
        ({"intervals": {"clusters": "target_image"}}, "config: intervals.clusters: unknown key"),
    ],
)
def test_other_blocks_are_refused(tmp_path, changes, said):
    mapping = config_of(write(tmp_path, tidy(n_items=4)), **changes)
    assert refused(mapping).startswith(said)
    assert not jsonschema.Draft202012Validator(schema()).is_valid(mapping)


def test_a_table_among_the_products_is_refused_before_snakemake_deletes_it(tmp_path):
    folder = tmp_path / "results" / "given" / "tables"
    folder.mkdir(parents=True)
    table = write(folder, tidy(n_items=4), "scores.csv")
    (tmp_path / "link.csv").symlink_to(table)
    content = table.read_bytes()
    for source in ("results/given/tables/scores.csv", "link.csv"):
        (tmp_path / "study.yaml").write_text(yaml.safe_dump(config_of(source)))
        run = snakemake(tmp_path, "--configfile", "study.yaml")
        assert run.returncode == 1
        said = f"error: {source}: is itself a file that this run would replace; copy it elsewhere, or give"
        assert said in run.stderr
    assert table.read_bytes() == content


def test_tables_and_images_are_not_mixed(tmp_path):
    mapping = config_of(write(tmp_path, tidy(n_items=4)))
    mapping["datasets"]["photos"] = {"source": "sample_photos"}
    assert refused(mapping) == (
        "config: datasets.mine is a table of scores and datasets.photos is not; a run has data sets of one "
        "kind, so give each kind a config of its own"
    )


def test_tables_that_contradict_each_other_are_refused(tmp_path):
    paths = [write(tmp_path, tidy(n_items=4), name) for name in ("a.csv", "b.csv")]
    mapping = config_of(*paths)
    mapping["datasets"]["other"] |= {"higher_is_better": ["faithful", "error"], "lower_is_better": []}
    assert "metric 'error'" in refused(mapping)
    write(tmp_path, tidy(n_items=4, n_clusters=0), "b.csv")
    assert "column cluster" in refused(config_of(*paths))
    write(tmp_path, pd.concat(tidy(n_items=2).assign(dataset=name) for name in "xy"), "b.csv")
    assert "holds the data sets x, y" in refused(config_of(*paths))


def test_jobs_follow_the_content_and_not_where_it_lies(tmp_path):
    stages = ("table_study", "reliability", "figures", "report")

    def jobs(path):
        config = load_config(config_of(path))
        return {stage: job_texts(config, None)(stage, {}) for stage in stages}

    first = jobs(write(tmp_path, tidy(n_items=4), "a.csv"))
    assert jobs(write(tmp_path, tidy(n_items=4), "b.csv")) == first
    assert str(tmp_path) not in str(first)
    changed = jobs(write(tmp_path, tidy(n_items=4, seed=1), "a.csv"))
    assert all(changed[stage] != first[stage] for stage in stages)


def test_a_dry_run_plans_exactly_these_jobs_without_torch(tmp_path):
    write(tmp_path, tidy(n_items=4))
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(config_of("table.csv")))
    planned = snakemake(tmp_path, "--configfile", "study.yaml", "--dry-run", block_torch=True)
    assert planned_jobs(planned) == JOBS


def test_a_wrong_table_is_one_line_before_any_job(tmp_path):
    write(tmp_path, tidy(n_items=4).assign(score="high"))
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(config_of("table.csv")))
    finished = snakemake(tmp_path, "--configfile", "study.yaml")
    assert finished.returncode == 1
    assert finished.stderr.splitlines()[-1].startswith(
        "error: table.csv: rows 2, 3, 4, 5, 6 and 27 more: score"
    )


def test_a_real_run_goes_through_to_the_page_and_its_content_alone_counts(tmp_path):
    table = write(tmp_path, tidy(n_items=12))
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(config_of("table.csv")))
    options = ("--configfile", "study.yaml")
    finished = snakemake(tmp_path, *options)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    results = tmp_path / "results" / "given"
    assert "How reliable are these scores?" in (results / "report" / "index.html").read_text()
    rows = pd.read_parquet(results / "tables" / "reliability.parquet")
    assert set(rows["dataset"].dropna()) == {"mine"}
    assert set(rows["clusters"]) == {"column cluster"}
    table.touch()
    table.rename(tmp_path / "moved.csv")
    moved = config_of("moved.csv")
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(moved))
    assert planned_jobs(snakemake(tmp_path, *options, "--dry-run")) == {}
    write(tmp_path, tidy(n_items=12, seed=1), "moved.csv")
    assert planned_jobs(snakemake(tmp_path, *options, "--dry-run")) == JOBS
