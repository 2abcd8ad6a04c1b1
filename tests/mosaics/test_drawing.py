"""Which images make up which mosaic."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saliometer.errors import UserError
from saliometer.mosaics.drawing import draw_round, rotated
from saliometer.mosaics.rendering import Forms, Settings, asked_targets, form_names

STUDY = Settings(rounds=10)
PHOTOS = Settings(target_tiles=1, targets="all", round_over="image")


def index_of(*sizes: int) -> pd.DataFrame:
    """Build an index of len(sizes) classes with so many images each."""
    classes = np.repeat(np.arange(len(sizes)) * 7, sizes)
    return pd.DataFrame({"id": [f"image-{row}.jpg" for row in range(len(classes))], "class_index": classes})


def draw(index, settings, rounds, seed=42):
    return [
        mosaic for number in range(rounds) for mosaic in draw_round(index, settings, seed, "data", number)
    ]


def test_fifty_images_a_class_make_ten_rounds_of_the_study_without_reuse():
    """50 validation images a class are enough for 10 mosaics without any reuse (2 + 2 tiles a round)."""
    mosaics = draw(index_of(*[50] * 30), STUDY, rounds=10)
    used = Counter(np.concatenate([mosaic.tiles.ravel() for mosaic in mosaics]).tolist())
    assert len(mosaics) == 300
    assert set(used.values()) == {1}


def test_every_target_image_is_used_before_any_is_used_again():
    index = index_of(*[6] * 8)
    targets = Counter()
    for mosaic in draw(index, STUDY, rounds=6):
        of_class = index["class_index"].to_numpy()[mosaic.tiles] == mosaic.class_index
        targets.update(mosaic.tiles[of_class].tolist())
    assert set(targets.values()) == {2}, "6 rounds of 2 target tiles deal 6 images twice each"


def test_rounds_over_images_show_every_photograph_equally_often():
    """20 photographs of 19 classes, one class twice: as in the demo's data set."""
    index = index_of(*[1] * 6, 2, *[1] * 12)
    mosaics = draw(index, PHOTOS, rounds=3)
    used = Counter(np.concatenate([mosaic.tiles.ravel() for mosaic in mosaics]).tolist())
    assert len(mosaics) == 60
    assert used == dict.fromkeys(range(20), 12)


@st.composite
def data_sets(draw_value):
    """Draw settings and an index that can serve them."""
    target_tiles = draw_value(st.integers(1, 2))
    round_over = draw_value(st.sampled_from(["class", "image"])) if target_tiles == 1 else "class"
    settings = Settings(
        rows=draw_value(st.integers(target_tiles, 3)),
        columns=draw_value(st.integers(2, 3)),
        target_tiles=target_tiles,
        round_over=round_over,
    )
    n_tiles = settings.rows * settings.columns
    sizes = draw_value(st.lists(st.integers(2, 5), min_size=n_tiles, max_size=n_tiles + 6))
    if round_over == "image":
        sizes += [max(sizes)] * n_tiles
    return index_of(*sizes), settings


@given(data_sets(), st.integers(0, 2**31), st.integers(0, 40))
def test_classes_of_a_mosaic_are_distinct_and_shares_are_equal(data, seed, number):
    index, settings = data
    classes = index["class_index"].to_numpy()
    n_units = len(index) if settings.round_over == "image" else index["class_index"].nunique()
    mosaics = draw_round(index, settings, seed, "data", number)
    assert len({mosaic.id for mosaic in mosaics}) == len(mosaics) == n_units
    n_others = settings.rows * settings.columns - settings.target_tiles
    supplied = Counter()
    for mosaic in mosaics:
        assert len(set(mosaic.tiles.ravel().tolist())) == mosaic.tiles.size, "no image twice in a mosaic"
        shown = Counter(classes[mosaic.tiles].ravel().tolist())
        assert shown.pop(mosaic.class_index) == settings.target_tiles
        assert set(shown.values()) == {1}, "the others are of distinct other classes"
        supplied.update(shown)
    if settings.round_over == "class":
        assert set(supplied.values()) == {n_others}, "every class supplies equally many other tiles"


def test_more_rounds_and_other_seeds():
    index = index_of(*[4] * 9)
    few, many = draw(index, STUDY, 2), draw(index, STUDY, 5)
    for first, second in zip(few, many, strict=False):
        assert first.id == second.id
        np.testing.assert_array_equal(first.tiles, second.tiles)
    other = draw(index, STUDY, 2, seed=43)
    assert any((first.tiles != second.tiles).any() for first, second in zip(few, other, strict=True))


def test_two_classes_supply_each_other():
    """Tabby against sports car: both other tiles are of the one other class, and differ."""
    for mosaic in draw(index_of(5, 4), STUDY, rounds=7):
        assert len(set(mosaic.tiles.ravel().tolist())) == 4


def test_target_positions_are_uniform():
    index = index_of(*[1] * 40)
    settings = Settings(target_tiles=1)
    classes = index["class_index"].to_numpy()
    mosaics = draw(index, settings, rounds=50)
    places = Counter(int((classes[m.tiles.ravel()] == m.class_index).argmax()) for m in mosaics)
    expected = len(mosaics) / 4
    chi_square = sum((places[place] - expected) ** 2 / expected for place in range(4))
    assert chi_square < 16.27, "chi-square of 3 degrees of freedom at 0.001"


@pytest.mark.parametrize(
    ("sizes", "settings", "words"),
    [
        ((5,), STUDY, "has 1 class"),
        ((5, 1, 5, 5), STUDY, "class 7 has 1 image(s) where one mosaic needs 2"),
        ((2, 2), Settings(target_tiles=1), "needs 3"),
        ((9, 9, 9), Settings(target_tiles=1, targets="all"), "needs 4, one per tile"),
        ((6, 1, 1, 1, 1, 1, 1), PHOTOS, "use mosaics.round_over: class"),
    ],
)
def test_too_small_data_sets_are_one_clear_line(sizes, settings, words):
    with pytest.raises(UserError) as raised:
        draw_round(index_of(*sizes), settings, 42, "data", 0)
    assert "datasets.data" in str(raised.value)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_asked_targets():
    tile_classes = np.array([[[3, 5], [9, 1]], [[2, 2], [7, 2]]])
    rows, asked = asked_targets(tile_classes, np.array([5, 7]), "one")
    assert rows.tolist() == [0, 1]
    assert asked.tolist() == [5, 7]
    rows, asked = asked_targets(tile_classes, np.array([5, 7]), "all")
    assert rows.tolist() == [0, 0, 0, 0, 1, 1]
    assert asked.tolist() == [3, 5, 9, 1, 2, 7]


def test_forms_have_names_and_the_original_comes_first():
    assert form_names(Forms()) == ["original"]
    assert form_names(Forms(rotations=2, redraws=1)) == ["original", "rotation-1", "rotation-2", "redraw-1"]


def test_rotating_goes_round_in_a_circle():
    tiles = np.array([[1, 2], [3, 4]])
    assert rotated(tiles, 1).tolist() == [[3, 1], [4, 2]]
    assert rotated(tiles, 4).tolist() == tiles.tolist()


@pytest.mark.parametrize("shape", [(2, 2), (2, 3), (3, 3), (1, 4)])
def test_in_all_rotations_together_every_tile_is_once_in_every_place(shape):
    tiles = np.arange(shape[0] * shape[1]).reshape(shape)
    forms = np.stack([rotated(tiles, places).ravel() for places in range(tiles.size)])
    for places in (*forms, *forms.T):
        assert sorted(places) == list(range(tiles.size))


@pytest.mark.parametrize("settings", [STUDY, PHOTOS], ids=["classes", "images"])
def test_rotations_hold_the_same_images_and_redraws_the_same_targets_in_their_places(settings):
    index = index_of(*[50] * 12) if settings is STUDY else index_of(*[1] * 6, 2, *[1] * 12)
    original, rotation, redraw = (
        draw_round(index, settings, 42, "data", 0, form) for form in ("original", "rotation-1", "redraw-1")
    )
    neighbours_differ = 0
    for one, turned, other in zip(original, rotation, redraw, strict=True):
        assert one.id == turned.id == other.id
        assert one.class_index == turned.class_index == other.class_index
        assert turned.tiles.tolist() == rotated(one.tiles, 1).tolist()
        is_target = index["class_index"].to_numpy()[one.tiles] == one.class_index
        assert np.array_equal(one.tiles[is_target], other.tiles[is_target])
        neighbours_differ += not np.array_equal(one.tiles, other.tiles)
    assert neighbours_differ > len(original) / 2


def test_a_redraw_deals_every_image_as_evenly_as_the_original():
    mosaics = [
        mosaic
        for number in range(10)
        for mosaic in draw_round(index_of(*[50] * 30), STUDY, 42, "data", number, "redraw-2")
    ]
    used = Counter(np.concatenate([mosaic.tiles.ravel() for mosaic in mosaics]).tolist())
    assert set(used.values()) == {1}
