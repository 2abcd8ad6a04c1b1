"""What must hold for the masses and metrics of every map (hypothesis)."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from saliometer.metrics.classification import METRICS, classification_metrics, relevance_masses

maps = arrays(np.float64, (3, 4, 6), elements=st.floats(-100, 100, width=16))
labels = arrays(bool, (3, 2, 3))


def score(saliency, tile_is_target):
    return classification_metrics(*relevance_masses(saliency, tile_is_target))


def same(left, right, tolerance=1e-9):
    return all(
        np.allclose(left[name], right[name], rtol=0, atol=tolerance, equal_nan=True) for name in METRICS
    )


def masses_by_loop(saliency, is_target):
    """The definition, pixel by pixel."""
    masses = dict.fromkeys(("tp", "fp", "tn", "fn"), 0.0)
    height, width = saliency.shape
    for (y, x), value in np.ndenumerate(saliency):
        target = is_target[y * is_target.shape[0] // height, x * is_target.shape[1] // width]
        name = ("tp" if target else "fp") if value > 0 else ("fn" if target else "tn")
        masses[name] += abs(float(value))
    return tuple(masses.values())


@given(maps, labels)
def test_masses_are_what_a_loop_over_pixels_finds(saliency, tile_is_target):
    found = np.stack(relevance_masses(saliency, tile_is_target), axis=1)
    expected = [masses_by_loop(one, label) for one, label in zip(saliency, tile_is_target, strict=True)]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@given(maps, labels)
def test_f1_is_the_dice_ratio_of_masses_where_precision_and_sensitivity_are_defined(saliency, tile_is_target):
    tp, fp, tn, fn = relevance_masses(saliency, tile_is_target)
    found = classification_metrics(tp, fp, tn, fn)["f1"]
    defined = (tp + fp > 0) & (tp + fn > 0)
    assert (np.isnan(found) == ~defined).all()
    np.testing.assert_allclose(found[defined], (2 * tp / (2 * tp + fp + fn + ~defined))[defined], atol=1e-12)


@given(maps, labels)
def test_identities(saliency, tile_is_target):
    tp, fp, tn, fn = relevance_masses(saliency, tile_is_target)
    found = classification_metrics(tp, fp, tn, fn)
    close = {"rtol": 0, "atol": 1e-9}
    np.testing.assert_allclose(found["false_negative_rate"], 1 - found["sensitivity"], **close)
    np.testing.assert_allclose(found["false_positive_rate"], 1 - found["specificity"], **close)
    balanced_accuracy = (found["sensitivity"] + found["specificity"]) / 2
    np.testing.assert_allclose(found["informedness"], 2 * balanced_accuracy - 1, **close)
    with np.errstate(invalid="ignore"):
        markedness = found["precision"] + tn / (tn + fn) - 1
    np.testing.assert_allclose(found["mcc"] ** 2, found["informedness"] * markedness, **close)
    for name, values in found.items():
        lowest = -1 if name in ("informedness", "mcc") else 0
        assert (np.isnan(values) | ((values >= lowest - 1e-12) & (values <= 1 + 1e-12))).all(), name


@given(maps, labels, st.floats(1e-30, 1e30))
def test_a_positive_scale_changes_nothing(saliency, tile_is_target, scale):
    assume(np.abs(saliency).max() > 0)
    assert same(score(saliency, tile_is_target), score(saliency * scale, tile_is_target))


@given(maps, labels, st.permutations(range(6)))
def test_permuting_tiles_with_their_labels_changes_nothing(saliency, tile_is_target, order):
    tiles = saliency.reshape(3, 2, 2, 3, 2).transpose(0, 1, 3, 2, 4).reshape(3, 6, 2, 2)[:, order]
    permuted = tiles.reshape(3, 2, 3, 2, 2).transpose(0, 1, 3, 2, 4).reshape(3, 4, 6)
    permuted_labels = tile_is_target.reshape(3, 6)[:, order].reshape(3, 2, 3)
    assert same(score(saliency, tile_is_target), score(permuted, permuted_labels))


@given(maps, labels)
def test_the_opposite_map_swaps_right_and_wrong(saliency, tile_is_target):
    tp, fp, tn, fn = relevance_masses(saliency, tile_is_target)
    for mass, expected in zip(relevance_masses(-saliency, tile_is_target), (fn, tn, fp, tp), strict=True):
        np.testing.assert_array_equal(mass, expected)


@given(maps, labels)
def test_a_map_without_negative_relevance(saliency, tile_is_target):
    found = score(np.abs(saliency), tile_is_target)
    for name, expected in (("sensitivity", 1), ("specificity", 0), ("false_positive_rate", 1)):
        assert (np.isnan(found[name]) | (found[name] == expected)).all()
    np.testing.assert_allclose(found["accuracy"], found["precision"], rtol=0, atol=1e-12)
    assert np.isnan(found["mcc"]).all()


@given(labels, st.floats(0.01, 100))
def test_precision_of_a_uniform_map_is_the_share_of_target_tiles(tile_is_target, level):
    found = score(np.full((3, 4, 6), level), tile_is_target)
    np.testing.assert_allclose(found["precision"], tile_is_target.mean(axis=(1, 2)), rtol=0, atol=1e-12)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_chance_notes_are_the_values_of_a_map_that_is_blind_to_the_target(p, q):
    found = classification_metrics(p * q, (1 - p) * q, (1 - p) * (1 - q), p * (1 - q))
    expected = {
        "p": p,
        "q": q,
        "1 - q": 1 - q,
        "p q + (1 - p)(1 - q)": p * q + (1 - p) * (1 - q),
        "2 p q / (p + q)": 2 * p * q / (p + q),
        "0": 0,
    }
    for name, metric in METRICS.items():
        assert found[name].item() == pytest.approx(expected[metric.chance_note], abs=1e-7), name
