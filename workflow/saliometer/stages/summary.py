"""Gather the shards of a run and describe them: ``python -m saliometer.stages.summary``."""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from saliometer import metrics, shards, summary
from saliometer.audit.origin_files import read_metadata
from saliometer.products.agreement import check_inputs
from saliometer.products.origins import INPUTS, origin_metadata
from saliometer.products.paths import products
from saliometer.reliability.clustering.intervals import Settings
from saliometer.shards import Shard
from saliometer.stages.command import parse_job, run
from saliometer.tables import read_parquet, write_table


def main() -> None:
    """Read all shards of scores, predictions, axioms and mosaics and write the tables of the run."""
    parser = argparse.ArgumentParser(description="Gather the shards of a run and describe them.")
    parser.add_argument("--job", required=True, help="canonical JSON of the job")
    parser.add_argument("--results", required=True, type=Path, help="results folder of the run")
    parser.add_argument("--output-directory", required=True, type=Path, help="folder of the tables")
    arguments = parser.parse_args()
    job = parse_job(arguments.job)
    study = job["settings"]
    paths_of_stage = {
        stage: [arguments.results / path for path in products(stage, study)] for stage in INPUTS["summary"]
    }
    metadata = {
        stage: {path: read_metadata(path) for path in paths} for stage, paths in paths_of_stage.items()
    }
    maps = [arguments.results / path for path in products("maps", study)]
    of_maps = {path: read_metadata(path) for path in maps if path.is_file()}  # they may be deleted
    check_inputs(job, {**metadata, "maps": of_maps})
    tables = gather(**paths_of_stage)
    tables |= describe(tables, study)
    del tables["questions"]
    origin = origin_metadata(job, **{stage: files.values() for stage, files in metadata.items()})
    for name, frame in tables.items():
        write_table(frame, arguments.output_directory / name, origin)
    print(f"{', '.join(tables)} -> {arguments.output_directory}")


def gather(
    scores: list[Path], predictions: list[Path], axioms: list[Path], mosaics: list[Path]
) -> dict[str, pd.DataFrame]:
    """Read the shards of each kind as one table: scores, predictions, axioms, tiles, questions."""
    drawn = [shards.read(path, ["tile_classes", "asked_mosaics", "asked_targets"]) for path in mosaics]
    combine = summary.combine_shards
    question = ["dataset", "form", "mosaic", "target"]
    return {
        "scores": combine(map(read_parquet, scores), summary.SCORE_KEYS, "scores"),
        "predictions": combine(map(read_parquet, predictions), summary.PREDICTION_KEYS, "predictions"),
        "axioms": combine(map(read_parquet, axioms), summary.SCORE_KEYS, "axioms"),
        "tiles": combine(map(list_tiles, drawn), summary.TILE_KEYS, "mosaics"),
        "questions": combine(map(list_questions, drawn), question, "mosaics"),
    }


def describe(tables: dict[str, pd.DataFrame], study: dict) -> dict[str, pd.DataFrame]:
    """Compute the tables summary, undefined, accuracy and image_use of a run."""
    scores, tiles, intervals = tables["scores"], tables["tiles"], Settings(**study["intervals"])
    known = metrics.catalogue(study["metrics"])
    return {
        "summary": summary.summary_table(scores, tiles, list(known), intervals),
        "undefined": summary.undefined_table(scores, known, study["methods"]),
        "accuracy": summary.accuracy_table(tables["predictions"], tiles, intervals),
        "image_use": summary.image_use_table(tiles, tables["questions"]),
    }


def list_tiles(mosaics: Shard) -> pd.DataFrame:
    """List what each tile of each mosaic of a shard shows; tiles are numbered row by row from 0."""
    classes = mosaics.arrays["tile_classes"]
    n, n_tiles = len(classes), classes[0].size
    return pd.DataFrame(
        {
            "dataset": mosaics.attributes["dataset"],
            "form": mosaics.attributes["form"],
            "mosaic": np.repeat(np.array(mosaics.attributes["ids"], dtype=object), n_tiles),
            "tile": np.tile(np.arange(n_tiles), n),
            "class": classes.ravel().astype(np.int64),
            "image": np.array(mosaics.attributes["tile_images"], dtype=object).ravel(),
        }
    )


def list_questions(mosaics: Shard) -> pd.DataFrame:
    """List which class is asked of which mosaic of a shard."""
    return pd.DataFrame(
        {
            "dataset": mosaics.attributes["dataset"],
            "form": mosaics.attributes["form"],
            "mosaic": np.array(mosaics.attributes["ids"], dtype=object)[mosaics.arrays["asked_mosaics"]],
            "target": mosaics.arrays["asked_targets"].astype(np.int64),
        }
    )


if __name__ == "__main__":
    run(main)
