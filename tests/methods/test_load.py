"""What all methods share: their declarations, settings, batches, seeds and errors."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from every_method import COARSE, CONTROLS, NAMES, SIGNED, model_for
from methods_helpers import QUICK, convolutional_model, photos
from saliometer.errors import UserError
from saliometer.methods import load, registry
from saliometer.plan.provenance import code_digests

BY_ONE_PASS = ("bcos", "gradcam", "gradcam++", "gradient", "guidedbackprop", "inputxgradient", "layercam")


def test_methods_are_found_in_their_folder():
    assert list(registry.METHODS) == NAMES
    for name in NAMES:
        module, spec = registry.describe(name), registry.spec_of(name)
        assert module.__name__ == f"saliometer.methods.{registry.module_name(name)}"
        assert spec.is_signed(module.Settings()) is (name in SIGNED)
        assert spec.control is (name in CONTROLS)
        uses_the_cam_engine = "saliometer.methods.engines.cam" in code_digests(module.__name__)
        assert spec.explains_layer is uses_the_cam_engine
        assert (spec.upsampling != "none") is (name in COARSE)
        assert all(field.description for field in registry.settings_class(name).model_fields.values())


def test_a_misspelt_name_is_answered_with_the_nearest():
    with pytest.raises(UserError, match=r"'gradcam_pp' is unknown; did you mean 'gradcam'?"):
        registry.describe("gradcam_pp")
    with pytest.raises(UserError, match=r"choose one of bcos, edges, gradcam, gradcam\+\+"):
        registry.settings_class("zzz")


def test_the_registry_needs_no_torch():
    program = (
        "import sys; sys.modules['torch'] = None\n"
        "from saliometer.methods import registry\n"
        "assert [registry.settings_class(name)() for name in registry.METHODS]\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    ("name", "settings", "words"),
    [
        ("smoothgrad", {"samples": 0}, "smoothgrad: samples: .*greater than or equal to 1"),
        ("smoothgrad", {"sample": 3}, r"smoothgrad: sample: .*settings: samples, noise_level"),
        ("intgrad", {"baseline": "grey"}, "intgrad: baseline: .*'mid_grey'"),
        ("intgrad", {"steps": "30"}, "intgrad: steps: .*integer"),
        ("gradient", {"samples": 3}, "settings: none"),
    ],
)
def test_bad_settings_are_one_clear_line(name, settings, words):
    with pytest.raises(UserError, match=words) as caught:
        load(name, convolutional_model(), **settings)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("preset", [None, "published"])
@pytest.mark.parametrize("name", [*BY_ONE_PASS, "occlusion"])
def test_a_map_of_a_logit_that_is_not_finite_is_refused(name, preset):
    """Though all that is before the logits is finite, and so might be the map."""
    if preset and not registry.spec_of(name).presets:
        preset = None
    model = model_for(name)
    answers = model.network.forward

    def forward(inputs):
        white = inputs[:, :3].flatten(1).amin(dim=1) > 0.99
        return answers(inputs).masked_fill(white[:, None], torch.nan)

    model.network.forward = forward
    mosaics = photos(3)
    mosaics[1] = 255
    method = load(name, model, block="block", preset=preset, **QUICK.get(name, {}))
    wanted = r"^method block on model tiny: the map of mosaic b for class 3 is not finite"
    with pytest.raises(UserError, match=wanted):
        method.explain(mosaics, [0, 3, 1], ["7/a", "7/b", "7/c"], names=["a", "b", "c"])


def test_lrp_refuses_the_mosaic_whose_logit_is_not_finite():
    model = convolutional_model()
    model.network.trunk[0].weight.data[0] = 1e38  # overflows where an image is white
    mosaics = np.zeros((2, 8, 8, 3), np.uint8)
    mosaics[1] = 255
    with pytest.raises(UserError, match="the map of mosaic b for class 3 is not finite"):
        load("lrp", model).attribute(mosaics, [0, 3], ["a", "b"])


@pytest.mark.parametrize("target", [5, -1])
@pytest.mark.parametrize("name", ["gradient", "gradcam", "intgrad"])
def test_a_class_that_the_model_lacks_is_refused(name, target):
    with pytest.raises(UserError, match=f"model tiny: has 5 classes, so there is no class {target}"):
        load(name, convolutional_model()).attribute(photos(2), [0, target], ["a", "b"])


@pytest.mark.parametrize(
    ("count", "targets", "ids"),
    [(2, [0], ["a", "b"]), (2, [0, 1], ["a"]), (0, [], []), (2, [0.0, 1.0], ["a", "b"])],
)
def test_arrays_that_do_not_fit_together_are_refused(count, targets, ids):
    with pytest.raises(UserError, match="method gradient: "):
        load("gradient", convolutional_model()).attribute(photos(count), targets, ids)
