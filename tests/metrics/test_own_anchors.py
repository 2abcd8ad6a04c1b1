"""The map as its own anchor: its scores with the labels of its tiles rotated, and with its signs shuffled."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from saliometer import metrics
from saliometer.metrics.classification import (
    METRICS,
    classification_metrics,
    relevance_masses,
    shuffled_signs,
)
from saliometer.metrics.engines.rotations import all_rotations, mean_of_others
from saliometer.metrics.engines.sign_shuffle import expected_masses
from saliometer.metrics.engines.upsampling import upsample
from saliometer.metrics.registry import FAMILIES
from saliometer.stages import scores
from small_shards import SIZE, make_maps, make_mosaics

masses = arrays(np.float64, (4,), elements=st.floats(0, 100, width=16))


def means_by_loop(module, saliency, is_target):
    """Score one map with each pattern in turn, by the family's own ``score``, and average."""
    flat, own = is_target.ravel().tolist(), []
    for places in range(1, len(flat)):
        turned = np.reshape(flat[-places:] + flat[:-places], is_target.shape)
        if (turned != is_target).any():
            own.append(module.score(saliency[None], turned[None], np.ones(1), module.Settings()))
    return {name: np.mean([found[name][0] for found in own]) if own else np.nan for name in module.METRICS}


@pytest.mark.parametrize("family", FAMILIES)
def test_rotated_labels_are_a_mean_over_the_other_rotations(family):
    mosaics = make_mosaics()
    tile_classes = mosaics.arrays["tile_classes"]
    # Two of four targets, side by side, stacked and diagonal; and four of four, which no rotation changes.
    tile_classes[0], tile_classes[1], tile_classes[2] = [[1, 1], [2, 3]], [[1, 2], [1, 3]], [[1, 2], [3, 1]]
    tile_classes[3] = 1
    mosaics.arrays["asked_targets"][:] = tile_classes.reshape(-1)
    maps = make_maps(mosaics)
    frame = scores.score_shard(maps, mosaics, family, {}, "maps")
    module, rows = metrics.describe(family), mosaics.arrays["asked_mosaics"]
    pixels = upsample(maps.arrays["maps"], *SIZE, "bilinear")
    for number, (row, target) in enumerate(zip(rows, mosaics.arrays["asked_targets"], strict=True)):
        expected = means_by_loop(module, pixels[number], tile_classes[row] == target)
        for name in (name for name, metric in module.METRICS.items() if not metric.alias_of):
            found = frame.loc[number, metrics.anchor_column(name, "rotated_labels")]
            np.testing.assert_allclose(found, expected[name], rtol=0, atol=1e-6, err_msg=f"{name} {number}")
    assert frame.filter(like="_rotated_labels")[rows == 3].isna().all(axis=None)
    assert frame.filter(like="_rotated_labels")[rows != 3].notna().all(axis=None)


def test_a_map_that_is_blind_to_place_scores_the_same_with_rotated_labels_and_one_on_target_less():
    mosaics = make_mosaics()
    maps = make_maps(mosaics, signed=False)
    maps.attributes["upsampling"] = "nearest"
    on_target = mosaics.arrays["tile_classes"][mosaics.arrays["asked_mosaics"]]
    on_target = on_target == mosaics.arrays["asked_targets"][:, None, None]
    maps.arrays["maps"] = np.kron(on_target, np.ones((2, 2))).astype(np.float16)
    frame = scores.score_shard(maps, mosaics, "classification", {}, "maps")
    assert (frame["precision"] == 1).all()
    assert (frame["precision_rotated_labels"] == 0).all()
    assert frame["sensitivity_rotated_labels"].isna().all(), "not applicable to a positive-only method"
    maps.arrays["maps"][:] = 1
    frame = scores.score_shard(maps, mosaics, "classification", {}, "maps")
    assert (frame[["precision", "precision_rotated_labels"]] == 0.25).all(axis=None)


def test_a_mean_with_an_undefined_labelling_is_undefined():
    labellings = all_rotations(np.array([[[True, False, False]]] * 2))
    values = np.array([[1.0, 1.0], [0.2, 0.2], [0.4, np.nan]])
    np.testing.assert_allclose(mean_of_others(values, labellings), [0.3, np.nan])


@given(masses)
def test_shuffled_signs_keep_the_margins_and_know_nothing(four):
    tp, fp, tn, fn = four[:, None]
    expected = np.array(expected_masses(tp, fp, tn, fn))[:, 0]
    if four.sum() == 0:
        assert np.isnan(expected).all()
        return
    total = four.sum()
    np.testing.assert_allclose(expected[0] + expected[1], (four[0] + four[1]) / total, atol=1e-12)
    np.testing.assert_allclose(expected[0] + expected[3], (four[0] + four[3]) / total, atol=1e-12)
    np.testing.assert_allclose(expected.sum(), 1)
    np.testing.assert_allclose(expected[0] * expected[2], expected[1] * expected[3], atol=1e-12)
    found = shuffled_signs({"tp": tp, "fp": fp, "tn": tn, "fn": fn})
    assert set(found["informedness"][np.isfinite(found["informedness"])]) <= {0.0}
    assert list(found) == [name for name, metric in METRICS.items() if not metric.alias_of]


def test_the_closed_form_is_the_mean_over_shuffles_of_the_signs_of_pixels():
    rng = np.random.default_rng(0)
    size, shuffles = 32, 4000
    image = rng.normal(0.4, 1, (size, size)) * np.kron([[3, 1], [1, 1]], np.ones((size // 2, size // 2)))
    is_target = np.array([[[True, False], [False, False]]])
    own = relevance_masses(image[None], is_target)
    total = np.abs(image).sum()
    q = image[image > 0].sum() / total
    signs = np.where(rng.random((shuffles, size, size)) < q, 1, -1)
    drawn = relevance_masses(np.abs(image) * signs, np.repeat(is_target, shuffles, axis=0))
    for found, expected in zip(drawn, expected_masses(*own), strict=True):
        error = found.std() / np.sqrt(shuffles)
        assert abs(found.mean() - expected.item() * total) < 4 * error
    closed = shuffled_signs(dict(zip(("tp", "fp", "tn", "fn"), own, strict=True)))
    found = classification_metrics(*drawn)
    effective = np.abs(image).sum() ** 2 / (image**2).sum()
    for name, value in closed.items():
        exact = name in ("sensitivity", "specificity", "accuracy", "informedness")
        error = 4 * found[name].std() / np.sqrt(shuffles) + (0 if exact else 1 / effective)
        assert abs(found[name].mean() - value.item()) < error, name
    assert closed["precision"].item() == pytest.approx(np.abs(image[:16, :16]).sum() / total)


def test_with_few_pixels_the_mean_of_a_ratio_is_not_the_ratio_of_means():
    """One pixel of mass 3 on target and one of mass 1 elsewhere, q = 1/2: all four shuffles by hand."""
    precisions = [3 / 4, 1, 0]  # both positive, the first, the second; with none it is undefined
    closed = shuffled_signs({"tp": [1.5], "fp": [0.5], "tn": [0.5], "fn": [1.5]})["precision"].item()
    assert closed == 0.75
    assert np.mean(precisions) == pytest.approx(7 / 12)


def test_anchors_are_columns_of_a_table_and_no_metrics():
    frame = pd.DataFrame({"tp": [0.0, np.nan], "fp": [0, 1], "tn": [0, 1], "fn": [0, 1]})
    for values in shuffled_signs(frame).values():
        assert np.isnan(values).all()
    known = metrics.catalogue({family: {} for family in FAMILIES})
    assert not [name for name in known if name.endswith(metrics.OWN_ANCHORS)]
