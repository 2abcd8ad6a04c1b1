"""Time every method against the passes of its network, and against peers: ``python -m benchmarks.methods``.

The floor of a method are the passes that it can't do without, at the best rate at which the same network does
such passes in the same minutes. Everything runs as a job does: on a CPU with one thread.
"""

import argparse
import json
from pathlib import Path

from benchmarks import method_figure, method_memory
from benchmarks.floor import SWEEPS, Floor
from benchmarks.generated import table
from benchmarks.host import describe_host
from benchmarks.method_cases import FEW, MOST_MAPS, measured_methods
from benchmarks.method_table import HEAD, misses, row
from benchmarks.method_times import Effort, measure
from benchmarks.sample_mosaics import sample_mosaics, superpixels

from saliometer import methods, models
from saliometer.errors import UserError
from saliometer.models.device import describe_device, prepare_device

MODELS = ("efficientnet_lite0", "resnet18")
WITH_WEIGHTS = ("efficientnet_lite0",)  # whose weights are installed; others draw them, which costs the same
PEER_PACKAGES = ("torchvision", "captum", "grad-cam", "lime", "shap", "zennit")


def main() -> None:
    """Measure, print a table for each model, and write the raw times and a figure if asked to."""
    parser = argparse.ArgumentParser(description="Time every method against its floor and its peers.")
    parser.add_argument("--models", nargs="+", default=MODELS, help="architectures (default: %(default)s)")
    parser.add_argument("--methods", nargs="+", default=measured_methods(), help="default: all but controls")
    parser.add_argument("--size", type=int, default=224, help="pixels of a mosaic's side (default: 224)")
    parser.add_argument("--device", default="cpu", help="cpu or cuda (default: cpu)")
    parser.add_argument("--repeats", type=int, default=3, help="rounds at least (default: 3)")
    parser.add_argument("--seconds", type=float, default=6, help="worth more rounds (default: 6)")
    parser.add_argument("--sweeps", type=int, default=SWEEPS, help="to find the best way of passing")
    parser.add_argument("--without-peers", action="store_true", help="leave other packages out")
    parser.add_argument("--without-memory", action="store_true", help="leave out the peaks of memory")
    parser.add_argument("--json", type=Path, help="file to write the raw times to")
    parser.add_argument("--figure", type=Path, help="PNG to draw")
    given = parser.parse_args()
    device = prepare_device(given.device)
    host = describe_host(PEER_PACKAGES) | {"device": describe_device(device)}
    effort = Effort(given.repeats, given.seconds, not given.without_peers)
    floors, entries = [], []
    for name in given.models:
        found = measure_model(name, given.methods, given.size, device, effort, given.sweeps)
        if not given.without_memory:
            for entry in found["methods"]:
                entry["bytes"] = method_memory.added_memory(
                    name, weights_of(name), entry["method"], given.size, given.device
                )
        floors.append(found["floor"])
        entries += found["methods"]
        print(f"\n{name}, {given.size} pixels, {host['device']}\n")
        print(table(HEAD, [row(entry) for entry in found["methods"]]))
    print("\n".join(misses(entries)) or "every goal is met")
    if given.json:
        document = {"host": host, "floors": floors, "methods": entries}
        given.json.write_text(json.dumps(document, indent=1) + "\n")
    if given.figure:
        method_figure.draw(entries, given.figure)


def measure_model(name: str, chosen: list[str], size: int, device, effort: Effort, sweeps: int) -> dict:
    """Return the rates of a model's passes, and what was measured of the methods that can explain it."""
    model = models.load(name, weights=weights_of(name), device=device)
    mosaics, targets = sample_mosaics(MOST_MAPS, size)
    arrays = {"mosaics": mosaics, "targets": targets, "segments": superpixels(mosaics)}
    floor = Floor(model, model.preprocess(mosaics), sweeps)
    found = []
    for method in chosen:
        try:
            loaded = methods.load(method, model, **FEW.get(method, {}))
        except UserError as error:
            print(f"left out: {error}")
            continue
        found.append(measure(loaded, floor, arrays, effort))
        print(f"{name}: {method} measured", flush=True)
    rates = {kind: [[*way, seconds] for way, seconds in rates.items()] for kind, rates in floor.rates.items()}
    best = {kind: list(way) for kind, way in floor.best.items()}
    return {"floor": {"model": name, "size": size, "rates": rates, "best": best}, "methods": found}


def weights_of(name: str) -> str | None:
    """Return which weights a network is measured with."""
    return "DEFAULT" if name in WITH_WEIGHTS else None


if __name__ == "__main__":
    main()
