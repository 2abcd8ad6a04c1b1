"""Blocks of methods: presets are nothing but settings, and a method that can't explain a model says so."""

import json
import subprocess
import sys

import jsonschema
import pytest

from config_helpers import config_of, job_of_maps, line_of
from saliometer.config import documentation
from saliometer.config.schema import schema
from saliometer.config.study import METHODS
from saliometer.methods import registry
from saliometer.models import families
from saliometer.plan.description import describe_study
from wrong_configs import DEMO

BY_SCHEMA = jsonschema.Draft202012Validator(schema())
WITH_PRESETS = [name for name in registry.METHODS if registry.spec_of(name).presets]


def model_for(method):
    """Return the block of a model that a method can explain."""
    return {"bcos_resnet50" if method == "bcos" else "resnet18": {"weights": "none"}}


def test_the_study_has_presets():
    assert {"gradcam", "gradcam++", "lime", "lrp", "shap", "smoothgrad"} <= set(WITH_PRESETS)
    assert all("published" in registry.spec_of(name).presets for name in WITH_PRESETS)


@pytest.mark.parametrize("name", WITH_PRESETS)
def test_a_preset_is_its_settings_spelled_out(name):
    for preset, values in registry.spec_of(name).presets.items():
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
        assert '"preset"' not in json.dumps(job_of_maps(config, "mine"))


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
