"""Ask one model for the classes of one shard of mosaics: ``python -m saliometer.stages.predictions``."""

import argparse

import numpy as np

from saliometer import shards
from saliometer.errors import UserError
from saliometer.models import load_block
from saliometer.models.device import DEVICES, describe_device, prepare_device
from saliometer.models.predictions import predict
from saliometer.stages.command import parse_job, run
from saliometer.tables import write_parquet

ARRAYS = ["mosaics", "tile_classes", "asked_mosaics", "asked_targets"]


def main() -> None:
    """Read a shard of mosaics, predict, and write one row per question."""
    parser = argparse.ArgumentParser(description="Ask one model for the classes of one shard of mosaics.")
    parser.add_argument("--job", required=True, help="canonical JSON of the job")
    parser.add_argument("--mosaics", required=True, help="shard of mosaics (.zarr.zip)")
    parser.add_argument("--output", required=True, help="table to write (.parquet)")
    parser.add_argument("--device", choices=DEVICES, default="auto", help="where to compute")
    parser.add_argument("--granted-gpus", type=int, default=0, help="GPUs that the scheduler gave this job")
    parser.add_argument("--download", nargs="*", default=[], help="models whose weights may be fetched")
    arguments = parser.parse_args()
    job = parse_job(arguments.job)
    wanted = job["settings"]
    device = prepare_device(arguments.device, arguments.granted_gpus)
    arrays, attributes = shards.read(arguments.mosaics, ARRAYS)
    for key, value in {"kind": "mosaics", "dataset": wanted["dataset"], "form": wanted["form"]}.items():
        if attributes[key] != value:
            raise UserError(f"{arguments.mosaics}: {key} is {attributes[key]!r} where {value!r} is expected")
    model = load_block(wanted["model"], device, download=wanted["model"]["name"] in arguments.download)
    frame = predict(model, *(arrays[name] for name in ARRAYS))
    frame["mosaic"] = np.array(attributes["ids"], dtype=object)[frame["mosaic"]]
    axes = {"dataset": wanted["dataset"], "form": wanted["form"], "model": wanted["model"]["name"]}
    for position, (name, value) in enumerate(axes.items()):
        frame.insert(position, name, value)
    write_parquet(frame, arguments.output, {"job": job, "device": describe_device(device)})
    print(f"{len(frame)} predictions of {axes['model']} on {device} -> {arguments.output}")


if __name__ == "__main__":
    run(main)
