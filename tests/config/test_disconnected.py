"""Blocks with ``disconnected``: what the config refuses, what their jobs say, whose ceiling they are."""

import pytest

from config_helpers import OWN, config_of, job_of_maps, line_of
from saliometer.methods import registry
from saliometer.plan.description import describe_study
from saliometer.plan.products import products_of_config


def job(**block):
    return job_of_maps(config_of(mine={"method": "gradcam", **block}), "mine")


def test_its_jobs_name_the_grid_and_its_code_and_differ_in_nothing_else():
    plain, apart = job(), job(disconnected=True)
    assert plain["settings"] | {"disconnected": True} == apart["settings"] != plain["settings"]
    assert apart["code"].keys() - plain["code"].keys() == {"saliometer.models.disconnected"}
    assert apart["versions"] == plain["versions"]


def test_a_disconnected_block_is_the_ceiling_of_its_own_method_with_its_settings():
    blocks = {
        "cam": {"method": "gradcam"},
        "stretched": {"method": "gradcam", "min_max": True},
        "sanity": {"method": "gradcam", "randomized_model": 1},
        "top": {"method": "gradcam", "disconnected": True},
        "noise": {"method": "smoothgrad", "disconnected": True},
        "own": {"file": str(OWN), "factor": 2.0},
        "own-top": {"file": str(OWN), "factor": 2.0, "disconnected": True},
    }
    described = describe_study(config_of(**blocks))["methods"]
    assert described["top"]["ceiling_of"] == ["cam"]
    assert described["noise"]["ceiling_of"] == []
    assert described["own-top"]["ceiling_of"] == ["own"]
    assert described["top"]["control"]
    assert described["top"]["label"] == "Grad-CAM, tiles apart"
    assert described["top"]["settings"] == {"min_max": False, "disconnected": True}
    assert not any("ceiling_of" in described[name] for name in ("cam", "stretched", "sanity", "own"))


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"method": "edges"}, "methods.mine.disconnected: it is a control"),
        ({"method": "gradcam", "randomized_model": 2}, "random weights have no ceiling"),
        (
            {"method": "gradcam", "models": {"vit_b_16": {"weights": "none"}}, "tile": 112},
            "models.vit_b_16 one tile at a time, and vit_b_16 takes exactly 224x224 pixels, not 112x112",
        ),
        (
            {"method": "gradcam", "models": {"vgg11_bn": {"weights": "none"}}, "tile": 16},
            "shows models.vgg11_bn one tile at a time, and vgg11_bn takes at least 32x32 pixels, not 16x16",
        ),
        (
            {"method": "bcos", "input_size": 224, "models": {"bcos_resnet18": {"weights": "none"}}},
            "methods.mine.disconnected: input_size shrinks the mosaic before it is cut",
        ),
    ],
)
def test_what_has_no_ceiling_is_one_line_before_any_job(block, words):
    own = {key: value for key, value in block.items() if key not in ("models", "tile")}
    size = {"rows": 2, "columns": 2, "tile_size": block["tile"]} if "tile" in block else None
    assert words in line_of(mine={**own, "disconnected": True}, models=block.get("models"), mosaics=size)


def test_only_its_own_maps_and_scores_are_added():
    def products(**blocks):
        found = products_of_config(config_of(**blocks), None)
        return {p.path: p.job().digest for p in found if p.stage in ("maps", "axioms", "scores")}

    before = products(cam={"method": "gradcam"})
    after = products(cam={"method": "gradcam"}, top={"method": "gradcam", "disconnected": True})
    assert before.items() < after.items()
    assert all("/top/" in path for path in after.keys() - before.keys())


def test_every_method_of_the_package_has_a_ceiling_and_controls_do_not():
    refused = {
        name
        for name in registry.METHODS
        if registry.why_not_disconnected(name, registry.settings_class(name)())
    }
    assert refused == {"edges", "random"}
