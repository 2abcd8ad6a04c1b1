"""Blocks of methods: presets are nothing but settings, and a method that can't explain a model says so."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from saliometer import documentation, jobs
from saliometer.config import METHODS, load_config
from saliometer.config_methods import settings_of
from saliometer.config_schema import schema
from saliometer.errors import UserError
from saliometer.methods import registry
from saliometer.models import families
from saliometer.study_description import describe_study
from wrong_configs import DEMO

OWN = Path(__file__).parent / "superpixels_method.py"
BY_SCHEMA = jsonschema.Draft202012Validator(schema())
WITH_PRESETS = [name for name in registry.METHODS if registry.presets(name)]


def config_of(*, models=None, mosaics=None, **blocks):
    sections = {"methods": blocks, "models": models or DEMO["models"]}
    return load_config(DEMO | sections | {"mosaics": DEMO["mosaics"] | (mosaics or {})})


def line_of(**sections):
    with pytest.raises(UserError) as caught:
        config_of(**sections)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def model_for(method):
    """Return the block of a model that a method can explain."""
    return {"bcos_resnet50" if method == "bcos" else "resnet18": {"weights": "none"}}


def test_the_study_has_presets():
    assert {"gradcam", "gradcam++", "lime", "lrp", "shap", "smoothgrad"} <= set(WITH_PRESETS)
    assert all("published" in registry.presets(name) for name in WITH_PRESETS)


@pytest.mark.parametrize("name", WITH_PRESETS)
def test_a_preset_is_its_settings_spelled_out(name):
    for preset, values in registry.presets(name).items():
        models = model_for(name)
        short = config_of(mine={"method": name, "preset": preset}, models=models)
        long = config_of(mine={"method": name, **values}, models=models)
        assert short == long
        assert describe_study(short) == describe_study(long)
        assert registry.settings_class(name)(**values) == registry.settings_class(name)(
            **registry.with_preset(name, preset, {})
        )


def test_what_is_given_wins_over_the_preset():
    block = config_of(smoothgrad={"preset": "published", "min_max": False, "samples": 3}).methods[
        "smoothgrad"
    ]
    assert (block.min_max, block.samples) == (False, 3)
    with_it, without = (
        config_of(gradcam={"preset": preset}).methods["gradcam"] for preset in ("published", None)
    )
    assert (with_it.min_max, without.min_max) == (True, False)


def test_no_job_names_a_preset():
    for method in WITH_PRESETS:
        models = model_for(method)
        config = config_of(mine={"method": method, "preset": "published"}, models=models)
        assert '"preset"' not in jobs.maps_job(config, "photos", "original", *models, "mine", "0")


def test_an_unknown_preset_is_one_line():
    assert "methods.gradcam.preset: got the text 'publishd', wanted 'published'" in line_of(
        gradcam={"preset": "publishd"}
    )
    assert "methods.gradcam.preset: got a list, wanted 'published'" in line_of(
        gradcam={"preset": ["published"]}
    )
    assert "methods.random.preset: unknown key" in line_of(random={"preset": "published"})


def test_the_schema_knows_presets_and_files():
    for methods, valid in (
        ({"gradcam": {"preset": "published"}}, True),
        ({"gradcam": {"preset": "publishd"}}, False),
        ({"random": {"preset": "published"}}, False),
        ({"mine": {"file": "mine.py", "anything": 3}}, True),
        ({"gradcam": {"file": "mine.py"}}, True),
        ({"mine": {"file": "mine"}}, False),
        ({"mine": {"method": "gradcam", "file": "mine.py"}}, False),
        ({"file": None}, False),
    ):
        assert BY_SCHEMA.is_valid(DEMO | {"methods": methods}) is valid, methods


def test_the_table_shows_what_published_changes():
    rows = documentation.tables()["method_keys"].splitlines()
    assert any(
        row.startswith("| `gradcam` | `min_max` | `true` or `false` | `false` | `true` |") for row in rows
    )
    assert any(row.startswith("| `smoothgrad` | `samples` |") and "| `10` |  |" in row for row in rows)
    assert sum(row.count("| `preset` |") for row in rows) == len(WITH_PRESETS)


@pytest.mark.parametrize(
    "architecture", ["resnet18", "efficientnet_lite0", "swin_t", "convnext_tiny", "maxvit_t"]
)
@pytest.mark.parametrize("method", registry.METHODS)
def test_a_method_that_cant_explain_a_model_says_so_before_any_job(method, architecture):
    words = registry.why_not(method, families.traits_of(architecture))
    sections = {
        "models": {"net": {"architecture": architecture, "weights": "none"}},
        "mosaics": {"tile_size": 112},
    }
    if words is None:
        config_of(mine={"method": method}, **sections)
    else:
        assert "\n" not in words
        line = line_of(mine={"method": method}, **sections)
        assert f"methods.mine: can't explain models.net ({architecture}): {words}; or leave one" in line


def test_a_method_that_is_no_name_is_one_line_with_a_preset_too():
    for method in (["gradcam"], {"gradcam": None}, 3):
        assert "methods.mine" in line_of(mine={"method": method, "preset": "published"})
    assert "methods.gradcam.preset" in line_of(gradcam={"preset": ["published"]})


def test_activations_other_than_relu_rule_guided_backpropagation_out():
    for architecture in ("regnet_y_400mf", "mobilenet_v3_small", "convnext_tiny"):
        assert registry.why_not("guidedbackprop", families.traits_of(architecture))
    assert registry.why_not("guidedbackprop", families.traits_of("regnet_x_400mf")) is None


def test_layers_decide_what_can_be_explained():
    """LRP has no rule for layer norms; B-cos explains B-cos networks alone."""
    traits = {name: families.traits_of(name) for name in ("resnet18", "swin_t", "convnext_tiny")}
    assert {name for name in traits if registry.why_not("lrp", traits[name])} == {"swin_t", "convnext_tiny"}
    assert all(registry.why_not("bcos", row) for row in traits.values())
    without = traits["resnet18"]._replace(target_layer=None)
    assert "name a layer as its target_layer" in registry.why_not("gradcam", without)
    assert registry.why_not("gradcam", traits["resnet18"]) is None


def test_the_plan_needs_no_torch_to_say_so():
    program = (
        "import sys; sys.modules['torch'] = sys.modules['torchvision'] = None\n"
        "from saliometer.methods import registry\n"
        "from saliometer.models import families\n"
        "traits = families.traits_of('swin_t')\n"
        "print(sum(registry.why_not(name, traits) is None for name in registry.METHODS))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert 0 < int(done.stdout) < len(METHODS)


def test_a_redraw_names_its_number_and_not_how_many_there_are():
    def job(redraws, number):
        config = config_of(mine={"method": "gradcam", "randomized_model": redraws})
        return json.loads(jobs.maps_job(config, "photos", "original", *DEMO["models"], "mine", number))

    trained, first, second = job(0, "0"), job(2, "0"), job(2, "1")
    assert first == job(3, "0")
    assert [one["settings"]["randomized"] for one in (trained, first)] == [False, True]
    assert first["settings"] | {"replicate": "1"} == second["settings"] != first["settings"]
    assert trained["settings"]["method"] == first["settings"]["method"]
    assert {"saliometer.redraws", "saliometer.models.randomized"} <= first["code"].keys() - trained[
        "code"
    ].keys()
    assert {"pillow", "foolbox"} == first["versions"].keys() - trained["versions"].keys()


def test_stochastic_methods_alone_have_replicates():
    sections = {"methods": {"gradient": None, "smoothgrad": None, "random": None}, "replicates": 3}
    config = load_config(DEMO | sections | {"forms": {"rotations": 1}})
    study = describe_study(config)
    three = ["0", "1", "2"]
    assert study["replicates"] == {"gradient": ["0"], "smoothgrad": three, "random": three}
    assert study["forms"] == ["original", "rotation-1"]


def test_a_form_that_would_be_the_original_again_is_refused():
    with pytest.raises(UserError) as caught:
        load_config(
            DEMO | {"mosaics": {**DEMO["mosaics"], "rows": 1, "columns": 2}, "forms": {"rotations": 2}}
        )
    assert str(caught.value).startswith("config: forms.rotations: 2 of mosaics of 2 tiles; give at most 1")


def test_a_study_tells_which_of_the_published_methods_its_models_rule_out():
    models = {"resnet18": {"weights": "none"}, "vit": {"architecture": "vit_b_16", "weights": "none"}}
    size = {"rows": 2, "columns": 2, "tile_size": 112}
    found = describe_study(config_of(gradcam=None, models=models, mosaics=size))["not_explained"]
    assert [(one["label"], one["model"]) for one in found] == [
        ("LRP", "vit"),
        ("B-cos", "resnet18"),
        ("B-cos", "vit"),
    ]
    assert "attention" in found[0]["why"]


def test_the_page_names_the_packages_of_its_methods_and_models():
    plain, full = (
        json.loads(jobs.study_job(config_of(**blocks), "report"))["versions"].keys()
        for blocks in ({"gradient": None}, {"lime": None, "mine": {"method": "lrp", "randomized_model": 1}})
    )
    assert full - plain == {"scikit-image", "foolbox"}


def test_a_block_with_random_weights_is_a_control_and_says_so():
    study = describe_study(config_of(gradcam=None, mine={"method": "gradcam", "randomized_model": 2}))
    assert study["replicates"] == {"gradcam": ["0"], "mine": ["0", "1"]}
    gradcam, mine = study["methods"].values()
    assert (gradcam["control"], mine["control"]) == (False, True)
    assert mine["label"] == "Grad-CAM on random weights"
    assert (gradcam["settings"], mine["settings"]) == (
        {"min_max": False},
        {"min_max": False, "randomized_model": 2},
    )


def test_a_users_own_method_may_explain_random_weights():
    own = {"file": str(OWN), "factor": 2.0}
    blocks = config_of(mine=own, sanity={**own, "randomized_model": 1}).methods
    assert [block.randomized_model for block in blocks.values()] == [0, 1]
    assert settings_of(blocks["mine"]) == settings_of(blocks["sanity"])
    assert describe_study(config_of(mine={**own, "randomized_model": 1}))["methods"]["mine"]["control"]


@pytest.mark.parametrize(
    ("block", "line"),
    [
        (
            {"method": "gradcam", "randomized_model": 101},
            "randomized_model: got the number 101, wanted at most 100",
        ),
        ({"method": "gradcam", "randomized_model": True}, "randomized_model: got "),
        ({"method": "edges", "randomized_model": 1}, "randomized_model: is a control with any weights"),
        (
            {"method": "random", "like": "gradcam", "resolution": 7},
            "resolution: 7 and like: gradcam; give one",
        ),
        ({"method": "random", "resolution": None}, "resolution: none, and no method in like; give one"),
        (
            {"method": "random", "like": "gradcm"},
            "like: 'gradcm' is no other method of the package; did you mean",
        ),
        ({"method": "random", "like": "random"}, "like: 'random' is no other method of the package"),
        ({"method": "random", "like": "bcos"}, "it calls bcos, which explains B-cos networks alone"),
    ],
)
def test_wrong_controls_are_one_line(block, line):
    assert "methods.mine" in (said := line_of(mine=block))
    assert line in said


@pytest.mark.parametrize("name", ["rotated_labels", "shuffled_signs"])
def test_the_names_of_the_anchors_of_every_map_are_no_blocks(name):
    said = line_of(**{name: {"method": "gradcam"}})
    assert f"methods.{name}: is the name of an anchor that every map has of its own" in said


def test_noise_depends_on_the_code_of_the_method_that_it_resembles():
    def code(**settings):
        config = config_of(random=settings)
        return json.loads(jobs.maps_job(config, "photos", "original", *DEMO["models"], "random", "0"))["code"]

    assert code(like="gradcam").keys() - code().keys() >= {"saliometer.methods.gradcam"}
    assert not any(module.startswith("saliometer.methods.gradcam") for module in code())
