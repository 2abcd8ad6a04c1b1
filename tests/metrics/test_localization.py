"""Localization against scipy, brute force and worked numbers, and what must hold for every map."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import mannwhitneyu

from saliometer.metrics.localization import METRICS, Settings, metrics_with, score

# Few values, so that many are tied; all and their doubles plus one are exact in half precision.
maps = arrays(np.float32, (3, 4, 6), elements=st.integers(-9, 9))
labels = arrays(bool, (3, 2, 3))
ORDER = (0, 1, 2, 3, 4, 5)


def scored(saliency, tile_is_target, tolerance=0, scales=None):
    scales = np.ones(len(saliency)) if scales is None else scales
    return score(saliency, tile_is_target, scales, Settings(tolerance=tolerance))


def pixels_of(tile_is_target, height, width):
    rows, columns = tile_is_target.shape
    return np.kron(tile_is_target, np.ones((height // rows, width // columns), bool)).astype(bool)


def same(left, right):
    return all(np.allclose(left[name], right[name], rtol=0, atol=1e-12, equal_nan=True) for name in METRICS)


def rank_accuracy_by_loop(saliency, on_target):
    """Fill K places from the highest value down; the values tied at the last places share them."""
    places, hits = on_target.sum(), 0.0
    for value in sorted(set(saliency.tolist()), reverse=True):
        tied = saliency == value
        taken = min(places, tied.sum())
        hits += taken * on_target[tied].mean()
        places -= taken
    return hits / on_target.sum()


def hit_by_loop(saliency, on_target, tolerance):
    """Ask of each highest pixel for its distance to every pixel on target."""
    hits = [
        min((y - v) ** 2 + (x - u) ** 2 for v, u in np.argwhere(on_target)) <= tolerance**2
        for y, x in np.argwhere(saliency == saliency.max())
    ]
    return np.mean(hits)


@given(maps, labels, st.integers(0, 5))
def test_agrees_with_scipy_and_with_loops(saliency, tile_is_target, tolerance):
    found = scored(saliency, tile_is_target, tolerance)
    for number, (one, label) in enumerate(zip(saliency, tile_is_target, strict=True)):
        values = [found[name][number] for name in ("roc_auc", "relevance_rank_accuracy", "pointing_game")]
        on_target = pixels_of(label, 4, 6)
        if label.all() or not label.any() or one.min() == one.max():
            assert np.isnan(values).all()
            continue
        pairs = on_target.sum() * (~on_target).sum()
        expected = [
            mannwhitneyu(one[on_target], one[~on_target]).statistic / pairs,
            rank_accuracy_by_loop(one.ravel(), on_target.ravel()),
            hit_by_loop(one, on_target, tolerance),
        ]
        np.testing.assert_allclose(values, expected, rtol=0, atol=1e-12)


@given(maps, labels, st.floats(0.001, 1000))
def test_strictly_monotone_transforms_change_nothing(saliency, tile_is_target, scale):
    before = scored(saliency, tile_is_target)
    assert same(before, scored(saliency**3, tile_is_target))
    assert same(before, scored((2 * saliency + 1).astype(np.float16), tile_is_target))
    assert same(before, scored(np.exp(saliency.astype(np.float64)), tile_is_target))
    assert same(before, scored(saliency, tile_is_target, scales=np.full(3, scale)))


@given(maps, labels, st.permutations(ORDER))
def test_permuting_tiles_with_their_labels_changes_nothing(saliency, tile_is_target, order):
    tiles = saliency.reshape(3, 2, 2, 3, 2).transpose(0, 1, 3, 2, 4).reshape(3, 6, 2, 2)[:, order]
    permuted = tiles.reshape(3, 2, 3, 2, 2).transpose(0, 1, 3, 2, 4).reshape(3, 4, 6)
    permuted_labels = tile_is_target.reshape(3, 6)[:, order].reshape(3, 2, 3)
    assert same(scored(saliency, tile_is_target), scored(permuted, permuted_labels))


@given(maps, labels)
def test_asking_for_the_other_tiles_mirrors_pointing_and_area(saliency, tile_is_target):
    one, other = scored(saliency, tile_is_target), scored(saliency, ~tile_is_target)
    for name in ("roc_auc", "pointing_game"):
        np.testing.assert_allclose(one[name] + other[name], np.where(np.isnan(one[name]), np.nan, 1))
    opposite = scored(-saliency, tile_is_target)["roc_auc"]
    np.testing.assert_allclose(one["roc_auc"], 1 - opposite, rtol=0, atol=1e-12)


@given(maps, st.permutations(ORDER))
def test_over_the_tiles_of_a_mosaic_a_map_that_is_blind_to_the_target_scores_its_chance(saliency, order):
    """Each tile is asked in turn, as ``targets: all`` has it: p is 1/6."""
    one = saliency[:1]
    assume(one.min() < one.max())
    asked = np.eye(6, dtype=bool)[list(order)].reshape(6, 2, 3)
    found = scored(np.repeat(one, 6, axis=0), asked)
    assert found["pointing_game"].mean() == pytest.approx(1 / 6)
    assert found["roc_auc"].mean() == pytest.approx(0.5)


def test_random_pixels_score_what_the_chance_notes_say():
    saliency = np.random.default_rng(0).random((2000, 8, 8))
    is_target = np.zeros((2000, 2, 2), bool)
    is_target[:, 0, 1] = True
    levels = {"p": 0.25, "0.5": 0.5}
    for name, values in scored(saliency, is_target).items():
        assert values.mean() == pytest.approx(levels[METRICS[name].chance_note], abs=0.03), name


def test_worked_example():
    saliency = np.array([[[9, 3, 5, 0], [4, 3, 3, 1]]])
    found = scored(saliency, np.array([[[True, False]]]))
    # On target 9 3 4 3, off target 5 0 3 1. The four highest are 9, 5, 4 and one of the three 3s.
    assert found["relevance_rank_accuracy"].item() == pytest.approx((2 + 2 / 3) / 4)
    assert found["roc_auc"].item() == pytest.approx((4 + 3 + 2 * 2.5) / 16)
    assert found["pointing_game"].item() == 1


def test_of_several_highest_pixels_the_share_on_target_counts():
    saliency = np.array([[[7, 7, 7, 0], [7, 0, 0, 0]]])
    assert scored(saliency, np.array([[[True, False]]]))["pointing_game"].item() == 3 / 4


@pytest.mark.parametrize(
    ("place", "tolerance", "expected"),
    [
        ((0, 3), 0, 1),
        ((0, 4), 0, 0),
        ((0, 4), 1, 1),
        ((0, 6), 2, 0),
        ((4, 4), 1, 0),
        ((4, 4), 2, 1),
        ((7, 0), 4, 1),
    ],
)
def test_tolerance_is_a_straight_distance_from_the_nearest_target_tile(place, tolerance, expected):
    saliency = np.zeros((8, 8))
    saliency[place] = 1
    found = scored(saliency[None], np.array([[[True, False], [False, False]]]), tolerance)
    assert found["pointing_game"].item() == expected


def test_constant_maps_and_maps_that_are_not_finite_are_undefined_and_leave_the_others_alone():
    good = np.arange(16.0).reshape(4, 4)
    saliency = np.stack([good, np.zeros((4, 4)), np.full((4, 4), 3.0), good, good, good, good])
    saliency[3, 0, 0], saliency[4, 3, 3], saliency[5, 1, 1] = np.nan, np.inf, -np.inf
    is_target = np.repeat([[[True, False], [False, False]]], 7, axis=0)
    scales = np.array([1, 0, 1, 1, 1, 1, np.inf])
    for values in scored(saliency, is_target, scales=scales).values():
        assert np.isfinite(values).tolist() == [True] + [False] * 6


def test_a_tolerance_is_in_the_label_and_leaves_no_known_chance_level():
    assert metrics_with(Settings()) == METRICS
    changed = metrics_with(Settings(tolerance=15))
    assert changed["pointing_game"].label == "Pointing game ±15 px"
    assert changed["pointing_game"].chance_note == "above p"
    assert list(changed) == list(METRICS)
    assert {name for name in METRICS if changed[name] != METRICS[name]} == {"pointing_game"}
