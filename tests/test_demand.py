"""What jobs ask for grows with their shard, and covers what was measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saliometer import demand
from saliometer.demand import Extent
from saliometer.mosaics import Settings

STAGES = list(demand.PROCESS_MB)


def test_extent_counts_what_a_shard_holds():
    images_of_class = {0: 3, 5: 1, 9: 2}
    one = Settings(rounds=5, rounds_per_shard=2, tile_size=16)
    assert demand.shard_extent(images_of_class, one, 0) == Extent(6, 6, 1024)
    assert demand.shard_extent(images_of_class, one, 2) == Extent(3, 3, 1024)
    every = Settings(rounds=1, target_tiles=1, targets="all", round_over="image", columns=3, tile_size=16)
    assert demand.shard_extent(images_of_class, every, 0) == Extent(6, 36, 1536)
    assert demand.n_maps({"a": images_of_class, "b": {1: 1}}, one) == 15 + 5


# Peak memory (MB) of real jobs: 200 mosaics of 448 x 448, four questions each, on a CPU.
MEASURED = {"mosaics": 412, "predictions": 1003, "maps": 1737, "scores": 546}


@pytest.mark.parametrize("stage", MEASURED)
def test_memory_covers_what_was_measured(stage):
    assert demand.shard_memory(stage, Extent(200, 800, 448 * 448)) > MEASURED[stage]


extents = st.builds(Extent, st.integers(1, 10**5), st.integers(1, 10**6), st.integers(256, 10**6))


@given(extents, st.sampled_from(STAGES))
def test_a_larger_shard_never_asks_for_less(extent, stage):
    for field in ("mosaics", "questions", "pixels"):
        larger = extent._replace(**{field: 2 * getattr(extent, field)})
        assert demand.shard_memory(stage, larger) >= demand.shard_memory(stage, extent)
        assert demand.shard_minutes(stage, larger) >= demand.shard_minutes(stage, extent)


def test_memory_and_time_of_maps_follow_the_shard_the_passes_and_the_device():
    small, large = Extent(10, 10, 448 * 448), Extent(10_000, 10_000, 448 * 448)
    bytes_of_large = 10_000 * 448 * 448 * (3 + 2)
    assert demand.shard_memory("maps", large) - demand.shard_memory("maps", small) > 2 * bytes_of_large / 1e6
    assert demand.shard_memory("maps", small, gpus=1) > demand.CUDA_MB
    assert demand.shard_memory("maps", small, micro_batch=64) > demand.shard_memory("maps", small)
    assert demand.shard_minutes("maps", small) == 10
    assert demand.shard_minutes("maps", large, inputs_per_map=30) > 25 * demand.shard_minutes("maps", large)
    assert demand.shard_minutes("maps", large, gpus=1) < demand.shard_minutes("maps", large)
    assert demand.tables_memory(10**6) > demand.tables_memory(10) >= 1000
    assert demand.tables_minutes(10**6) > demand.tables_minutes(10) == 10
    assert demand.index_minutes(50_000) > 60
