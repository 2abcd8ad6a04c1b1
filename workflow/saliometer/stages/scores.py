"""Score one shard of maps by one family of metrics: ``python -m saliometer.stages.scores``."""

import argparse

import numpy as np
import pandas as pd

from saliometer import metrics, shards
from saliometer.errors import UserError
from saliometer.metrics import ROTATED_LABELS, anchor_column
from saliometer.metrics.engines.rotations import all_rotations, mean_of_others
from saliometer.metrics.engines.upsampling import upsample
from saliometer.products.agreement import check_inputs
from saliometer.products.origins import origin_metadata
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
    of_maps, of_mosaics = {arguments.maps: maps.attributes}, {arguments.mosaics: mosaics.attributes}
    check_inputs(job, {"maps": of_maps, "mosaics": of_mosaics})
    frame = score_shard(maps, mosaics, settings["family"], settings["metrics"], arguments.maps)
    origin = origin_metadata(job, maps=[maps.attributes], mosaics=[mosaics.attributes])
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
    and its ``settings``; ``path`` of the maps, for messages. Returns one row per map: its keys, the family's
    columns, then for each metric that is no alias its mean over the other rotations of the tiles' labels.
    Metrics that need negative relevance are NaN for a method that has none.
    Raises UserError for negative relevance of a method that declares itself positive-only.
    """
    module, attributes = metrics.describe(family), maps.attributes
    chosen = module.Settings(**settings)
    rows, targets = mosaics.arrays["asked_mosaics"], mosaics.arrays["asked_targets"]
    tile_is_target = mosaics.arrays["tile_classes"][rows] == targets[:, None, None]
    labellings = all_rotations(tile_is_target)
    height, width = attributes["mosaic_size"]
    size = max(1, BATCH_BYTES // (4 * height * width))
    batches = [
        score_labellings(
            module,
            upsample(maps.arrays["maps"][batch], height, width, attributes["upsampling"]),
            labellings[:, batch],
            maps.arrays["scales"][batch],
            chosen,
        )
        for batch in (slice(start, start + size) for start in range(0, len(rows), size))
    ]
    scored = {name: np.concatenate([part[name] for part in batches], axis=1) for name in batches[0]}
    columns = {name: values[0] for name, values in scored.items()} | {
        anchor_column(name, ROTATED_LABELS): mean_of_others(scored[name], labellings)
        for name, metric in module.METRICS.items()
        if not metric.alias_of
    }
    if not attributes["signed"]:
        if any((columns[mass] > 0).any() for mass in ("fn", "tn") if mass in columns):
            raise UserError(
                f"{path}: {attributes['method']} is declared positive-only (signed=False in its SPEC) but "
                "has negative relevance; correct the method's declaration or its map"
            )
        for name in (name for name, metric in module.METRICS.items() if metric.needs_negative):
            for column in {name, anchor_column(name, ROTATED_LABELS)} & columns.keys():
                columns[column] = np.full(len(rows), np.nan)
    keys = {name: attributes[name] for name in ("dataset", "form", "model", "method")} | {
        "replicate": str(attributes["replicate"]),
        "mosaic": np.array(attributes["ids"], dtype=object)[rows],
        "class": mosaics.arrays["classes"][rows].astype(np.int64),
        "target": targets.astype(np.int64),
    }
    return pd.DataFrame(keys | columns)


def score_labellings(module, saliency, labellings, scales, settings) -> dict[str, np.ndarray]:
    """Score maps with several labellings of their tiles, (L, N, rows, columns), as the family can best."""
    if hasattr(module, "score_labellings"):
        return module.score_labellings(saliency, labellings, scales, settings)
    scored = [module.score(saliency, labels, scales, settings) for labels in labellings]
    return {name: np.stack([columns[name] for columns in scored]) for name in scored[0]}


if __name__ == "__main__":
    run(main)
