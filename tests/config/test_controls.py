"""Controls, replicates and forms in a config, and what a study tells of its blocks."""

import json

import pytest

from config_helpers import OWN, config_of, job_of_maps, line_of, text_of
from saliometer.config.methods import settings_of
from saliometer.config.study import load_config
from saliometer.errors import UserError
from saliometer.plan.description import describe_study
from wrong_configs import DEMO


def test_a_redraw_names_its_number_and_not_how_many_there_are():
    def job(redraws, number):
        config = config_of(mine={"method": "gradcam", "randomized_model": redraws})
        return job_of_maps(config, "mine", number)

    trained, first, second = job(0, "0"), job(2, "0"), job(2, "1")
    assert first == job(3, "0")
    assert [one["settings"]["randomized"] for one in (trained, first)] == [False, True]
    assert first["settings"] | {"replicate": "1"} == second["settings"] != first["settings"]
    assert trained["settings"]["method"] == first["settings"]["method"]
    assert {"saliometer.stages.redraws", "saliometer.models.randomized"} <= first["code"].keys() - trained[
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
        json.loads(text_of(config_of(**blocks), "report"))["versions"].keys()
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
        return job_of_maps(config, "random")["code"]

    assert code(like="gradcam").keys() - code().keys() >= {"saliometer.methods.gradcam"}
    assert not any(module.startswith("saliometer.methods.gradcam") for module in code())
