"""The one table of stages: what stands in it reaches rules, products and the audit."""

import re
import shutil
import subprocess
import sys

import pytest
import yaml

from profile_study import CONFIG, RUN
from saliometer.config.study import Config, TableStudyConfig
from saliometer.plan.stages import STAGES, benchmark_of, log_of, table_files
from saliometer.products.origins import INPUTS, TABLES_READ
from saliometer.products.paths import PATTERNS
from workflow_runs import ROOT, snakemake

ASKED = """
import sys
from pathlib import Path
import yaml
from saliometer.audit.ownership import may_be_ours
from saliometer.config.study import load_config
from saliometer.plan.products import products_of_config

products = products_of_config(load_config(yaml.safe_load(Path(sys.argv[1]).read_text())), None)
print(*(f"{one.stage} {one.path} {may_be_ours(Path(one.path))}" for one in products), sep="\\n")
"""


def copy_with_a_table_more(folder):
    """Copy the workflow, and add a table's name to one stage, in the table of stages alone."""
    for part in ("workflow", "envs", "profiles"):
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    shutil.copy(ROOT / "Snakefile", folder)
    module = folder / "workflow" / "saliometer" / "plan" / "stages.py"
    text = module.read_text()
    assert text.count('tables=("cost",)') == 1
    module.write_text(text.replace('tables=("cost",)', 'tables=("cost", "spare")'))
    return folder


@pytest.mark.slow
def test_a_table_more_is_one_edit(tmp_path):
    tree = copy_with_a_table_more(tmp_path / "tree")
    (tmp_path / "small.yaml").write_text(yaml.safe_dump(CONFIG))
    finished = snakemake(tmp_path, "--configfile", "small.yaml", "--dry-run", "--verbose", tree=tree)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    output = finished.stdout + finished.stderr
    spare = {f"results/{RUN}/tables/spare.{suffix}" for suffix in ("parquet", "csv")}
    missing = re.search(r"summary: cost of the jobs\nReason: Missing output files: (.*?)(;|\n)", output)
    assert spare < set(missing[1].split(", ")), "an output of its rule"
    page = re.search(r"report: the page\nReason: .*?Input files updated by another job: (.*)", output)
    assert spare < set(page[1].split(", ")), "an input of the page"
    command = [sys.executable, "-c", ASKED, "small.yaml"]
    variables = {"PYTHONPATH": str(tree / "workflow")}
    asked = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
    assert {f"cost tables/spare.{suffix} True" for suffix in ("parquet", "csv")} < set(
        asked.stdout.splitlines()
    ), asked.stderr


def test_nothing_is_made_from_what_does_not_rank_below_it():
    for stage, inputs in INPUTS.items():
        assert all(STAGES[kind].rank < STAGES[stage].rank for kind in inputs), stage
    maker = {name: stage for stage in STAGES.values() for name in stage.tables}
    for reader, tables in TABLES_READ.items():
        assert all(maker[name].rank < STAGES[reader.split("/")[0]].rank for name in tables), reader


def test_every_stage_has_products_in_one_place_and_a_kind_of_study():
    assert [name for name, stage in STAGES.items() if stage.pattern] == list(PATTERNS)
    for name, stage in STAGES.items():
        assert bool(stage.pattern) != bool(stage.logs), name
        assert set(stage.studies) <= {Config, TableStudyConfig}
    for study in (Config, TableStudyConfig):
        paths = [path for name, one in STAGES.items() if study in one.studies for path in table_files(name)]
        assert len(paths) == len(set(paths)), "a table is of one stage"


@pytest.mark.parametrize("stage", ["maps", "axioms"])
def test_what_one_job_makes_shares_its_text_its_log_and_its_benchmark(stage):
    assert STAGES[stage]._replace(name="maps", pattern="") == STAGES["maps"]._replace(pattern="")
    axes = "{dataset}/{form}/{model}/{method}/{replicate}/{shard}"
    assert (log_of(stage), benchmark_of(stage)) == (f"logs/maps/{axes}.log", f"benchmarks/maps/{axes}.tsv")
