"""Explain one shard of mosaics by one method and model: ``python -m saliometer.stages.maps``."""

import argparse

import numpy as np

from saliometer import methods, shards
from saliometer.batching import slices
from saliometer.models import load_block
from saliometer.models.device import describe_device, prepare_device
from saliometer.origins import made_from
from saliometer.progress import tracked
from saliometer.shards import Shard
from saliometer.stages.command import add_computing_options, parse_job, run

ARRAYS = ["mosaics", "asked_mosaics", "asked_targets"]


def main() -> None:
    """Read a shard of mosaics, compute the map of every question, and write them."""
    parser = argparse.ArgumentParser(description="Explain one shard of mosaics by one method and model.")
    parser.add_argument("--job", required=True, help="canonical JSON of the job")
    parser.add_argument("--mosaics", required=True, help="shard of mosaics (.zarr.zip)")
    parser.add_argument("--output", required=True, help="shard of maps to write (.zarr.zip)")
    add_computing_options(parser)
    arguments = parser.parse_args()
    job = parse_job(arguments.job)
    wanted = job["settings"]
    device = prepare_device(arguments.device, arguments.granted_gpus)
    mosaics = shards.read(arguments.mosaics, ARRAYS)
    axes = {name: wanted[name] for name in ("dataset", "form")}
    shards.expect(mosaics, arguments.mosaics, kind="mosaics", **axes)
    model = load_block(wanted["model"], device, download=wanted["model"]["name"] in arguments.download)
    method = load_method_block(wanted["method"], model, arguments.micro_batch)
    seed_parts = [str(wanted[key]) for key in ("seed", "dataset", "form")]
    arrays = explain_shard(method, mosaics, seed_parts, str(wanted["replicate"]))
    attributes = {
        "kind": "maps",
        **axes,
        "model": wanted["model"]["name"],
        "method": method.block,
        "replicate": str(wanted["replicate"]),
        "ids": mosaics.attributes["ids"],
        "mosaic_size": list(mosaics.arrays["mosaics"].shape[1:3]),
        "signed": method.signed,
        "upsampling": method.upsampling,
        "device": describe_device(device),
        "job": job,
        "made_from": made_from(mosaics=[mosaics.attributes]),
    }
    shards.write(arguments.output, arrays, attributes)
    print(f"{len(arrays['maps'])} maps of {method.block} on {device} -> {arguments.output}")


def load_method_block(block: dict, model, micro_batch: int | None = None) -> methods.Method:
    """Load the method of a job: ``block`` is {"name": name of the block, "method": name, **its settings}."""
    settings = {key: value for key, value in block.items() if key not in ("name", "method")}
    return methods.load(block["method"], model, micro_batch=micro_batch, block=block["name"], **settings)


def explain_shard(
    method: methods.Method, mosaics: Shard, seed_parts: list[str], replicate: str
) -> dict[str, np.ndarray]:
    """Compute the maps of all questions of a shard of mosaics.

    Parameters: ``seed_parts`` (seed, data set, form) and ``replicate`` enter the seed of each map with the
    mosaic's id; the class asked does not.
    Returns ``maps`` and ``scales`` as ``quantise`` gives them, with ``asked_mosaics`` and ``asked_targets``.
    Only a batch of maps is in memory at full precision.
    """
    pixels, rows, targets = (mosaics.arrays[name] for name in ARRAYS)
    ids = ["/".join([*seed_parts, mosaics.attributes["ids"][row], replicate]) for row in rows]
    batches = slices(len(rows), method.rows_per_batch(*pixels.shape[1:3]))
    label = f"{method.block} on {method.model.name}"
    quantised = [
        quantise(method.attribute(pixels[rows[batch]], targets[batch], ids[batch]))
        for batch in tracked(batches, len(rows), "maps", label, lambda batch: batch.stop - batch.start)
    ]
    maps, scales = (np.concatenate(parts) for parts in zip(*quantised, strict=True))
    return {"maps": maps, "scales": scales, "asked_mosaics": rows, "asked_targets": targets}


def quantise(maps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Divide maps by their largest magnitude and round them to float16.

    Parameters: ``maps`` float32 (n, h, w), finite. Returns float16 (n, h, w) in [-1, 1] and the float32
    magnitudes (n,); a map of zeros has magnitude 0 and stays zero.
    """
    scales = np.abs(maps).max(axis=(1, 2)).astype(np.float32)
    divisors = np.where(scales > 0, scales, 1)[:, None, None]
    return (maps / divisors).astype(np.float16), scales


if __name__ == "__main__":
    run(main)
