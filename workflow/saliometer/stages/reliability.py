"""Estimate how reliable the scores of a run are: ``python -m saliometer.stages.reliability``."""

import argparse
from pathlib import Path

import pandas as pd

from saliometer import metrics
from saliometer.given.tables import reliability_of
from saliometer.origins import made_from
from saliometer.reliability.intervals import Settings
from saliometer.reliability.table import reliability_table
from saliometer.stages.command import parse_job, run
from saliometer.tables import read_parquet, read_with_metadata, write_table


def main() -> None:
    """Read the scores and tiles of a run and write the table of coefficients."""
    parser = argparse.ArgumentParser(description="Estimate how reliable the scores of a run are.")
    parser.add_argument("--job", required=True, help="canonical JSON of the job")
    parser.add_argument("--tables", required=True, type=Path, help="folder of the run's tables")
    parser.add_argument("--output-stem", required=True, help="table to write, without its suffix")
    arguments = parser.parse_args()
    job = parse_job(arguments.job)
    settings = job["settings"]
    scores, told = read_with_metadata(arguments.tables / "scores.parquet")
    frame = (
        reliability_of(scores, settings)
        if "given" in settings
        else _of_run(scores, arguments.tables, settings)
    )
    origin = {"job": job, "made_from": made_from(tables=[told])}
    write_table(frame, arguments.output_stem, origin)
    print(f"{len(frame)} coefficients -> {arguments.output_stem}")


def _of_run(scores: pd.DataFrame, tables: Path, settings: dict) -> pd.DataFrame:
    tiles = read_parquet(tables / "tiles.parquet")
    studied = metrics.catalogue(settings["metrics"])
    predictions = read_parquet(tables / "predictions.parquet")
    recognised = predictions[predictions["all_tiles_top1"].fillna(False).astype(bool)]
    intervals = Settings(**settings["intervals"])
    return reliability_table(scores, tiles, settings["methods"], studied, intervals, recognised)


if __name__ == "__main__":
    run(main)
