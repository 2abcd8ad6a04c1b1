"""Panels: chosen by rule, drawn from shards, coloured by the sign and strength of relevance."""

import numpy as np
import pandas as pd
import pytest

import synthetic_shards
import synthetic_tables as synthetic
from saliometer.errors import UserError
from saliometer.figures import panels
from saliometer.figures.overlay import overlay, relative, shrink
from saliometer.figures.panel_shards import Gallery, Picture, gather
from saliometer.findings.items import choose_items, scores_of
from saliometer.findings.numbers import decimal
from saliometer.findings.scope import Scope, real_methods

SCOPE = Scope(**synthetic.SCOPE)
PIXELS = np.full((8, 8, 3), 128, dtype=np.uint8)


def score_rows(*rows):
    columns = ["mosaic", "target", "method", "precision"]
    return pd.DataFrame(rows, columns=columns).assign(replicate="0")


def test_best_median_and_worst_by_mean_over_the_real_methods():
    scores = score_rows(
        *[("a", 1, "x", 0.9), ("a", 1, "y", 0.7), ("b", 1, "x", 0.2), ("b", 1, "y", 0.4)],
        *[("b", 2, "x", 0.5), ("b", 2, "y", 0.5), ("a", 1, "control", 0.0), ("b", 1, "control", 1.0)],
    )
    chosen = choose_items(scores, ["x", "y"], "precision")
    assert chosen["best"] == ("a", 1, pytest.approx(0.8))
    assert chosen["median"] == ("b", 2, pytest.approx(0.5))
    assert chosen["worst"] == ("b", 1, pytest.approx(0.3))


def test_ties_go_to_the_first_id_whatever_the_order_of_rows():
    rows = [("b", 1, "x", 0.5), ("a", 2, "x", 0.1 + 0.4), ("a", 1, "x", 0.5), ("c", 1, "x", 0.5)]
    for order in (rows, rows[::-1]):
        chosen = choose_items(score_rows(*order), ["x"], "precision")
        assert [chosen[choice][:2] for choice in ("best", "median", "worst")] == [
            ("a", 1),
            ("b", 1),
            ("c", 1),
        ]


def test_undefined_scores_are_skipped_and_no_score_is_no_choice():
    scores = score_rows(
        ("a", 1, "x", np.nan), ("a", 1, "y", 0.6), ("b", 1, "x", np.nan), ("b", 1, "y", np.nan)
    )
    chosen = choose_items(scores, ["x", "y"], "precision")
    assert {question[:2] for question in chosen.values()} == {("a", 1)}
    assert choose_items(scores.query("mosaic == 'b'"), ["x", "y"], "precision") == {}
    assert np.isnan(scores_of(scores, chosen["best"], "precision")["x"])


def test_other_replicates_take_no_part():
    scores = score_rows(("a", 1, "x", 0.2), ("a", 1, "x", 0.8))
    scores["replicate"] = ["1", "0"]
    assert choose_items(scores, ["x"], "precision")["best"].mean == 0.8


def test_relative_saturates_at_the_percentile_and_keeps_the_sign():
    saliency = np.ones((100, 100))
    saliency[0, 0], saliency[0, 1] = 1000, -1000
    scaled = relative(saliency)
    assert (scaled[0, 0], scaled[0, 1], scaled[5, 5]) == (1, -1, 1)
    assert np.array_equal(relative(-7 * saliency), -scaled)


def test_relative_of_few_pixels_takes_the_maximum_and_of_none_is_zero():
    saliency = np.zeros((100, 100))
    saliency[3, 4] = 0.25
    assert relative(saliency)[3, 4] == 1
    assert not relative(np.zeros((4, 4))).any()


def test_relevance_for_is_red_and_against_is_blue_and_none_is_grey():
    saliency = np.zeros((8, 8))
    saliency[:, :3], saliency[:, 5:] = 1, -1
    red, grey, blue = overlay(PIXELS, saliency)[0, [0, 4, 7]].astype(int)
    assert red[0] > red[2] + 80
    assert blue[2] > blue[0] + 80
    assert np.ptp(grey) <= 1


def test_shrinking_averages_so_that_what_cancels_vanishes():
    checkers = np.indices((8, 8)).sum(axis=0) % 2 * 2.0 - 1
    assert np.allclose(shrink(checkers, 4), 0, atol=1e-6)
    assert shrink(PIXELS, 4).shape == (4, 4, 3)
    assert shrink(PIXELS, 100).shape == PIXELS.shape
    assert shrink(np.zeros((8, 4)), 4).shape == (4, 2)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A made-up study with its tables and shards."""
    study, tables = synthetic.study(), synthetic.tables()
    mosaics, maps = synthetic_shards.write_shards(tmp_path_factory.mktemp("shards"), study, tables)
    return study, tables, mosaics, maps


def test_gather_takes_what_is_wanted_at_the_mosaics_size(run):
    _, tables, mosaics, maps = run
    question = ("00-0000", int(tables["tiles"].query("mosaic == '00-0000'")["class"].iloc[2]))
    gallery = gather(mosaics, maps[:2], {SCOPE: {question}})
    picture = gallery.picture(SCOPE, question[0])
    assert picture.pixels.shape == (synthetic_shards.SIDE, synthetic_shards.SIDE, 3)
    assert picture.tile_classes.ravel()[2] == question[1]
    assert set(gallery.maps) == {(*SCOPE, name, *question) for name in ("gradcam", "gradcam++")}
    assert gallery.saliency(SCOPE, "gradcam", *question).shape == picture.pixels.shape[:2]
    with pytest.raises(UserError, match="gradient/00-0000"):
        gallery.saliency(SCOPE, "gradient", *question)


def test_gather_refuses_shards_of_another_kind(run):
    _, _, mosaics, maps = run
    with pytest.raises(UserError, match="kind is 'maps' where 'mosaics' is expected"):
        gather(maps[:1], mosaics, {})


def test_every_method_has_a_panel_with_its_score(run):
    study, tables, mosaics, maps = run
    chosen = choose_items(tables["scores"], real_methods(study), "precision")["median"]
    gallery = gather(mosaics, maps, {SCOPE: {chosen[:2]}})
    names = dict.fromkeys(synthetic.CLASSES, "a very long name of a class, in words")
    figure = panels.draw(study, tables, SCOPE, "median", gallery, names)
    written = [text.get_text() for axes in figure.axes for text in axes.texts]
    scores = tables["scores"].query("mosaic == @chosen.mosaic and target == @chosen.target")
    for row in scores.itertuples():
        label = study["methods"][row.method]["label"]
        assert written[written.index(label) + 1] == decimal(row.precision)
    assert min(text.get_fontsize() for axes in figure.axes for text in axes.texts) >= 7
    figure.canvas.draw()
    assert figure.get_tightbbox(figure.canvas.get_renderer()).x1 <= figure.bbox_inches.x1 + 0.01


def test_target_tiles_are_outlined():
    study = synthetic.study(["gradcam"])
    scores = score_rows(("m", 5, "gradcam", 0.5)).assign(**synthetic.SCOPE)
    gallery = Gallery(
        {("photos", "original", "m"): Picture(PIXELS, np.array([[5, 1], [2, 5]]))},
        {(*SCOPE, "gradcam", "m", 5): np.ones((8, 8), np.float32)},
    )
    figure = panels.draw(study, {"scores": scores}, SCOPE, "best", gallery, {5: "five"})
    corners = {tuple(np.floor(patch.get_xy()).astype(int)) for patch in figure.axes[0].patches}
    assert corners == {(0, 0), (1, 1)}


def test_without_any_defined_score_the_figure_says_so():
    scores = score_rows(("m", 5, "gradcam", np.nan)).assign(**synthetic.SCOPE)
    figure = panels.draw(synthetic.study(["gradcam"]), {"scores": scores}, SCOPE, "best", Gallery({}, {}), {})
    assert "no map" in figure.texts[0].get_text()
