"""Measure what a method adds to the memory of its process: ``python -m benchmarks.method_memory ...``.

On a CPU a process of its own does nothing else, so that no earlier work has already taken the memory.
"""

import argparse
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
from benchmarks.method_cases import FEW, maps_measured
from benchmarks.sample_mosaics import sample_mosaics, superpixels
from benchmarks.studies import ROOT

from saliometer import methods, models
from saliometer.models.device import prepare_device

STATUS = Path("/proc/self/status")  # on Linux
KILOBYTES = 1 if sys.platform == "darwin" else 1024  # in which getrusage tells the largest resident set


def added_memory(model: str, weights: str | None, method: str, size: int, device: str) -> int:
    """Return the bytes that explaining adds, in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.method_memory",
        model,
        str(weights),
        method,
        str(size),
        device,
    ]
    return int(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Explain once, and print how many bytes the peak of memory rose."""
    parser = argparse.ArgumentParser(description="Measure the memory that a method adds.")
    for name in ("model", "weights", "method", "size", "device"):
        parser.add_argument(name)
    given = parser.parse_args()
    device = prepare_device(given.device)
    model = models.load(given.model, weights=given.weights, device=device)
    maps = maps_measured(given.method)
    mosaics, targets = sample_mosaics(maps, int(given.size))
    loaded = methods.load(given.method, model, **FEW.get(given.method, {}))
    segments = superpixels(mosaics) if loaded.needs_segments else None
    model.logits(model.preprocess(np.zeros_like(mosaics[:1])))  # what the first pass sets up is no method's
    before = _peak(device)
    loaded.explain(mosaics, targets, [f"sample{row}" for row in range(maps)], segments)
    print(_peak(device) - before)


def _peak(device) -> int:
    if device.type == "cuda":
        import torch

        return torch.cuda.max_memory_allocated(device)
    if STATUS.exists():
        # Not getrusage, whose peak may be that of the process that started this one.
        return next(1024 * int(line.split()[1]) for line in STATUS.open() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KILOBYTES


if __name__ == "__main__":
    main()
