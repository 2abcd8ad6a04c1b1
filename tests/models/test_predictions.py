"""Predictions against arithmetic by hand, and against the same question asked slowly."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from saliometer.errors import UserError
from saliometer.models import Model
from saliometer.models.predictions import predict

COLUMNS = ["probability", "rank", "top1", "top5", "n_classes", "hits_top1", "hits_top5", "class_ranks"]
COLUMNS += ["rank_among_classes", "logit", "logit_target_tiles", "logit_other_tiles"]


CLASSES = 8


class Greys(torch.nn.Module):
    """Class c scores -((g - 10 c) / 10)**2 for an image of mean grey g; remembers what it was shown."""

    def __init__(self):
        super().__init__()
        self.shown = []

    def forward(self, inputs):
        self.shown.append(tuple(inputs.shape))
        grey = (255 * inputs.double().mean(dim=(1, 2, 3))).round()
        return -((grey[:, None] / 10 - torch.arange(CLASSES)) ** 2)


def greys(**sizes):
    return Model("greys", Greys(), (0.0,) * 3, (1.0,) * 3, torch.device("cpu"), None, **sizes)


def mosaic_of(tile_greys):
    """Paint a mosaic of 2x2-pixel tiles, each of one grey."""
    tiles = np.array(tile_greys, np.uint8).repeat(2, axis=0).repeat(2, axis=1)
    return np.stack([tiles] * 3, axis=-1)


def test_by_hand():
    tile_classes = np.array([[[0, 0], [3, 5]], [[7, 6], [7, 0]]], np.int16)
    mosaics = np.stack([mosaic_of([[0, 0], [30, 50]]), mosaic_of([[70, 60], [50, 20]])])
    # Mean greys 20 and 50, so the orders of the classes are 2 1 3 0 4 5 6 7 and 5 4 6 3 7 2 1 0.
    asked_mosaics, asked_targets = np.array([1, 0, 0, 0, 1]), np.array([7, 0, 3, 5, 0])
    model = greys()
    frame = predict(model, mosaics, tile_classes, asked_mosaics, asked_targets)
    odds = [np.exp(-((2.0 - np.arange(8)) ** 2)), np.exp(-((5.0 - np.arange(8)) ** 2))]
    expected = [odds[m][t] / odds[m].sum() for m, t in zip(asked_mosaics, asked_targets, strict=True)]
    np.testing.assert_allclose(frame["probability"], expected, rtol=1e-12)
    assert frame["rank"].tolist() == [5, 4, 3, 6, 8]
    assert frame["top1"].tolist() == [False] * 5
    assert frame["top5"].tolist() == [True, True, True, False, False]
    assert frame["n_classes"].tolist() == [3] * 5
    assert frame["hits_top1"].tolist() == [0] * 5
    assert frame["hits_top5"].tolist() == [2] * 5
    first, second = "3:3 0:4 5:6", "6:3 7:5 0:8"
    assert frame["class_ranks"].tolist() == [second, first, first, first, second]
    # Alone, one of the two tiles of class 7 is as grey as class 5 (7 comes fifth), and the tile of class 0
    # as grey as class 2 (0 comes fourth); all others are as grey as their class.
    assert frame["alone_top1"].tolist() == [0.5, 1, 1, 1, 0]
    assert frame["alone_top5"].tolist() == [1, 1, 1, 1, 1]
    assert frame["mosaic"].tolist() == asked_mosaics.tolist()
    assert frame["target"].tolist() == asked_targets.tolist()


def slowly(model, mosaics, tile_classes, mosaic, target):
    """Answer one question by itself, in plain Python."""

    def order(image):
        logits = model.logits(model.preprocess(image[None]))[0].tolist()
        return sorted(range(CLASSES), key=lambda c: (-logits[c], c)), np.exp(logits)

    best, odds = order(mosaics[mosaic])
    classes = set(tile_classes[mosaic].ravel().tolist())
    side = mosaics.shape[1] // tile_classes.shape[1]
    alone = [
        order(mosaics[mosaic, r * side : (r + 1) * side, c * side : (c + 1) * side])[0].index(target)
        for r, c in zip(*np.nonzero(tile_classes[mosaic] == target), strict=True)
    ]
    return {
        "probability": odds[target] / odds.sum(),
        "rank": best.index(target) + 1,
        "top1": best[0] == target,
        "top5": target in best[:5],
        "n_classes": len(classes),
        "hits_top1": len(classes & {best[0]}),
        "hits_top5": len(classes & set(best[:5])),
        "rank_among_classes": [one for one in best if one in classes].index(target) + 1,
        "logit": np.log(odds[target]),
        "alone_top1": np.mean([place < 1 for place in alone]),
        "alone_top5": np.mean([place < 5 for place in alone]),
    }


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_as_asked_slowly_whatever_the_batch(data):
    rows, columns, count = (data.draw(st.integers(1, 3)) for _ in range(3))
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    tile_classes = random.integers(0, CLASSES, (count, rows, columns), dtype=np.int16)
    painted = np.where(random.random(tile_classes.shape) < 0.5, tile_classes, random.integers(0, CLASSES))
    mosaics = np.stack([mosaic_of(10 * one) for one in painted])
    asked_mosaics = random.integers(0, count, data.draw(st.integers(1, 6))).astype(np.int32)
    asked_targets = tile_classes[asked_mosaics, random.integers(rows), random.integers(columns)]
    model = greys()
    micro_batch = data.draw(st.none() | st.integers(1, 4))
    frame = predict(model, mosaics, tile_classes, asked_mosaics, asked_targets, micro_batch)
    assert all(shape[0] <= (micro_batch or 36) for shape in model.network.shown)
    for number, question in enumerate(zip(asked_mosaics, asked_targets, strict=True)):
        for column, value in slowly(model, mosaics, tile_classes, *question).items():
            assert frame[column][number] == pytest.approx(value, rel=1e-12), column


def test_every_image_is_shown_once():
    tile_classes = np.array([[[0, 1], [2, 3]], [[3, 2], [1, 0]], [[4, 5], [6, 7]]], np.int16)
    mosaics = np.stack([mosaic_of(10 * one) for one in tile_classes])
    model = greys()
    asked = np.arange(2).repeat(4)
    predict(model, mosaics, tile_classes, asked, tile_classes[:2].ravel())
    # Two mosaics, each question's with some tiles covered, twice, and the four tiles that they share; nothing
    # of the third, which nobody asks about.
    wholes = [shape for shape in model.network.shown if shape[2:] == (4, 4)]
    assert wholes == [(2, 3, 4, 4), (8, 3, 4, 4), (8, 3, 4, 4)]
    assert [shape for shape in model.network.shown if shape[2:] == (2, 2)] == [(4, 3, 2, 2)]


def test_every_tile_is_judged_alone_and_the_mosaic_with_some_tiles_covered():
    tile_classes = np.array([[[0, 1], [2, 0]]], np.int16)
    model = greys()
    frame = predict(
        model, np.stack([mosaic_of([[0, 10], [20, 40]])]), tile_classes, np.array([0, 0]), np.array([0, 2])
    )
    # Of grey 17.5, in sixteen pixels; covered tiles are black, the mean colour of this model.
    assert frame["logit"].tolist() == pytest.approx([-(1.8**2), -(0.2**2)])
    assert frame["logit_target_tiles"].tolist() == pytest.approx([-(1.0**2), -(1.5**2)])
    # Of greys 7.5 and 12.5, rounded up.
    assert frame["logit_other_tiles"].tolist() == pytest.approx([-(0.8**2), -(0.7**2)])
    assert frame["rank_among_classes"].tolist() == [3, 1]
    # Alone the last tile, of class 0, is as grey as class 4, and class 0 comes last but three.
    assert frame["tile_ranks"].tolist() == ["1 1 1 8"] * 2
    assert frame["all_tiles_top1"].tolist() == [False, False]


def test_a_network_that_knows_nothing_recognises_one_class():
    model = greys()
    model.network.forward = lambda inputs: torch.zeros(len(inputs), CLASSES)
    tile_classes = np.array([[[0, 1], [2, 3]]], np.int16)
    frame = predict(model, mosaic_of([[0] * 2] * 2)[None], tile_classes, np.zeros(4, int), np.arange(4))
    assert frame["rank"].tolist() == [1, 2, 3, 4]
    assert frame["hits_top1"].tolist() == [1] * 4
    assert frame["alone_top1"].tolist() == [1, 0, 0, 0]


def test_tiles_that_are_too_small_alone_are_undefined():
    tile_classes = np.array([[[0, 1], [2, 3]]], np.int16)
    model = greys(smallest_input=4, fixed_input=True)
    frame = predict(
        model, mosaic_of(10 * tile_classes[0])[None], tile_classes, np.zeros(4, int), np.arange(4)
    )
    assert frame[["alone_top1", "alone_top5"]].isna().all(axis=None)
    assert frame[COLUMNS].notna().all(axis=None)
    absent = predict(
        greys(), mosaic_of(10 * tile_classes[0])[None], tile_classes, np.zeros(1, int), np.array([7])
    )
    assert absent[["alone_top1", "alone_top5"]].isna().all(axis=None)


def test_no_questions():
    frame = predict(
        greys(), np.zeros((0, 4, 4, 3), np.uint8), np.zeros((0, 2, 2), np.int16), *2 * [np.zeros(0, np.int32)]
    )
    assert len(frame) == 0
    assert list(frame)[:2] == ["mosaic", "target"]


def test_what_is_no_prediction_is_refused():
    tile_classes = np.array([[[0, 1], [2, 3]]], np.int16)
    questions = (mosaic_of(10 * tile_classes[0])[None], tile_classes, np.zeros(1, int), np.zeros(1, int))
    model = greys()
    for value in (np.nan, np.inf):
        model.network.forward = lambda inputs, value=value: torch.full((len(inputs), CLASSES), value)
        with pytest.raises(UserError, match=r"model greys: its logits are not finite for 1 mosaic\(s\)"):
            predict(model, *questions)
    model.network.forward = lambda inputs: torch.zeros(len(inputs), 3)
    with pytest.raises(UserError, match="model greys: has 3 classes, but the mosaics hold class 3"):
        predict(model, *questions)
