"""Segment one shard of mosaics into superpixels: ``python -m saliometer.stages.segments``."""

import argparse

import numpy as np

from saliometer import shards
from saliometer.mosaics.segments import Settings, segment
from saliometer.products.agreement import check_inputs
from saliometer.products.origins import origin_metadata
from saliometer.seeds import seed_from
from saliometer.stages.command import parse_job, run


def main() -> None:
    """Read a shard of mosaics and write the segment label of every pixel, int32 (n, height, width)."""
    parser = argparse.ArgumentParser(description="Segment one shard of mosaics into superpixels.")
    parser.add_argument("--job", required=True, help="canonical JSON of the job")
    parser.add_argument("--mosaics", required=True, help="shard of mosaics")
    parser.add_argument("--output", required=True, help="shard to write (.zarr.zip)")
    arguments = parser.parse_args()
    job = parse_job(arguments.job)
    job_settings = job["settings"]
    settings = Settings(**job_settings["segments"])
    mosaics, attributes = shards.read(arguments.mosaics)
    check_inputs(job, {"mosaics": {arguments.mosaics: attributes}})
    seed_parts = ["segments", job_settings["seed"], job_settings["dataset"], job_settings["form"]]
    labels = [
        segment(mosaic, settings, seed_from(*seed_parts, mosaic_id))
        for mosaic, mosaic_id in zip(mosaics["mosaics"], attributes["ids"], strict=True)
    ]
    described = {
        "kind": "segments",
        "dataset": job_settings["dataset"],
        "form": job_settings["form"],
        "ids": attributes["ids"],
        **origin_metadata(job, mosaics=[attributes]),
    }
    shards.write(arguments.output, {"segments": np.stack(labels)}, described)


if __name__ == "__main__":
    run(main)
