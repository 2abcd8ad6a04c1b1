"""How much work goes through the network at once: a matter of speed and memory, never of results."""

from collections.abc import Iterator

# Pixels per pass forward and backward. CPU: measured with EfficientNet-Lite0 on one thread, where 1, 2 and 4
# images of 320x320 took the same time each, 8 a third longer and 16 twice as long, beside other work. CUDA:
# not measured; an estimate of what ResNet-50 needs to stay within 8 GB.
PIXELS_PER_PASS = {"cpu": 2 * 320 * 320, "cuda": 16 * 448 * 448}
INPUTS_PER_BLOCK = 32
PASSES_PER_BLOCK = 4


def default_micro_batch(device_type: str, height: int, width: int) -> int:
    """Return the number of images of so many pixels that pass through a network together.

    ``device_type`` is "cpu" or "cuda"; any other is treated as a CPU.
    """
    pixels = PIXELS_PER_PASS.get(device_type, PIXELS_PER_PASS["cpu"])
    return max(1, pixels // (height * width))


def rows_per_block(micro_batch: int, inputs_per_map: int) -> int:
    """Return how many maps are worked on together, so that a block holds some full micro-batches.

    ``inputs_per_map`` is the number of inputs that a map needs; at least one map is in a block.
    """
    inputs = max(INPUTS_PER_BLOCK, PASSES_PER_BLOCK * micro_batch)
    return max(1, -(-inputs // max(1, inputs_per_map)))


def slices(count: int, size: int | None) -> Iterator[slice]:
    """Cut ``range(count)`` into slices of at most ``size``, in order; None is one slice."""
    step = size or max(1, count)
    return (slice(start, min(start + step, count)) for start in range(0, count, step))
