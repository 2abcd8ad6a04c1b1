"""Ask one model for the classes of one shard of mosaics: ``python -m saliometer.stages.predictions``."""

import argparse

import numpy as np

from saliometer import shards
from saliometer.models import load_block
from saliometer.models.device import describe_device, prepare_device
from saliometer.models.predictions import predict
from saliometer.products.agreement import check_inputs
from saliometer.products.origins import origin_metadata
from saliometer.stages.command import add_computing_options, parse_job, run
from saliometer.tables import write_parquet

ARRAYS = ["mosaics", "tile_classes", "asked_mosaics", "asked_targets"]


def main() -> None:
    """Read a shard of mosaics, predict, and write one row per question."""
    parser = argparse.ArgumentParser(description="Ask one model for the classes of one shard of mosaics.")
    parser.add_argument("--job", required=True, help="canonical JSON of the job")
    parser.add_argument("--mosaics", required=True, help="shard of mosaics (.zarr.zip)")
    parser.add_argument("--output", required=True, help="table to write (.parquet)")
    add_computing_options(parser)
    arguments = parser.parse_args()
    job = parse_job(arguments.job)
    job_settings = job["settings"]
    device = prepare_device(arguments.device, arguments.granted_gpus)
    mosaics = shards.read(arguments.mosaics, ARRAYS)
    axes = {name: job_settings[name] for name in ("dataset", "form")}
    shards.expect(mosaics, arguments.mosaics, kind="mosaics", **axes)
    check_inputs(job, {"mosaics": {arguments.mosaics: mosaics.attributes}})
    model = load_block(
        job_settings["model"], device, download=job_settings["model"]["name"] in arguments.download
    )
    frame = predict(model, *(mosaics.arrays[name] for name in ARRAYS), micro_batch=arguments.micro_batch)
    frame["mosaic"] = np.array(mosaics.attributes["ids"], dtype=object)[frame["mosaic"]]
    axes["model"] = job_settings["model"]["name"]
    for position, (name, value) in enumerate(axes.items()):
        frame.insert(position, name, value)
    origin = origin_metadata(job, mosaics=[mosaics.attributes])
    write_parquet(frame, arguments.output, {**origin, "device": describe_device(device)})
    print(f"{len(frame)} predictions of {axes['model']} on {device} -> {arguments.output}")


if __name__ == "__main__":
    run(main)
