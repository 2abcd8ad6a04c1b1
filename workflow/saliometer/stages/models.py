"""Check one model and the methods that explain it: ``python -m saliometer.stages.models``.

Before anything else is computed the model is loaded once, one image passes through it, and one through every
method whose work on it is small.
"""

import argparse
import json
from importlib import import_module

import numpy as np
import pandas as pd

from saliometer.errors import UserError
from saliometer.models import Model, load_block
from saliometer.models.device import prepare_device
from saliometer.stages.command import add_computing_options, parse_job, run
from saliometer.stages.maps import load_method_block
from saliometer.tables import write_parquet

# Of all passes of a method that is tried: some seconds of ResNet-50 on one core. The passes of a method that
# needs more are like those of the others.
MOST_PIXELS = 1_000_000
SEGMENTS = 4


def main(arguments: list[str] | None = None) -> None:
    """Check a model, and write one row per method that explains it."""
    parser = argparse.ArgumentParser(description="Check one model and the methods that explain it.")
    parser.add_argument("--job", required=True, help="canonical JSON of the job")
    parser.add_argument("--output", required=True, help="table to write (.parquet)")
    parser.add_argument("--method-files", default="{}", help="JSON: where methods of your own lie now")
    add_computing_options(parser)
    options = parser.parse_args(arguments)
    job = parse_job(options.job)
    job_settings = job["settings"]
    name = job_settings["model"]["name"]
    device = prepare_device(options.device, options.granted_gpus)
    try:
        model = load_block(job_settings["model"], device, download=name in options.download)
        frame = check_model(model, job_settings, json.loads(options.method_files))
    except UserError as error:
        message = str(error)
        raise error if f"model {name}" in message else UserError(f"models.{name}: {message}") from error
    write_parquet(frame, options.output, {"job": job})
    print(f"{name} and the {len(frame)} methods that explain it are ready -> {options.output}")


def check_model(model: Model, job_settings: dict, files: dict[str, str]) -> pd.DataFrame:
    """Check that a model takes the mosaics, knows the classes, and can be explained by its methods.

    Parameters: ``job_settings``, those of the job; ``files``, where methods of the user's own lie, by block.
    Returns one row per method: ``model``, ``method``, ``outputs`` of the network, and ``tried``, whether the
    method has explained an image. Raises UserError, one line, for what is wrong.
    """
    rows, columns, side = (job_settings["mosaics"][key] for key in ("rows", "columns", "tile_size"))
    outputs = count_outputs(model, _image(rows * side, columns * side))
    for dataset, highest in job_settings["highest_class"].items():
        if highest >= outputs:
            raise UserError(
                f"has {outputs} outputs, but datasets.{dataset} asks for class {highest}; use a network with "
                "the 1000 classes of ImageNet, or images of its own classes"
            )
    tried = {
        name: _try_method(model, block, (rows, columns, side), files.get(name))
        for name, block in job_settings["methods"].items()
    }
    columns_of_check = {
        "model": model.name,
        "method": list(tried),
        "outputs": outputs,
        "tried": list(tried.values()),
    }
    return pd.DataFrame(columns_of_check)


def count_outputs(model: Model, image: np.ndarray) -> int:
    """Pass an image (1, H, W, 3) through a model and count its outputs; raises UserError for no row."""
    import torch

    # Not inference_mode, whose tensors the folded network would keep: methods then find no gradients.
    with torch.no_grad():
        logits = model.logits(model.preprocess(image))
    if logits.ndim != 2 or len(logits) != 1:
        raise UserError(
            f"gives outputs of shape {tuple(logits.shape)} for one image; use a network that "
            "gives one number per class"
        )
    if not torch.isfinite(logits).all():
        raise UserError("its outputs are not finite; check its weights, mean and sd")
    return logits.shape[1]


def _try_method(model: Model, block: dict, mosaic: tuple[int, int, int], file: str | None) -> bool:
    """Load a method for a model and, where that is little work, explain an image; tell whether it did.

    The image is as small as a tile, where both can do with that: a method of the user's own is only promised
    mosaics. Parameters: the block of the method as in the job, and the rows, columns and side of the tiles.
    """
    rows, columns, side = mosaic
    target = 0
    whole = block["disconnected"] or file is not None or not model.takes(side, side)
    height, width = (rows * side, columns * side) if whole else (side, side)
    if block["disconnected"]:
        # By name: the jobs of models that no block takes apart need not know of it.
        grids = import_module("saliometer.models.disconnected")
        on_target = np.arange(rows * columns).reshape(1, rows, columns) == 0
        model = grids.disconnected(model, on_target, height, width)
        (target,) = model.outputs_of([0], on_target)
    method = load_method_block(block["method"], model, file=file)
    if method.spec.inputs_per_map(method.settings) * height * width > MOST_PIXELS:
        return False
    stripes = np.arange(width) * SEGMENTS // width
    segments = np.broadcast_to(stripes, (1, height, width)).astype(np.int32)
    method.explain(_image(height, width), [target], ["check"], segments if method.needs_segments else None)
    return True


def _image(height: int, width: int) -> np.ndarray:
    """Return an image of noise, uint8 (1, height, width, 3), always the same."""
    return np.random.default_rng(0).integers(0, 256, (1, height, width, 3), dtype=np.uint8)


if __name__ == "__main__":
    run(main)
