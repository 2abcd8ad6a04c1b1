"""Draw and render one shard of mosaics: ``python -m saliometer.stages.mosaics``."""

import argparse
import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from saliometer import shards
from saliometer.errors import UserError
from saliometer.images.index import index_digest
from saliometer.images.read import decode, open_file
from saliometer.mosaics.drawing import draw_round
from saliometer.mosaics.rendering import Settings, asked_targets, render_mosaic, render_tile
from saliometer.products.agreement import check_inputs
from saliometer.products.origins import origin_metadata
from saliometer.stages.command import parse_job, run
from saliometer.tables import read_with_metadata

TILES_KEPT = 512  # rendered tiles kept in memory; images recur where they are few


def main() -> None:
    """Read the index of a data set, draw the rounds of one shard, render and write them."""
    parser = argparse.ArgumentParser(description="Draw and render one shard of mosaics.")
    parser.add_argument("--job", required=True, help="canonical JSON of the job")
    parser.add_argument("--images", required=True, type=Path, help="folder of the images of the index")
    parser.add_argument("--index", required=True, help="index of images (Parquet)")
    parser.add_argument("--output", required=True, help="shard to write (.zarr.zip)")
    arguments = parser.parse_args()
    job = parse_job(arguments.job)
    job_settings = job["settings"]
    settings = Settings(**job_settings["mosaics"])
    index, metadata = read_with_metadata(arguments.index)
    check_inputs(job, {"images": {arguments.index: metadata}})
    drawn = [
        mosaic
        for number in job_settings["rounds"]
        for mosaic in draw_round(
            index, settings, job_settings["seed"], job_settings["dataset"], number, job_settings["form"]
        )
    ]
    tile_of = _tile_reader(index, arguments.images, settings)
    tiles = np.stack([mosaic.tiles for mosaic in drawn])
    tile_classes = index["class_index"].to_numpy()[tiles].astype(np.int16)
    classes = np.array([mosaic.class_index for mosaic in drawn], dtype=np.int16)
    asked_mosaics, asked = asked_targets(tile_classes, classes, settings.targets)
    arrays = {
        "mosaics": np.stack([render_mosaic(mosaic.tiles, tile_of) for mosaic in drawn]),
        "classes": classes,
        "tile_classes": tile_classes,
        "asked_mosaics": asked_mosaics,
        "asked_targets": asked,
    }
    attributes = {
        "kind": "mosaics",
        "dataset": job_settings["dataset"],
        "form": job_settings["form"],
        "seed": job_settings["seed"],
        "index": index_digest(index),
        "ids": [mosaic.id for mosaic in drawn],
        "tile_images": index["id"].to_numpy()[tiles].tolist(),
        **origin_metadata(job, images=[metadata]),
    }
    shards.write(arguments.output, arrays, attributes)
    print(f"{len(drawn)} mosaics, {len(asked)} questions -> {arguments.output}")


def _tile_reader(index: pd.DataFrame, root: Path, settings: Settings):
    """Return a function from a row of the index to its rendered tile."""

    @lru_cache(maxsize=TILES_KEPT)
    def tile_of(row: int) -> np.ndarray:
        path = root / index["path"].iloc[row]
        with open_file(path) as handle:
            if hashlib.file_digest(handle, "sha256").hexdigest() != index["sha256"].iloc[row]:
                raise UserError(
                    f"{path}: changed since it was indexed; run snakemake with --forcerun index_images"
                )
            handle.seek(0)
            return render_tile(decode(handle, path), settings.tile_size, settings.geometry)

    return tile_of


if __name__ == "__main__":
    run(main)
