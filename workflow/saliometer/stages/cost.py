"""Tell what each model job cost: ``python -m saliometer.stages.cost``."""

import argparse
from pathlib import Path

import pandas as pd

from saliometer.errors import UserError
from saliometer.stages.command import parse_job, run
from saliometer.tables import parquet_metadata, write_table

AXES = {
    "predictions": ["dataset", "form", "model"],
    "maps": ["dataset", "form", "model", "method", "replicate"],
}
# Maps may be deleted once they are scored; their scores remember the device.
PRODUCTS = {"predictions": "predictions", "maps": "scores"}
COLUMNS = ["stage", "dataset", "form", "model", "method", "replicate", "shard"]


def main() -> None:
    """Read the benchmark file of every job and the device from its product; write the cost table."""
    parser = argparse.ArgumentParser(description="Tell what each model job cost.")
    parser.add_argument("--job", required=True, help="canonical JSON of the job")
    parser.add_argument("--results", required=True, type=Path, help="results folder of the run")
    parser.add_argument("--benchmarks", required=True, nargs="+", type=Path, help="benchmark files (TSV)")
    parser.add_argument("--output-stem", required=True, help="table to write, without its suffix")
    arguments = parser.parse_args()
    families = parse_job(arguments.job)["settings"]["metrics"]
    rows = [_cost(path, arguments.results, families[0]) for path in arguments.benchmarks]
    frame = pd.DataFrame(rows, columns=[*COLUMNS, "seconds", "max_rss_mb", "device"])
    write_table(frame, arguments.output_stem)


def _cost(path: Path, results: Path, family: str) -> dict:
    """Read one benchmark file; its path under ``results/benchmarks`` names the job."""
    stage, *values = path.relative_to(results / "benchmarks").parts
    if stage not in AXES:
        raise UserError(f"{path}: not a benchmark of {' or '.join(AXES)}")
    shard = path.stem
    axes = dict(zip(AXES[stage], values[:-1], strict=True))
    folder = results.joinpath(PRODUCTS[stage], *axes.values(), *([family] if stage == "maps" else []))
    measured = pd.read_csv(path, sep="\t").iloc[0]
    return {
        "stage": stage,
        **axes,
        "shard": int(shard),
        "seconds": pd.to_numeric(measured["s"], errors="coerce"),
        "max_rss_mb": pd.to_numeric(measured["max_rss"], errors="coerce"),
        "device": parquet_metadata(folder / f"{shard}.parquet").get("device"),
    }


if __name__ == "__main__":
    run(main)
