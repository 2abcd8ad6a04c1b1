"""Sums over clusters against a loop."""

import numpy as np
import pytest

from saliometer.reliability.clustering.sums import sum_by_cluster
from saliometer.reliability.ranks import rank_complete


def test_sums_and_sizes_in_the_order_of_labels():
    rng = np.random.default_rng(0)
    values, clusters = rng.random((30, 3)), rng.choice(list("dbca"), 30)
    sums, sizes = sum_by_cluster(values, clusters)
    for row, label in enumerate("abcd"):
        np.testing.assert_allclose(sums[row], values[clusters == label].sum(axis=0))
        assert sizes[row] == (clusters == label).sum()
    assert sizes.dtype == np.int64
    nothing = sum_by_cluster(np.empty((0, 3)), [])
    assert (nothing[0].shape, nothing[1].shape) == ((0, 3), (0,))


def test_ranks_are_of_complete_scores():
    assert rank_complete([[1, 3, 3]]).tolist() == [[3, 1.5, 1.5]]
    with pytest.raises(ValueError, match="must be defined"):
        rank_complete([[1, np.nan]])
    with pytest.raises(ValueError, match="must be \\(items, methods\\)"):
        rank_complete([1, 2])


def test_other_shapes_are_refused():
    with pytest.raises(ValueError, match="with a cluster for each item"):
        sum_by_cluster([[1.0, 2.0]], [0, 1])
    with pytest.raises(ValueError, match="with a cluster for each item"):
        sum_by_cluster([1.0, 2.0], [0, 1])
