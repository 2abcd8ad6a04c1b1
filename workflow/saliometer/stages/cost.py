"""Tell what each model job cost: ``python -m saliometer.stages.cost``."""

import argparse
from pathlib import Path

import pandas as pd

from saliometer.products.agreement import check_inputs
from saliometer.products.origins import INPUTS, origin_metadata
from saliometer.products.paths import PATTERNS, axes_of_study, combinations, log_pattern, products
from saliometer.stages.command import parse_job, run
from saliometer.tables import parquet_metadata, write_table

# The product that remembers the device of a stage's job: maps may be deleted once they are scored.
REMEMBERED_BY = {"predictions": "predictions", "maps": "scores"}
AXES = ["dataset", "form", "model", "method", "replicate", "shard"]
COLUMNS = ["stage", *AXES, "seconds", "max_rss_mb", "device"]


def main() -> None:
    """Read the benchmark file of every job and the device from its product; write the cost table."""
    parser = argparse.ArgumentParser(description="Tell what each model job cost.")
    parser.add_argument("--job", required=True, help="canonical JSON of the job")
    parser.add_argument("--results", required=True, type=Path, help="results folder of the run")
    parser.add_argument("--output-stem", required=True, help="table to write, without its suffix")
    arguments = parser.parse_args()
    job = parse_job(arguments.job)
    study = job["settings"]
    axes = axes_of_study(study)
    rows = [
        {"stage": stage, **place, **cost(arguments.results, stage, place, axes["family"][0])}
        for stage in REMEMBERED_BY
        for place in combinations(PATTERNS[stage], axes)
    ]
    metadata = {
        stage: {
            path: parquet_metadata(path)
            for path in (arguments.results / name for name in products(stage, study))
        }
        for stage in INPUTS["cost"]
    }
    check_inputs(job, metadata)
    origin = origin_metadata(job, **{stage: files.values() for stage, files in metadata.items()})
    write_table(pd.DataFrame(rows, columns=COLUMNS), arguments.output_stem, origin)


def cost(results: Path, stage: str, job: dict, family: str) -> dict:
    """Return the seconds, peak memory (MB) and device of one job, given by its axes.

    Seconds and memory are NaN where the benchmark file was deleted or Snakemake could not measure.
    """
    benchmark = results / log_pattern("benchmarks", stage).format(**job)
    measured = pd.read_csv(benchmark, sep="\t").iloc[0] if benchmark.is_file() else {}
    product = results / PATTERNS[REMEMBERED_BY[stage]].format(**job, family=family)
    return {
        "seconds": pd.to_numeric(measured.get("s"), errors="coerce"),
        "max_rss_mb": pd.to_numeric(measured.get("max_rss"), errors="coerce"),
        "device": parquet_metadata(product).get("device"),
    }


if __name__ == "__main__":
    run(main)
