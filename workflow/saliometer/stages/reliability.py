"""Estimate how reliable the scores of a run are: ``python -m saliometer.stages.reliability``."""

import argparse
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from saliometer import metrics
from saliometer.findings.comparisons import estimated_with_comparisons
from saliometer.metrics import SHUFFLED_SIGNS, anchor_column
from saliometer.products.agreement import check_inputs
from saliometer.products.origins import origin_metadata, tables_read
from saliometer.reliability.clustering.intervals import Settings
from saliometer.reliability.rows.table import reliability_table
from saliometer.stages.command import parse_job, run
from saliometer.table_study.tables import reliability_of
from saliometer.tables import parquet_metadata, read_parquet, read_with_metadata, write_table


def main() -> None:
    """Read the scores and tiles of a run and write the table of coefficients."""
    parser = argparse.ArgumentParser(description="Estimate how reliable the scores of a run are.")
    parser.add_argument("--job", required=True, help="canonical JSON of the job")
    parser.add_argument("--tables", required=True, type=Path, help="folder of the run's tables")
    parser.add_argument("--output-stem", required=True, help="table to write, without its suffix")
    arguments = parser.parse_args()
    job = parse_job(arguments.job)
    settings = job["settings"]
    names = tables_read("reliability", "table_study" in settings)
    of_tables = {
        path: parquet_metadata(path) for path in (arguments.tables / f"{name}.parquet" for name in names)
    }
    check_inputs(job, {"tables": of_tables})
    scores, metadata = read_with_metadata(arguments.tables / "scores.parquet")
    frame = (
        reliability_of(scores, settings)
        if "table_study" in settings
        else _of_run(scores, arguments.tables, settings)
    )
    origin = origin_metadata(job, tables=[metadata])
    write_table(frame, arguments.output_stem, origin)
    print(f"{len(frame)} coefficients -> {arguments.output_stem}")


def _of_run(scores: pd.DataFrame, tables: Path, settings: dict) -> pd.DataFrame:
    tiles = read_parquet(tables / "tiles.parquet")
    studied = metrics.catalogue(settings["metrics"])
    predictions = read_parquet(tables / "predictions.parquet")
    recognised = predictions[predictions["all_tiles_top1"].fillna(False).astype(bool)]
    scores = with_shuffled_signs(scores, settings["metrics"])
    intervals = Settings(**settings["intervals"])

    def estimate(scores, recognised):
        return reliability_table(
            scores, tiles, settings["methods"], studied, intervals, recognised, settings["forms"]
        )

    return estimated_with_comparisons(estimate, scores, recognised, settings.get("comparisons", {}))


def with_shuffled_signs(scores: pd.DataFrame, families: Iterable[str]) -> pd.DataFrame:
    """Add to a scores table what each metric comes to with shuffled signs, for families that can tell."""
    modules = [metrics.describe(family) for family in families]
    for module in (module for module in modules if hasattr(module, "shuffled_signs")):
        columns = module.shuffled_signs(scores)
        scores = scores.assign(
            **{anchor_column(name, SHUFFLED_SIGNS): values for name, values in columns.items()}
        )
    return scores


if __name__ == "__main__":
    run(main)
