"""How much work goes through a network at once: a matter of speed and memory, never of results."""

import sys
from collections.abc import Callable, Iterator
from typing import TypeVar

from saliometer.errors import UserError

# Pixels per pass forward and backward; one forward alone needs less. CPU: measured with EfficientNet-Lite0 on
# one thread (docs/performance.md), where a larger pass gains a few hundredths of the time at most. CUDA: not
# measured; an estimate of what ResNet-50 needs to stay within 8 GB.
PIXELS_PER_PASS = {"cpu": 2 * 448 * 448, "cuda": 16 * 448 * 448}

NO_MEMORY_ON_CPU = "DefaultCPUAllocator: can't allocate memory"  # torch has no error of its own for it

Result = TypeVar("Result")


def micro_batch_size(asked: int | None, device_type: str, height: int, width: int) -> int:
    """Return the number of images of so many pixels that pass through a network together.

    Parameters: ``asked``, a number that was asked for, or None for that of the device: ``device_type`` is
    "cpu" or "cuda", and any other is treated as a CPU.
    Raises UserError for a number below 1.
    """
    if asked is None:
        pixels = PIXELS_PER_PASS.get(device_type, PIXELS_PER_PASS["cpu"])
        return max(1, pixels // (height * width))
    if asked < 1:
        raise UserError(f"micro_batch is {asked}; give at least 1, or leave it out")
    return asked


def slices(count: int, size: int | None) -> Iterator[slice]:
    """Cut ``range(count)`` into as few slices of at most ``size`` as can be, in order; None is one slice.

    They differ by one at most, so that none is left with a single image, for which kernels round otherwise.
    """
    parts = -(-count // size) if size else min(1, count)
    ends = (count * part // parts for part in range(1, parts + 1))
    start = 0
    for end in ends:
        yield slice(start, end)
        start = end


def within_memory(compute: Callable[[int], Result], size: int, what: str) -> tuple[Result, int]:
    """Compute with a micro-batch that is halved each time the device runs out of memory.

    Parameters: ``compute``, a function of the micro-batch; ``size``, the one to begin with; ``what`` is
    computed, for messages.
    Returns the result and the micro-batch that did it; each halving is told on stderr.
    Raises UserError when there is no memory for one image.
    """
    import torch

    while True:
        try:
            return compute(size), size
        except RuntimeError as error:
            if not (isinstance(error, torch.OutOfMemoryError) or NO_MEMORY_ON_CPU in str(error)):
                raise
            if size == 1:
                raise UserError(
                    f"{what}: out of memory with one image in a pass; use smaller tiles or a device with more"
                ) from None
        # Only here are the tensors of the failed try let go.
        size //= 2
        torch.cuda.empty_cache()
        print(f"{what}: out of memory; going on with {size} image(s) in a pass", file=sys.stderr, flush=True)
