"""Masses and metrics against worked numbers; what is undefined, and what is refused."""

import math

import numpy as np
import pytest

from saliometer.metrics.classification import METRICS, classification_metrics, relevance_masses

# Worked by hand: tile labels (7, 1, 7, 2), target 7.
WORKED = np.array([[1, 2, -1, 3], [0, -4, 5, -2], [2, 2, 0, 1], [-3, 1, -1, 4]])
IS_TARGET = np.array([[7, 1], [7, 2]]) == 7
WORKED_METRICS = {
    "precision": 8 / 21,
    "sensitivity": 8 / 15,
    "false_negative_rate": 7 / 15,
    "false_positive_rate": 13 / 17,
    "specificity": 4 / 17,
    "accuracy": 12 / 32,
    "f1": 4 / 9,
    "informedness": 8 / 15 + 4 / 17 - 1,
    "mcc": (8 * 4 - 13 * 7) / math.sqrt(21 * 15 * 17 * 11),
}


def test_worked_example():
    masses = relevance_masses(WORKED[None], IS_TARGET[None])
    assert [mass.item() for mass in masses] == [8, 13, 4, 7]
    found = classification_metrics(*masses)
    assert list(found) == list(METRICS) == list(WORKED_METRICS)
    for name, expected in WORKED_METRICS.items():
        assert found[name].item() == pytest.approx(expected, rel=1e-14), name


@pytest.mark.parametrize(
    ("masses", "undefined"),
    [
        ((0, 0, 0, 0), set(METRICS)),
        ((1, 0, 0, 0), {"false_positive_rate", "specificity", "informedness", "mcc"}),
        ((1, 1, 0, 0), {"mcc"}),
        ((0, 1, 0, 0), {"sensitivity", "false_negative_rate", "f1", "informedness", "mcc"}),
        ((0, 0, 1, 1), {"precision", "f1", "mcc"}),
        ((0, 1, 1, 1), set()),
        ((1, 1, 1, 1), set()),
    ],
)
def test_exactly_what_has_no_denominator_is_undefined(masses, undefined):
    found = classification_metrics(*masses)
    assert {name for name, value in found.items() if np.isnan(value)} == undefined


def test_a_wholly_wrong_map_has_f1_zero_and_not_undefined():
    assert classification_metrics(0, 3, 1, 2)["f1"] == 0


def test_masses_far_from_one_neither_overflow_nor_vanish():
    expected = classification_metrics(3, 2, 5, 1)
    for scale in (1e-290, 1e290):
        found = classification_metrics(3 * scale, 2 * scale, 5 * scale, 1 * scale)
        assert all(found[name] == pytest.approx(expected[name], abs=1e-12) for name in METRICS)


def test_sums_are_in_double_precision_also_of_half_precision_maps():
    saliency = np.full((1, 448, 448), 0.1, dtype=np.float16)
    tp, _, _, _ = relevance_masses(saliency, np.ones((1, 2, 2), bool))
    assert tp.item() == pytest.approx(float(np.float16(0.1)) * 448**2, rel=1e-12)


def test_aliases_rank_mosaics_like_their_originals():
    found = classification_metrics(*np.random.default_rng(0).random((4, 50)))
    aliases = {name: metric.alias_of for name, metric in METRICS.items() if metric.alias_of}
    assert aliases == {"false_negative_rate": "sensitivity", "false_positive_rate": "specificity"}
    for name, original in aliases.items():
        goodness = [found[n] if METRICS[n].higher_is_better else -found[n] for n in (name, original)]
        np.testing.assert_array_equal(*(np.argsort(values) for values in goodness))


def test_a_map_that_is_not_finite_is_undefined_and_leaves_the_others_alone():
    saliency = np.stack([WORKED, WORKED, WORKED]).astype(float)
    saliency[1, 0, 0], saliency[2, 3, 3] = np.nan, -np.inf
    masses = np.stack(relevance_masses(saliency, np.stack([IS_TARGET] * 3)))
    assert masses[:, 0].tolist() == [8, 13, 4, 7]
    assert np.isnan(masses[:, 1:]).all()


@pytest.mark.parametrize(
    ("saliency", "is_target", "words"),
    [
        (np.ones((1, 5, 4)), np.ones((1, 2, 2), bool), "5 x 4 can't be cut into 2 x 2"),
        (np.ones((1, 4, 5)), np.ones((1, 2, 2), bool), "equal tiles"),
        (np.ones((2, 4, 4)), np.ones((1, 2, 2), bool), "not \\(2, 4, 4\\) and \\(1, 2, 2\\)"),
        (np.ones((4, 4)), np.ones((1, 2, 2), bool), "must be \\(N, height, width\\)"),
        (np.ones((1, 4, 4)), np.ones((1, 2, 2), int), "must be boolean"),
    ],
)
def test_wrong_shapes_are_refused(saliency, is_target, words):
    with pytest.raises(ValueError, match=words):
        relevance_masses(saliency, is_target)


def test_negative_masses_are_refused():
    with pytest.raises(ValueError, match="must not be negative"):
        classification_metrics(1, -1, 1, 1)


def test_only_precision_says_anything_of_positive_only_methods():
    assert [name for name, metric in METRICS.items() if not metric.needs_negative] == ["precision"]
