"""What jobs ask for grows with their shard, and covers what was measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saliometer.mosaics.rendering import Settings
from saliometer.plan import resources
from saliometer.plan.resources import Extent
from saliometer.products.paths import PATTERNS

STAGES = list(PATTERNS)


def test_extent_counts_what_a_shard_holds():
    images_of_class = {0: 3, 5: 1, 9: 2}
    one = Settings(rounds=5, rounds_per_shard=2, tile_size=16)
    assert resources.shard_extent(images_of_class, one, 0) == Extent(6, 6, 1024)
    assert resources.shard_extent(images_of_class, one, 2) == Extent(3, 3, 1024)
    every = Settings(rounds=1, target_tiles=1, targets="all", round_over="image", columns=3, tile_size=16)
    assert resources.shard_extent(images_of_class, every, 0) == Extent(6, 36, 1536)
    assert resources.n_maps({"a": images_of_class, "b": {1: 1}}, one) == 15 + 5


# Peak memory (MB) of real jobs: 200 mosaics of 448 x 448, four questions each, on a CPU.
MEASURED = {"mosaics": 412, "predictions": 1003, "maps": 1737, "scores": 546}


@pytest.mark.parametrize("stage", MEASURED)
def test_memory_covers_what_was_measured(stage):
    assert resources.shard_memory(stage, Extent(200, 800, 448 * 448)) > MEASURED[stage]


extents = st.builds(Extent, st.integers(1, 10**5), st.integers(1, 10**6), st.integers(256, 10**6))


@given(extents, st.sampled_from(STAGES))
def test_a_larger_shard_never_asks_for_less(extent, stage):
    for field in ("mosaics", "questions", "pixels"):
        larger = extent._replace(**{field: 2 * getattr(extent, field)})
        assert resources.shard_memory(stage, larger) >= resources.shard_memory(stage, extent)
        assert resources.shard_minutes(stage, larger) >= resources.shard_minutes(stage, extent)


def test_memory_and_time_of_maps_follow_the_shard_the_passes_and_the_device():
    small, large = Extent(10, 10, 448 * 448), Extent(10_000, 10_000, 448 * 448)
    bytes_of_large = 10_000 * 448 * 448 * (3 + 2)
    assert (
        resources.shard_memory("maps", large) - resources.shard_memory("maps", small)
        > 2 * bytes_of_large / 1e6
    )
    assert resources.shard_memory("maps", small, gpus=1) > resources.CUDA_MB
    assert resources.shard_memory("maps", small, micro_batch=64) > resources.shard_memory("maps", small)
    assert resources.shard_minutes("maps", small) == 10
    assert resources.shard_minutes("maps", large, inputs_per_map=30) > 25 * resources.shard_minutes(
        "maps", large
    )
    assert resources.shard_minutes("maps", large, gpus=1) < resources.shard_minutes("maps", large)
    assert resources.tables_memory("cost", 10**6) > resources.tables_memory("cost", 10) >= 1000
    assert resources.tables_minutes(10**6) > resources.tables_minutes(10) == 10
    assert resources.index_minutes(50_000) > 60
