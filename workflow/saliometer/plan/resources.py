"""What the jobs of a study ask a scheduler for: memory and time, from the number of maps in their shard.

Estimates on the safe side, so that a job is seldom killed for them and one that is gets more the next time;
they change no result. Images are counted, none is opened.
"""

from collections.abc import Mapping
from typing import NamedTuple

from saliometer.batching import PIXELS_PER_PASS
from saliometer.mosaics.rendering import Settings, n_shards, shard_rounds
from saliometer.plan.stages import STAGES

CUDA_MB = 3000  # what a CUDA context and its libraries take of the host's memory
# Arrays of a shard are in memory up to three times: as parts, joined, and packed. Measured: 2.6 times for
# mosaics, 2.1 for maps, 1.4 for scores.
COPIES = 3
BYTES_PER_MOSAIC_PIXEL = 3  # uint8 RGB
BYTES_PER_MAP_PIXEL = 2  # float16
BYTES_PER_PIXEL_OF_A_PASS = 8000  # activations kept for the backward pass; VGG-16, the widest, needs 5000
BYTES_PER_SCORE = 4000  # a row of the tables and what is computed from all of them together

# Seconds per megapixel forward and backward (ResNet-50 takes about 5 on one core), and for what is done once
# to each mosaic, map or score.
SECONDS_PER_MEGAPIXEL = {"cpu": 10.0, "cuda": 1.0}
SECONDS_PER_MAP = 0.2
SECONDS_PER_SCORE = 0.01
SHORTEST_MINUTES = 10


class Extent(NamedTuple):
    """How much a shard holds: mosaics, the questions asked of them, and the pixels of one mosaic."""

    mosaics: int
    questions: int
    pixels: int


def shard_extent(images_of_class: Mapping[int, int], settings: Settings, shard: int) -> Extent:
    """Return what shard ``shard`` of a data set holds, from how many images each of its classes has."""
    units = len(images_of_class) if settings.round_over == "class" else sum(images_of_class.values())
    mosaics = units * len(shard_rounds(settings, shard))
    tiles = settings.rows * settings.columns
    per_mosaic = tiles if settings.targets == "all" else 1
    return Extent(mosaics, mosaics * per_mosaic, pixels_of_mosaic(settings))


def pixels_of_mosaic(settings: Settings) -> int:
    """Return how many pixels a mosaic has."""
    return settings.rows * settings.columns * settings.tile_size**2


def n_maps(images_of_class: Mapping[str, Mapping[int, int]], settings: Settings) -> int:
    """Return how many maps one method makes of one model on all data sets, given their images by class."""
    return sum(
        shard_extent(images, settings, shard).questions
        for images in images_of_class.values()
        for shard in range(n_shards(settings))
    )


def shard_memory(stage: str, extent: Extent, gpus: int = 0, micro_batch: int | None = None) -> int:
    """Return the megabytes that a job of a per-shard stage asks for."""
    facts = STAGES[stage]
    n_bytes = extent.mosaics * extent.pixels * BYTES_PER_MOSAIC_PIXEL if "mosaics" in facts.holds else 0
    n_bytes += extent.questions * extent.pixels * BYTES_PER_MAP_PIXEL if "maps" in facts.holds else 0
    working = 0
    if facts.networks:
        passing = max(PIXELS_PER_PASS["cpu"], (micro_batch or 1) * extent.pixels)
        working = CUDA_MB if gpus else _megabytes(passing * BYTES_PER_PIXEL_OF_A_PASS)
    return facts.process_mb + working + _megabytes(COPIES * n_bytes)


def shard_minutes(stage: str, extent: Extent, gpus: int = 0, inputs_per_map: int = 1) -> int:
    """Return the minutes that a job of a per-shard stage asks for; ``inputs_per_map``, passes a map."""
    megapixels = extent.pixels / 1e6
    seconds = SECONDS_PER_SCORE * extent.questions
    if stage in ("mosaics", "segments"):
        seconds += SECONDS_PER_MAP * extent.mosaics
    if stage in ("predictions", "maps"):
        passes = 2 * extent.mosaics if stage == "predictions" else extent.questions * inputs_per_map
        rate = SECONDS_PER_MEGAPIXEL["cuda" if gpus else "cpu"]
        seconds += passes * megapixels * rate + SECONDS_PER_MAP * extent.questions
    return _minutes(seconds)


def index_minutes(n_images: int) -> int:
    """Return the minutes that the index of a data set asks for: every image is read and decoded once."""
    return _minutes(0.1 * n_images)


def tables_memory(stage: str, n_scores: int) -> int:
    """Return the megabytes that a job on the tables of the run asks for, with so many maps scored in all."""
    return STAGES[stage].process_mb + _megabytes(n_scores * BYTES_PER_SCORE)


def tables_minutes(n_scores: int) -> int:
    """Return the minutes that a job on the tables of the run asks for."""
    return _minutes(SECONDS_PER_SCORE * n_scores)


def _megabytes(n_bytes: float) -> int:
    return -(-int(n_bytes) // 10**6)


def _minutes(seconds: float) -> int:
    return max(SHORTEST_MINUTES, -(-int(seconds) // 60))
