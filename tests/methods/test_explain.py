"""What ``explain`` gives beside maps: residuals of an axiom; what it is handed; words where it can't."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from methods_helpers import convolutional_model, photos
from saliometer import models
from saliometer.errors import UserError
from saliometer.methods import load, registry
from saliometer.methods.engines.attribution import relative_residuals
from saliometer.mosaics import segments
from saliometer.seeds import seed_from

SUPERPIXELS = str(Path(__file__).parents[1] / "helpers" / "superpixels_method.py")
LABELS = np.arange(3)[:, None, None] + np.tile([[0, 0, 0, 0, 1, 1, 2, 2]], (3, 8, 1))
TARGETS = np.array([4, 0, 2])
IDS = ["a", "b", "c"]


def test_residuals_are_relative_and_undefined_where_nothing_is_demanded():
    sums, demanded = torch.tensor([3.0, -3.0, 1.0, 0.0, 2.0]), torch.tensor([2.0, -2.0, -1.0, 0.0, 0.0])
    found = relative_residuals(sums.double(), demanded.double())
    assert found.dtype == torch.float32
    np.testing.assert_array_equal(found, [0.5, -0.5, 2.0, np.nan, np.nan])


def test_a_method_is_handed_its_rows_of_segments_and_returns_its_residuals():
    for micro_batch in (None, 1):
        method = load(SUPERPIXELS, convolutional_model(), micro_batch=micro_batch, factor=2.0)
        maps, residuals = method.explain(photos(3), TARGETS, IDS, LABELS)
        np.testing.assert_array_equal(maps, 2 * LABELS)
        sums = 2 * LABELS.sum(axis=(1, 2))
        np.testing.assert_allclose(residuals, [(sums[0] - 4) / 4, np.nan, (sums[2] - 2) / 2], rtol=1e-6)
        assert (maps.dtype, residuals.dtype) == (np.float32, np.float32)


def test_a_method_without_an_axiom_has_no_residuals():
    maps, residuals = load("gradient", convolutional_model()).explain(photos(3), TARGETS, IDS)
    assert maps.shape == (3, 8, 8)
    assert residuals.shape == (3,)
    assert np.isnan(residuals).all()
    np.testing.assert_array_equal(
        load("gradient", convolutional_model()).attribute(photos(3), TARGETS, IDS), maps
    )


def test_from_python_segments_are_made_on_the_fly():
    mosaics = photos(2, 32, 32) // 64  # almost flat
    mosaics[:, :, 16:] += np.array([250, 10, 10], np.uint8)
    mosaics = mosaics[[0, 0, 1]]
    found = load(SUPERPIXELS, convolutional_model()).attribute(mosaics, TARGETS, ["a", "a", "b"])
    for row, item in enumerate("aab"):
        seed = seed_from("segments", item)
        np.testing.assert_array_equal(found[row], segments.segment(mosaics[row], segments.Settings(), seed))


@pytest.mark.parametrize("wrong", [LABELS[:2], LABELS[:, :4], LABELS.astype(float)])
def test_segments_that_do_not_fit_are_refused(wrong):
    with pytest.raises(
        UserError, match=r"method superpixels_method: segments are .*give integers \(n, H, W\)"
    ):
        load(SUPERPIXELS, convolutional_model()).explain(photos(3), TARGETS, IDS, wrong)


def test_a_mosaic_of_one_segment_is_named():
    labels = LABELS.copy()
    labels[1] = 0
    words = (
        "method superpixels_method on model tiny: mosaic b is one segment, which leaves nothing to compare"
    )
    with pytest.raises(UserError, match=words):
        load(SUPERPIXELS, convolutional_model()).explain(photos(3), TARGETS, IDS, labels)


def test_presets_and_signs_follow_the_settings():
    def settings(**given):
        return load(SUPERPIXELS, convolutional_model(), **given)

    assert settings().settings.factor == 1
    assert settings(preset="published").settings.factor == 2
    assert settings(preset="published", factor=3.0).settings.factor == 3
    assert [settings(factor=factor).signed for factor in (10.0, 11.0)] == [False, True]
    assert (settings().axiom, settings().needs_segments) == ("completeness", True)
    assert (load("gradient", None).axiom, load("gradient", None).needs_segments) == (None, False)
    with pytest.raises(UserError, match="preset 'sound' is unknown; choose one of published"):
        settings(preset="sound")
    with pytest.raises(UserError, match="method random: preset 'published' is unknown; it has none; leave"):
        load("random", convolutional_model(), preset="published")


def test_what_cant_be_explained_is_said_when_a_method_is_loaded():
    swin = models.load("swin_t", weights=None)
    with pytest.raises(UserError, match="method mine can't explain model swin_t: LRP has no rule for "):
        load("lrp", swin, block="mine")
    assert registry.why_not("gradient", swin.traits) is None
    named = models.load("resnet18", weights=None, target_layer="layer3")
    assert named.traits.target_layer == "layer3"
    load("gradcam", named)


def test_a_file_that_changed_is_loaded_anew(tmp_path):
    file = Path(shutil.copy(SUPERPIXELS, tmp_path / "mine.py"))
    assert registry.describe(str(file)) is registry.describe(str(file))
    file.write_text(file.read_text().replace('label="Superpixels"', 'label="Other"'))
    assert registry.spec_of(str(file)).label == "Other"
    assert load(str(file), convolutional_model()).block == "mine"
