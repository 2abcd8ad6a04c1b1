"""Score one shard of maps by one family of metrics: ``python -m saliometer.stages.scores``."""

import argparse

import numpy as np
import pandas as pd

from saliometer import metrics, shards
from saliometer.errors import UserError
from saliometer.metrics.upsampling import upsample
from saliometer.origins import made_from
from saliometer.shards import Shard
from saliometer.stages.command import parse_job, run
from saliometer.tables import write_parquet

BATCH_BYTES = 2**21  # of maps at mosaic size, so that what is made of them stays in a core's own cache
OF_MOSAICS = ["classes", "tile_classes", "asked_mosaics", "asked_targets"]  # all but the pixels


def main() -> None:
    """Read a shard of maps and the shard of its mosaics, score the maps and write one row for each."""
    parser = argparse.ArgumentParser(description="Score one shard of maps by one family of metrics.")
    parser.add_argument("--job", required=True, help="canonical JSON of the job")
    parser.add_argument("--maps", required=True, help="shard of maps (.zarr.zip)")
    parser.add_argument("--mosaics", required=True, help="shard of their mosaics (.zarr.zip)")
    parser.add_argument("--output", required=True, help="table to write (.parquet)")
    arguments = parser.parse_args()
    job = parse_job(arguments.job)
    settings = job["settings"]
    maps, mosaics = shards.read(arguments.maps), shards.read(arguments.mosaics, OF_MOSAICS)
    check_pair(maps, mosaics, arguments.maps, arguments.mosaics)
    frame = score_shard(maps, mosaics, settings["family"], settings["metrics"], arguments.maps)
    origin = {"job": job, "made_from": made_from(maps=[maps.attributes], mosaics=[mosaics.attributes])}
    write_parquet(frame, arguments.output, {**origin, "device": maps.attributes["device"]})
    print(f"{len(frame)} maps scored -> {arguments.output}")


def check_pair(maps: Shard, mosaics: Shard, maps_path: str, mosaics_path: str) -> None:
    """Raise UserError, naming both files, unless the maps explain exactly these mosaics and questions."""
    shards.expect(maps, maps_path, kind="maps")
    shards.expect(mosaics, mosaics_path, kind="mosaics")
    differing = [k for k in ("dataset", "form", "ids") if maps.attributes[k] != mosaics.attributes[k]]
    differing += [
        name
        for name in ("asked_mosaics", "asked_targets")
        if not np.array_equal(maps.arrays[name], mosaics.arrays[name])
    ]
    if len(maps.arrays["maps"]) != len(mosaics.arrays["asked_mosaics"]):
        differing.append("number of maps")
    if differing:
        raise UserError(
            f"{maps_path}: not the maps of {mosaics_path} (they differ in {', '.join(differing)}); "
            "run the maps stage again"
        )


def score_shard(maps: Shard, mosaics: Shard, family: str, settings: dict, path: str) -> pd.DataFrame:
    """Score all maps of a shard against the tiles of its mosaics.

    Parameters: shards that belong together (``check_pair``); ``family``, a name of metrics.registry.FAMILIES,
    and its ``settings``; ``path`` of the maps, for messages. Returns one row per map: its keys, then the
    family's columns. Metrics that need negative relevance are NaN for a method that has none.
    Raises UserError for negative relevance of a method that declares itself positive-only.
    """
    module, attributes = metrics.describe(family), maps.attributes
    chosen = module.Settings(**settings)
    rows, targets = mosaics.arrays["asked_mosaics"], mosaics.arrays["asked_targets"]
    tile_is_target = mosaics.arrays["tile_classes"][rows] == targets[:, None, None]
    height, width = attributes["mosaic_size"]
    size = max(1, BATCH_BYTES // (4 * height * width))
    batches = [
        module.score(
            upsample(maps.arrays["maps"][batch], height, width, attributes["upsampling"]),
            tile_is_target[batch],
            maps.arrays["scales"][batch],
            chosen,
        )
        for batch in (slice(start, start + size) for start in range(0, len(rows), size))
    ]
    columns = {name: np.concatenate([scored[name] for scored in batches]) for name in batches[0]}
    if not attributes["signed"]:
        if any((columns[mass] > 0).any() for mass in ("fn", "tn") if mass in columns):
            raise UserError(
                f"{path}: {attributes['method']} is declared positive-only (SIGNED = False) but has negative "
                "relevance; correct the method's declaration or its map"
            )
        for name in (name for name, metric in module.METRICS.items() if metric.needs_negative):
            columns[name] = np.full(len(rows), np.nan)
    keys = {name: attributes[name] for name in ("dataset", "form", "model", "method")} | {
        "replicate": str(attributes["replicate"]),
        "mosaic": np.array(attributes["ids"], dtype=object)[rows],
        "class": mosaics.arrays["classes"][rows].astype(np.int64),
        "target": targets.astype(np.int64),
    }
    return pd.DataFrame(keys | columns)


if __name__ == "__main__":
    run(main)
