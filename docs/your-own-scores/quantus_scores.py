"""Score the maps of a run with metrics of quantus: ``python quantus_scores.py results/demo scores.parquet``.

Needs ``pip install quantus`` beside this project. The table has a row for each score. An item is a mosaic
with an asked class; items that are asked for the same class are one cluster.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import quantus
import torch

from saliometer import shards
from saliometer.metrics.engines.upsampling import upsample

METRICS = {
    # Share of the map's relevance, whatever its sign, that lies on the tile of the asked class.
    "attribution_localisation": quantus.AttributionLocalisation(disable_warnings=True),
    # Area under the curve of relevance as a detector of that tile's pixels.
    "auc": quantus.AUC(disable_warnings=True),
    # Gini index of absolute relevance: 0 when it is spread evenly, near 1 when few pixels have it all.
    "sparseness": quantus.Sparseness(disable_warnings=True),
}


def score_shard(maps_path: Path, mosaics_path: Path) -> pd.DataFrame:
    """Return the scores of one shard of maps as a tidy table."""
    maps, mosaics = shards.read(maps_path), shards.read(mosaics_path)
    asked, targets = maps.arrays["asked_mosaics"], maps.arrays["asked_targets"]
    height, width = maps.attributes["mosaic_size"]
    relevance = upsample(maps.arrays["maps"], height, width, maps.attributes["upsampling"])
    is_target = mosaics.arrays["tile_classes"][asked] == targets[:, None, None]
    tile = (1, height // is_target.shape[1], width // is_target.shape[2])
    masks = np.kron(is_target, np.ones(tile, dtype=bool))
    inputs = {
        "model": torch.nn.Identity(),  # these metrics do not ask the network
        "x_batch": np.zeros((len(relevance), 3, height, width), np.float32),
        "y_batch": targets,
        "a_batch": relevance[:, None],
        "s_batch": masks[:, None],
    }
    items = [
        f"{mosaics.attributes['ids'][mosaic]}:{target}" for mosaic, target in zip(asked, targets, strict=True)
    ]
    tables = [
        pd.DataFrame(
            {
                "item": items,
                "cluster": targets,
                "method": maps.attributes["method"],
                "replicate": maps.attributes["replicate"],
                "metric": name,
                "score": np.round(np.array(metric(**inputs), dtype=float).ravel(), 5),
            }
        )
        for name, metric in METRICS.items()
    ]
    return pd.concat(tables)


def main() -> None:
    """Score all maps of a run."""
    results, output = Path(sys.argv[1]), Path(sys.argv[2])
    tables = []
    for path in sorted(results.glob("maps/*/*/*/*/*/*.zarr.zip")):
        dataset, form, _, _, _, shard = path.relative_to(results / "maps").parts
        tables.append(score_shard(path, results / "mosaics" / dataset / form / shard))
    pd.concat(tables).to_parquet(output, index=False)


if __name__ == "__main__":
    main()
