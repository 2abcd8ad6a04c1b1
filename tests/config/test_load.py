"""What a configuration means: defaults, names, order, and what the command line adds."""

import string
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from saliometer.config.methods import EveryMethod
from saliometer.config.study import METHODS, SOURCES, Config, load_config
from saliometer.errors import UserError
from saliometer.methods import registry
from saliometer.settings import Settings
from wrong_configs import DEMO, blocks

WORKFLOW = Path(__file__).parents[2] / "workflow"
LEAST = {"datasets": {"sample_photos": None}, "models": {"resnet18": None}, "methods": {"random": None}}
FIRST = string.ascii_letters + string.digits
NAMES = st.builds(str.__add__, st.sampled_from(FIRST), st.text(alphabet=FIRST + "_.+-", max_size=59))


def test_the_demo_is_what_its_comments_say():
    config = load_config(DEMO)
    assert config.run == "demo"
    assert list(config.methods) == list(DEMO["methods"])
    assert config.methods["smoothgrad"].samples < METHODS["smoothgrad"].model_fields["samples"].default
    assert config.methods["intgrad"].steps < METHODS["intgrad"].model_fields["steps"].default
    # A CAM has one cell per 32 pixels: 10 on the 320 pixels of a mosaic, 5 on each tile.
    assert config.methods["random"].resolution == config.mosaics.rows * config.mosaics.tile_size / 32


def test_the_least_configuration_has_every_default():
    config = load_config(LEAST)
    for block in (config.mosaics, config.intervals, config.compute):
        assert block == type(block)()
    assert (config.run, config.seed, list(config.metrics)) == ("demo", 42, ["classification"])
    assert config.datasets["sample_photos"].source == "sample_photos"
    assert config.models["resnet18"].architecture == "resnet18"
    assert config.methods["random"].method == "random"


def test_an_empty_block_is_one_that_is_left_out():
    empty = {"mosaics": None, "intervals": {}, "compute": None}
    assert load_config(LEAST | empty) == load_config(LEAST)
    assert load_config(LEAST | {"methods": {"random": {}}}) == load_config(LEAST)


def test_families_of_metrics_are_a_list_or_blocks_in_one_order():
    listed = load_config(LEAST | {"metrics": ["localization", "classification"]})
    assert list(listed.metrics) == ["classification", "localization"]
    assert load_config(LEAST | {"metrics": {"localization": None, "classification": {}}}) == listed
    alone = load_config(LEAST | {"metrics": {"localization": {"tolerance": 15}}}).metrics
    assert {family: block.model_dump() for family, block in alone.items()} == {
        "localization": {"tolerance": 15}
    }


@pytest.mark.parametrize("method", registry.METHODS)
def test_a_blocks_name_or_its_key_says_the_method(method):
    least = LEAST | {"models": {"bcos_resnet18" if method == "bcos" else "resnet18": None}}
    by_name = load_config(least | {"methods": {method: None}}).methods[method]
    by_key = load_config(least | {"methods": {"mine": {"method": method}}}).methods["mine"]
    assert by_name == by_key
    assert isinstance(by_name, registry.settings_class(method))
    common = {"method", *EveryMethod.model_fields}
    assert by_name.model_dump(exclude=common) == registry.settings_class(method)().model_dump()


def test_the_key_wins_over_the_name():
    block = load_config(LEAST | {"methods": {"gradcam": {"method": "random", "resolution": 3}}})
    assert (block.methods["gradcam"].method, block.methods["gradcam"].resolution) == ("random", 3)


def test_every_source_is_one_by_its_key():
    for source, settings in SOURCES.items():
        needed = {"path": "x"} if "path" in settings.model_fields else {}
        config = load_config(LEAST | {"datasets": {"mine": {"source": source, **needed}}})
        assert type(config.datasets["mine"]) is settings


@given(st.permutations(sorted(set(registry.METHODS) - {"bcos"})))
def test_blocks_keep_the_order_of_the_file(order):
    assert list(load_config(LEAST | {"methods": dict.fromkeys(order)}).methods) == order


@given(NAMES)
def test_safe_names_are_names_of_blocks_and_of_the_run(name):
    config = load_config(LEAST | {"run": name, "methods": {name: {"method": "random"}}})
    assert config.run == name
    assert list(config.methods) == [name]
    assert (Path("/results") / name).parent == Path("/results")


@given(st.text(max_size=80), st.sampled_from(["datasets", "models", "methods"]))
def test_any_text_is_a_name_or_one_line(name, section):
    key, kind = {
        "datasets": ("source", "sample_photos"),
        "models": ("architecture", "resnet18"),
        "methods": ("method", "random"),
    }[section]
    allowed = 0 < len(name) <= 60 and name[0] in FIRST and set(name) <= set(FIRST + "_.+-")
    mapping = LEAST | {section: {name: {key: kind}}}
    if allowed:
        assert name in getattr(load_config(mapping), section)
    else:
        with pytest.raises(UserError) as caught:
            load_config(mapping)
        assert len(str(caught.value).splitlines()) == 1
        assert "becomes the name of a folder" in str(caught.value)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "../a", "/a", "-a", ".a", "a b", "a\n", "é", "a" * 61]
)
def test_names_that_leave_their_folder_are_refused(name):
    with pytest.raises(UserError, match="becomes the name of a folder"):
        load_config(LEAST | {"run": name})


@pytest.mark.parametrize("name", [1, 1.5, True, None])
def test_names_that_yaml_does_not_read_as_text(name):
    with pytest.raises(UserError, match=f"a name must be text, not {name}; put it in quotes"):
        load_config(LEAST | {"methods": {name: {"method": "random"}}})


def test_names_that_are_one_folder_on_some_machines():
    with pytest.raises(UserError, match=r"methods: 'random' and 'Random' differ by case alone"):
        load_config(LEAST | {"methods": {"random": None, "Random": {"method": "random"}}})


def test_the_command_line_is_read_as_yaml_inside_blocks():
    """As Snakemake parses --config: typed at the top, text inside."""
    command_line = {
        "seed": 7,
        "run": "other",
        "mosaics": {"rounds": "4"},
        "methods": {"smoothgrad": {"samples": "3", "noise_level": "0.5"}},
        "datasets": {"photos": {"classes": ["22", "jeep"]}},
        "models": {"efficientnet_lite0": {"download": "true", "target_layer": "null", "mean": ["0.5"] * 3}},
    }
    config = load_config(DEMO, command_line)
    assert (config.seed, config.run, config.mosaics.rounds) == (7, "other", 4)
    assert config.mosaics.tile_size == DEMO["mosaics"]["tile_size"]
    assert config.methods["smoothgrad"].model_dump() == {
        "method": "smoothgrad",
        "samples": 3,
        "noise_level": 0.5,
        "min_max": False,
        "randomized_model": 0,
        "models": None,
        "disconnected": False,
    }
    assert list(config.methods) == list(DEMO["methods"])
    assert config.datasets["photos"].classes == [22, "jeep"]
    model = config.models["efficientnet_lite0"]
    assert (model.download, model.target_layer, model.mean) == (True, None, [0.5, 0.5, 0.5])


@pytest.mark.parametrize("text", ["*.jpg", "a: b: c", "@", "2024-01-31", "[x", "plain"])
def test_texts_on_the_command_line_stay_texts(text):
    datasets = {"mine": {"source": "folder", "path": text}}
    assert load_config(DEMO, {"datasets": datasets}).datasets["mine"].path == text


def test_loading_changes_neither_mapping():
    before, command_line = yaml.safe_dump(DEMO), {"mosaics": {"rounds": "4"}}
    load_config(DEMO, command_line)
    assert yaml.safe_dump(DEMO) == before
    assert command_line == {"mosaics": {"rounds": "4"}}


def test_every_block_is_settings_and_every_key_is_documented():
    for path, block in blocks(load_config(DEMO)):
        assert isinstance(block, Settings)
        for key, field in type(block).model_fields.items():
            assert field.description, [*path, key]
            assert "\n" not in field.description


def test_no_torch_is_needed():
    program = (
        "import sys; sys.modules['torch'] = sys.modules['torchvision'] = None; "
        "import yaml; from saliometer.config.study import load_config; "
        "from saliometer.config.schema import schema; schema(); "
        "print(load_config(yaml.safe_load(sys.stdin)).run)"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program],
        input=yaml.safe_dump(DEMO),
        env={"PYTHONPATH": str(WORKFLOW)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.stdout == "demo\n", finished.stderr


def test_a_configuration_is_frozen():
    with pytest.raises(ValueError, match="frozen"):
        Config.model_validate(LEAST).seed = 1
