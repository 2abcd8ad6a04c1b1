"""Every mistake in a configuration is one line that names the key."""

import re

import jsonschema
import pytest

import wrong_configs
from saliometer.config.errors import TEXT_FOR_NUMBER
from saliometer.config.schema import schema
from saliometer.config.study import load_config
from saliometer.errors import UserError
from wrong_configs import DEMO, whole

GENERATED = [
    *wrong_configs.misspelt(),
    *wrong_configs.wrong_types(),
    *wrong_configs.out_of_range(),
]
BY_SCHEMA = jsonschema.Draft202012Validator(schema())


def line_of(mapping, command_line=None):
    """Return the line that refuses a configuration."""
    with pytest.raises(UserError) as caught:
        load_config(mapping, command_line)
    line = str(caught.value)
    assert len(line.splitlines()) == 1
    assert line.startswith("config: ")
    return line


def changed(**sections):
    """Return the demo with sections replaced or, where both are blocks, laid over."""
    mapping = whole()
    for section, content in sections.items():
        both = isinstance(content, dict) and isinstance(mapping.get(section), dict)
        mapping[section] = mapping[section] | content if both else content
    return mapping


def test_there_are_many_mistakes_of_each_kind():
    makers = (wrong_configs.misspelt, wrong_configs.wrong_types, wrong_configs.out_of_range)
    assert min(len(list(make())) for make in makers) > 25
    assert len(GENERATED) > 150


@pytest.mark.parametrize("wrong", GENERATED, ids=lambda wrong: wrong.path)
def test_generated_mistake_is_one_line_with_its_path(wrong):
    line = line_of(wrong.mapping)
    assert re.search(rf"(: |\) ){re.escape(wrong.path)}[:.]", line), line
    if wrong.meant:
        assert f"did you mean '{wrong.meant}'?" in line


@pytest.mark.parametrize("wrong", GENERATED, ids=lambda wrong: wrong.path)
def test_the_published_schema_refuses_it_too(wrong):
    assert not BY_SCHEMA.is_valid(wrong.mapping)


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ({"seed": "42"}, "seed: got the text '42', wanted a whole number"),
        ({"seed": "many"}, "seed: got the text 'many', wanted a whole number"),
        ({"seed": None}, "seed: got nothing, wanted a whole number"),
        ({"seed": True}, "seed: got true, wanted a whole number"),
        ({"seed": 1.0}, "seed: got the number 1.0, wanted a whole number"),
        ({"intervals": {"confidence": "1e-1"}}, "YAML wants as 1.0e-3"),
        ({"intervals": {"confidence": float("nan")}}, "intervals.confidence: got the number nan"),
        ({"mosaics": {"targets": "al"}}, "mosaics.targets: got the text 'al', wanted 'one' or 'all'"),
        ({"mosaics": {"tile_size": 2000}}, "mosaics.tile_size: got the number 2000, wanted at most 1024"),
        ({"mosaics": []}, "mosaics: got a list, wanted a block of keys"),
        ({"methods": ["gradcam"]}, "methods: got a list, wanted names"),
        ({"methods": None}, "methods: got nothing, wanted names"),
        ({"methods": {"gradcma": None}}, "methods.gradcma: no method has this name; did you mean 'gradcam'?"),
        ({"methods": {"mine": {"method": "gradcma"}}}, "methods.mine.method: got the text 'gradcma', which"),
        (
            {"methods": {"mine": {"method": ["gradcam"]}}},
            "methods.mine.method: got a list, which is no method",
        ),
        (
            {"methods": {"mine": {"metod": "random"}}},
            "methods.mine.metod: unknown key; did you mean 'method'?",
        ),
        ({"methods": {"random": 3}}, "methods.random: got the number 3, wanted a block of keys"),
        ({"datasets": {"mine": {"source": "folder"}}}, "datasets.mine.path: missing"),
        ({"datasets": {"mine": {"source": "folder", "pth": "x"}}}, "datasets.mine.pth: unknown key"),
        ({"datasets": {"photos": {"classes": ["jep"]}}}, "datasets.photos"),
        ({"models": {"resnet5": None}}, "did you mean 'resnet50'?"),
        ({"models": {"resnet18": {"weights": "V3"}}}, "IMAGENET1K_V1"),
        ({"models": {"resnet18": {"mean": [0.5, 0.5]}}}, "models.resnet18.mean: wanted at least 3 of them"),
        (
            {"models": {"resnet18": {"sd": [0.5, 0.5, 0]}}},
            "models.resnet18.sd.2: got the number 0, wanted more",
        ),
        ({"metrics": ["classification"] * 2}, "metrics.classification: listed more than once"),
        (
            {"metrics": ["clasification"]},
            "metrics.clasification: unknown key; did you mean 'classification'?",
        ),
        (
            {"metrics": {"localization": {"tolerance": -1}}},
            "metrics.localization.tolerance: got the number -1",
        ),
        (
            {"metrics": {"classification": {"tolerance": 1}}},
            "tolerance: unknown key; nothing can be set there",
        ),
        ({"metrics": "localization"}, "metrics: got the text 'localization', wanted names"),
        ({"metrics": []}, "metrics: wanted at least 1 of them, got 0"),
        (
            {"compute": {"device": "gpu"}},
            "compute.device: got the text 'gpu', wanted 'auto', 'cpu' or 'cuda'",
        ),
        ({"sede": 7}, "sede: unknown key; did you mean 'seed'?"),
        ({"two\nlines": 7}, r"'two\nlines': unknown key; known: run, seed"),
    ],
)
def test_words(sections, words):
    assert words in line_of(changed(**sections))


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ({"mosaics": {"target_tiles": 2}}, "mosaics.targets: 'all' needs target_tiles: 1"),
        ({"mosaics": {"target_tiles": 2, "targets": "one"}}, "mosaics.round_over: 'image' needs"),
        (
            {"mosaics": {"target_tiles": 2, "targets": "one", "round_over": "class"}},
            "intervals.clusters: 'target_image' needs mosaics.target_tiles: 1, not 2",
        ),
        ({"mosaics": {"rows": 1, "columns": 1}}, "mosaics.target_tiles: 1 of 1 tiles leave none"),
        (
            {
                "models": {"vit_b_16": None},
                "methods": {"gradcam": {"method": "lrp"}},
                "mosaics": {"tile_size": 112},
            },
            "methods.gradcam: can't explain models.vit_b_16 (vit_b_16): ",
        ),
        (
            {"models": {"vit_b_16": None}},
            "models.vit_b_16: vit_b_16 takes exactly 224x224 pixels, not 320x320",
        ),
        (
            {"methods": {"gradcam": {"method": "bcos"}}},
            "explains B-cos networks alone, such as bcos_resnet50; or leave",
        ),
        (
            {"models": {"net": {"architecture": "bcos_resnet50", "mean": [0.5, 0.5, 0.5]}}},
            "models.net.mean: bcos_resnet50 takes pixels of [0, 1] and their complements as they are",
        ),
        (
            {"models": {"alexnet": None}, "mosaics": {"tile_size": 31}},
            "models.alexnet: alexnet takes at least 63x63 pixels, not 62x62",
        ),
        (
            {"models": {"maxvit_t": None}, "mosaics": {"rows": 1}},
            "models.maxvit_t: maxvit_t takes exactly 224x224 pixels",
        ),
    ],
)
def test_impossible_combinations(sections, words):
    assert words in line_of(changed(**sections))


def test_cams_explain_transformers():
    models = {"swin_t": None, "swin_b": {"target_layer": "features"}}
    load_config({**changed(models=models), "methods": {"gradcam": None, "gradcam++": None}})


@pytest.mark.parametrize("block", [None, [], 3, "text"])
def test_no_mapping_at_all(block):
    assert "wanted a block of keys" in line_of(block)


def test_an_empty_file_lacks_what_has_no_default():
    line = line_of({})
    assert line.startswith("config: 3 mistakes: (1) datasets: missing")
    assert "(2) models: missing" in line
    assert "(3) methods: missing" in line


def test_all_mistakes_are_in_the_line():
    line = line_of(changed(sede=7, mosaics={"rows": 0, "colums": 2}, compute={"device": 1}))
    for path in ("sede:", "mosaics.rows:", "mosaics.colums:", "compute.device:"):
        assert path in line
    assert "4 mistakes" in line


def test_a_misspelt_key_that_must_be_there_is_told_once():
    mapping = whole()
    mapping["datasetz"] = mapping.pop("datasets")
    assert line_of(mapping).startswith("config: datasetz: unknown key; did you mean 'datasets'?")


def test_only_texts_that_look_like_numbers_are_explained():
    assert line_of(changed(seed="many")).endswith("wanted a whole number")
    assert line_of(changed(seed=" 4.5E-2")).endswith(TEXT_FOR_NUMBER)


def test_mistakes_on_the_command_line_are_lines_too():
    assert "mosaics.rows: got the number 0" in line_of(DEMO, {"mosaics": {"rows": "0"}})
    assert "mosaics.rows: got the text 'two'" in line_of(DEMO, {"mosaics": {"rows": "two"}})
    assert "mosaics: got the number 3" in line_of(DEMO, {"mosaics": 3})
