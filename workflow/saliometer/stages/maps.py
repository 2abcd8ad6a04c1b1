"""Explain one shard of mosaics by one method and model: ``python -m saliometer.stages.maps``."""

import argparse
import ast
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd

from saliometer import methods, shards
from saliometer.errors import UserError
from saliometer.methods.own_file import FILE
from saliometer.models import load_block
from saliometer.models.device import describe_device, prepare_device
from saliometer.products.agreement import check_inputs
from saliometer.products.origins import origin_metadata
from saliometer.progress import tracked
from saliometer.shards import Shard
from saliometer.stages.command import add_computing_options, parse_job, run
from saliometer.syntax import digest_of_file
from saliometer.tables import write_parquet

PACKED = ("maps", "scales", "residuals", "zero_shares")
ARRAYS = ["mosaics", "classes", "asked_mosaics", "asked_targets"]
OF_GRIDS = ["tile_classes"]


def main() -> None:
    """Read a shard of mosaics, compute the map of every question, and write maps and their residuals."""
    parser = argparse.ArgumentParser(description="Explain one shard of mosaics by one method and model.")
    parser.add_argument("--job", required=True, help="canonical JSON of the job")
    parser.add_argument("--mosaics", required=True, help="shard of mosaics (.zarr.zip)")
    parser.add_argument("--segments", nargs="*", default=[], help="shard of their superpixels, where needed")
    parser.add_argument("--method-file", help="file of a method of your own (.py)")
    parser.add_argument("--output", required=True, help="shard of maps to write (.zarr.zip)")
    parser.add_argument("--axioms", required=True, help="table of the maps' residuals to write (.parquet)")
    add_computing_options(parser)
    arguments = parser.parse_args()
    job = parse_job(arguments.job)
    job_settings = job["settings"]
    if arguments.method_file:
        check_method_file(arguments.method_file, job.get("code", {}).get("file"))
    device = prepare_device(arguments.device, arguments.granted_gpus)
    mosaics = shards.read(arguments.mosaics, ARRAYS + (OF_GRIDS if job_settings["disconnected"] else []))
    axes = {name: job_settings[name] for name in ("dataset", "form")}
    shards.expect(mosaics, arguments.mosaics, kind="mosaics", **axes)
    check_inputs(job, {"mosaics": {arguments.mosaics: mosaics.attributes}})
    model = load_block(
        job_settings["model"], device, download=job_settings["model"]["name"] in arguments.download
    )
    if job_settings["randomized"]:
        # By name: the jobs of trained networks must not grow stale with how weights are drawn anew.
        redraws = import_module("saliometer.stages.redraws")
        numbers = (
            job_settings["seed"],
            str(job_settings["replicate"]),
            *mosaics.arrays["mosaics"].shape[1:3],
        )
        model = redraws.redrawn(model, job_settings["model"]["name"], *numbers)
    asked = mosaics.arrays["asked_targets"]
    if job_settings["disconnected"]:
        grids = import_module("saliometer.models.disconnected")
        on_target = mosaics.arrays["tile_classes"][mosaics.arrays["asked_mosaics"]] == asked[:, None, None]
        model = grids.disconnected(model, on_target, *mosaics.arrays["mosaics"].shape[1:3])
        asked = model.outputs_of(asked, on_target)
    method = load_method_block(job_settings["method"], model, arguments.micro_batch, arguments.method_file)
    segments = None
    if method.needs_segments:
        segments = read_segments(arguments.segments, mosaics.attributes)
        of_both = {arguments.mosaics: mosaics.attributes}, {arguments.segments[0]: segments.attributes}
        check_inputs(job, dict(zip(("mosaics", "segments"), of_both, strict=True)))
    seed_parts = [str(job_settings[key]) for key in ("seed", "dataset", "form")]
    labels = segments.arrays["segments"] if segments else None
    arrays = explain_shard(method, mosaics, seed_parts, str(job_settings["replicate"]), labels, asked)
    inputs = {"mosaics": [mosaics.attributes]} | ({"segments": [segments.attributes]} if segments else {})
    origin = origin_metadata(job, **inputs)
    attributes = {
        "kind": "maps",
        **axes,
        "model": job_settings["model"]["name"],
        "method": method.block,
        "replicate": str(job_settings["replicate"]),
        "ids": mosaics.attributes["ids"],
        "mosaic_size": list(mosaics.arrays["mosaics"].shape[1:3]),
        "signed": method.signed,
        "upsampling": method.upsampling,
        "axiom": method.axiom or "",
        "device": describe_device(device),
        **origin,
    }
    shards.write(arguments.output, arrays, attributes)
    write_parquet(axioms_table(arrays, attributes, mosaics.arrays["classes"]), arguments.axioms, origin)
    print(f"{len(arrays['maps'])} maps of {method.block} on {device} -> {arguments.output}")


def check_method_file(file: str, planned: str | None) -> None:
    """Raise UserError when the file of a method is no longer the one with the digest that its job names."""
    try:
        tree = ast.parse(Path(file).expanduser().read_text(encoding="utf-8"))
        digest = digest_of_file(tree)
    except (OSError, SyntaxError, ValueError):
        digest = ""  # loading it says what is wrong, unless another file was planned
    if planned and digest != planned:
        raise UserError(
            f"method file {file}: is not the one that the run was planned with; start the run again"
        )


def load_method_block(
    block: dict, model, micro_batch: int | None = None, file: str | None = None
) -> methods.Method:
    """Load the method of a job: ``block`` is {"name": name of the block, "method": name, **its settings}.

    Parameters: ``file``, where the method's file lies now, if it is one of the user's own.
    """
    settings = {key: value for key, value in block.items() if key not in ("name", "method")}
    name = block["method"]
    if name == FILE:
        if file is None:
            raise UserError(f"methods.{block['name']}: is a file of your own; give its path as --method-file")
        name = file
    return methods.load(name, model, micro_batch=micro_batch, block=block["name"], **settings)


def read_segments(paths: list[str], of_mosaics: dict) -> Shard:
    """Read the shard of the superpixels of all mosaics of another, int32 (mosaics, height, width).

    Parameters: ``of_mosaics``, the attributes of their shard. Raises UserError unless there is one path, and
    it leads to the segments of these very mosaics.
    """
    if len(paths) != 1:
        raise UserError("this method needs the superpixels of its mosaics; give their shard as --segments")
    segments = shards.read(paths[0], ["segments"])
    expected = {key: of_mosaics[key] for key in ("dataset", "form", "ids")}
    shards.expect(segments, paths[0], kind="segments", **expected)
    return segments


def explain_shard(
    method: methods.Method,
    mosaics: Shard,
    seed_parts: list[str],
    replicate: str,
    segments: np.ndarray | None = None,
    outputs: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """Compute the maps of all questions of a shard of mosaics.

    Parameters: ``seed_parts`` (seed, data set, form) and ``replicate`` enter the seed of each map with the
    mosaic's id; the class asked does not; ``segments``, the superpixels of the mosaics, where needed;
    ``outputs``, which output of the model stands for each question (default: that of the class asked).
    Returns ``maps`` and ``scales`` as ``quantise`` gives them, with ``residuals`` as ``Method.explain`` does,
    ``zero_shares``, the share of each map that is exactly zero, ``asked_mosaics`` and ``asked_targets``.
    Two batches of maps at most are in memory at full precision: one is packed while the device computes the
    next.
    """
    pixels, rows, targets = (mosaics.arrays[name] for name in ("mosaics", "asked_mosaics", "asked_targets"))
    outputs = targets if outputs is None else outputs
    names = mosaics.attributes["ids"]
    ids = ["/".join([*seed_parts, names[row], replicate]) for row in rows]
    batches = method.batches(ids, *pixels.shape[1:3])
    label = f"{method.block} on {method.model.name}"
    parts: list[Future[tuple[np.ndarray, ...]]] = []
    with ThreadPoolExecutor(max_workers=1) as packing:
        for batch in tracked(batches, len(rows), "maps", label, lambda batch: batch.stop - batch.start):
            cut = None if segments is None else segments[rows[batch]]
            explanation = method.explain(
                pixels[rows[batch]], outputs[batch], ids[batch], cut, [names[row] for row in rows[batch]]
            )
            if parts:
                parts[-1].result()
            parts.append(packing.submit(_packed, explanation))
    packed = zip(*(part.result() for part in parts), strict=True)
    arrays = dict(zip(PACKED, map(np.concatenate, packed), strict=True))
    return {**arrays, "asked_mosaics": rows, "asked_targets": targets}


def _packed(explanation: methods.Explanation) -> tuple[np.ndarray, ...]:
    """Return what a shard keeps of a batch of maps, in the order of PACKED."""
    maps, residuals = explanation
    return *quantise(maps), residuals, (maps == 0).mean(axis=(1, 2), dtype=np.float32)


def axioms_table(arrays: dict[str, np.ndarray], attributes: dict, classes: np.ndarray) -> pd.DataFrame:
    """Tell of each map how far it is from its method's axiom, and how much of it is zero.

    Parameters: what ``explain_shard`` returns, the attributes of the maps, and the class of each mosaic.
    Returns one row per map: the keys of a score, ``axiom`` (empty for none), ``residual``, ``zero_share``.
    """
    rows = arrays["asked_mosaics"]
    keys = {name: attributes[name] for name in ("dataset", "form", "model", "method", "replicate")}
    columns = {
        "mosaic": np.array(attributes["ids"], dtype=object)[rows],
        "class": classes[rows].astype(np.int64),
        "target": arrays["asked_targets"].astype(np.int64),
        "axiom": attributes["axiom"],
        "residual": arrays["residuals"],
        "zero_share": arrays["zero_shares"],
    }
    return pd.DataFrame(keys | columns)


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
