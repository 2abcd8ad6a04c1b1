"""How much work goes through a network at once: a matter of speed and memory, never of results."""

import sys
from collections.abc import Callable, Iterator
from typing import TypeVar

from saliometer.errors import UserError

# Pixels per pass forward and backward; one forward alone needs less. CPU: measured with EfficientNet-Lite0 on
# one thread (docs/performance.md), where a larger pass gains a few hundredths of the time at most. CUDA: not
# measured; an estimate of what ResNet-50 needs to stay within 8 GB.
PIXELS_PER_PASS = {"cpu": 2 * 448 * 448, "cuda": 16 * 448 * 448}

Result = TypeVar("Result")


def micro_batch_size(wanted: int | None, device_type: str, height: int, width: int) -> int:
    """Return the number of images of so many pixels that pass through a network together.

    Parameters: ``wanted``, a number that was asked for, or None for that of the device: ``device_type`` is
    "cpu" or "cuda", and any other is treated as a CPU.
    Raises UserError for a number below 1.
    """
    if wanted is None:
        pixels = PIXELS_PER_PASS.get(device_type, PIXELS_PER_PASS["cpu"])
        return max(1, pixels // (height * width))
    if wanted < 1:
        raise UserError(f"micro_batch is {wanted}; give at least 1, or leave it out")
    return wanted


def slices(count: int, size: int | None) -> Iterator[slice]:
    """Cut ``range(count)`` into slices of at most ``size``, in order; None is one slice."""
    step = size or max(1, count)
    return (slice(start, min(start + step, count)) for start in range(0, count, step))


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
        except torch.OutOfMemoryError:
            if size == 1:
                raise UserError(
                    f"{what}: out of memory with one image in a pass; use smaller tiles or a device with more"
                ) from None
        # Only here are the tensors of the failed try let go.
        size //= 2
        torch.cuda.empty_cache()
        print(f"{what}: out of memory; going on with {size} image(s) in a pass", file=sys.stderr, flush=True)
