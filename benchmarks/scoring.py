"""Time the scores stage against the bare reading of its shards: ``python -m benchmarks.scoring``.

Both run in this process, so that neither counts the start of Python. Maps are noise of both signs: what is in
them changes no time but that of unpacking, and noise packs about as badly as gradients do.
"""

import argparse
import importlib.util
import json
import tempfile
from pathlib import Path

import numpy as np
import torch
from benchmarks.generated import Row, table
from benchmarks.host import describe_host
from benchmarks.passes import timed

from saliometer import metrics, shards
from saliometer.metrics import registry
from saliometer.models.device import use_one_thread
from saliometer.products.origins import made_from
from saliometer.stages.maps import quantise
from saliometer.stages.scores import OF_MOSAICS, check_pair, score_shard
from saliometer.tables import write_parquet

GOAL = 1.3  # of the classification family, on maps as large as their mosaics
CAM_SIDE = 14  # of a class activation map of a mosaic of 448 pixels
HEAD = ("Family", "Maps", "Reading (s)", "Stage (s)", "Stage / reading", "ms per map beyond reading")


def write_shards(folder: Path, count: int, size: int, side: int) -> tuple[str, str]:
    """Write a shard of maps (count, side, side) and one of their mosaics; return the paths."""
    rng = np.random.default_rng(0)
    tile_classes = np.stack([rng.permutation(1000)[:4].reshape(2, 2) for _ in range(count)]).astype(np.int16)
    asked = {
        "asked_mosaics": np.arange(count, dtype=np.int32),
        "asked_targets": tile_classes[:, 0, 0],
    }
    place = {"dataset": "photos", "form": "original", "ids": [f"m{row:05d}" for row in range(count)]}
    mosaics = {"mosaics": np.zeros((count, size, size, 3), np.uint8), "tile_classes": tile_classes}
    classes = {"classes": tile_classes[:, 0, 0]}
    mosaics_path, maps_path = str(folder / "mosaics.zarr.zip"), str(folder / "maps.zarr.zip")
    shards.write(mosaics_path, {**mosaics, **classes, **asked}, {"kind": "mosaics", **place})
    maps, scales = quantise(rng.standard_normal((count, side, side), dtype=np.float32))
    attributes = {
        "kind": "maps",
        **place,
        "model": "resnet50",
        "method": "intgrad",
        "replicate": "0",
        "mosaic_size": [size, size],
        "signed": True,
        "upsampling": "none" if side == size else "bilinear",
        "device": "cpu",
    }
    shards.write(maps_path, {"maps": maps, "scales": scales, **asked}, attributes)
    return maps_path, mosaics_path


def read(maps_path: str, mosaics_path: str) -> tuple[shards.Shard, shards.Shard]:
    """Read both shards, as the stage does."""
    return shards.read(maps_path), shards.read(mosaics_path, OF_MOSAICS)


def score(family: str, maps_path: str, mosaics_path: str, output: str) -> None:
    """Do what the stage does: read, score and write."""
    settings = metrics.describe(family).Settings().model_dump()
    maps, mosaics = read(maps_path, mosaics_path)
    check_pair(maps, mosaics, maps_path, mosaics_path)
    frame = score_shard(maps, mosaics, family, settings, maps_path)
    job = {"settings": {"family": family, "metrics": settings}, "code": {}, "versions": {}}
    made = made_from(maps=[maps.attributes], mosaics=[mosaics.attributes])
    write_parquet(frame, output, {"job": job, "made_from": made})


def focus_of_quantus(maps_path: str, mosaics_path: str) -> None:
    """Score the maps by quantus's Focus, one call for all; the network is never asked."""
    import quantus

    maps, mosaics = read(maps_path, mosaics_path)
    relevance = maps.arrays["maps"].astype(np.float32)[:, None]
    targets = mosaics.arrays["tile_classes"] == mosaics.arrays["asked_targets"][:, None, None]
    quantus.Focus(disable_warnings=True)(
        model=torch.nn.Identity(),
        x_batch=np.zeros_like(relevance),
        y_batch=mosaics.arrays["asked_targets"],
        a_batch=relevance,
        custom_batch=[tuple(int(tile) for tile in row.ravel()) for row in targets],
    )


def measure(count: int, size: int, side: int, repeats: int) -> dict:
    """Return raw [wall, cpu] seconds of reading and of each family's stage, in turns."""
    device = torch.device("cpu")
    with tempfile.TemporaryDirectory() as folder:
        paths = write_shards(Path(folder), count, size, side)
        works = {"reading": lambda: read(*paths)}
        for family in registry.FAMILIES:
            output = str(Path(folder) / f"{family}.parquet")
            works[family] = lambda family=family, output=output: score(family, *paths, output)
        if importlib.util.find_spec("quantus") and side == size:
            works["quantus Focus"] = lambda: focus_of_quantus(*paths)
        for work in works.values():
            work()
        seconds = {name: [] for name in works}
        for _ in range(repeats):
            for name, work in works.items():
                seconds[name].append(timed(device, work))
    return {"maps": count, "size": size, "side": side, "seconds": seconds}


def rows(entries: list[dict]) -> list[Row]:
    """Return the cells of the table, in the order of HEAD: the least CPU seconds of each."""
    found = []
    for entry in entries:
        least = {name: min(cpu for _, cpu in times) for name, times in entry["seconds"].items()}
        reading = least.pop("reading")
        for name, seconds in least.items():
            goal = GOAL if name == "classification" and entry["side"] == entry["size"] else float("inf")
            mark = "" if seconds / reading <= goal else " (missed)"
            cells = (f"{reading:.2f}", f"{seconds:.2f}", f"{seconds / reading:.2f}{mark}")
            beyond = 1000 * (seconds - reading) / entry["maps"]
            found.append(
                (name, f"{entry['maps']} of {entry['side']}×{entry['side']}", *cells, f"{beyond:.2f}")
            )
    return found


def main() -> None:
    """Measure, print the table and write the raw times if asked to."""
    parser = argparse.ArgumentParser(description="Time the scores stage against reading its shards.")
    parser.add_argument("--maps", type=int, default=200, help="maps in the shard (default: 200)")
    parser.add_argument("--size", type=int, default=448, help="pixels of a mosaic's side (default: 448)")
    parser.add_argument("--repeats", type=int, default=5, help="rounds (default: 5)")
    parser.add_argument("--json", type=Path, help="file to write the raw times to")
    given = parser.parse_args()
    use_one_thread()
    entries = [measure(given.maps, given.size, side, given.repeats) for side in (given.size, CAM_SIDE)]
    print(table(HEAD, rows(entries)))
    if not importlib.util.find_spec("quantus"):
        print("quantus is not installed: its Focus is not timed")
    if given.json:
        document = {"host": describe_host(["quantus"]), "shards": entries}
        given.json.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
