"""The stage models: what is wrong with a network or a method is one line, before anything is computed."""

import json

import pytest
import torch

from methods_helpers import convolutional_model
from saliometer.errors import UserError
from saliometer.models import load
from saliometer.stages import models as stage
from saliometer.tables import read_with_metadata

RETURNS_NOTHING = """
from saliometer.methods.spec import MethodSpec
from saliometer.settings import Settings

SPEC = MethodSpec(label="Mine", upsampling="bilinear")

def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    return None
"""


def block(method, name=None, disconnected=False, **settings):
    return {
        "randomized": False,
        "disconnected": disconnected,
        "method": {"name": name or method, "method": method, **settings},
    }


def settings_of(*methods, model=None, highest=3):
    return {
        "model": {"name": "lite", "architecture": "efficientnet_lite0", "weights": None, **(model or {})},
        "mosaics": {"rows": 2, "columns": 2, "tile_size": 32},
        "highest_class": {"photos": highest},
        "methods": {method["method"]["name"]: method for method in methods},
    }


def run_stage(settings, output, **files):
    job = json.dumps({"settings": settings})
    stage.main(
        ["--job", job, "--output", str(output), "--device", "cpu", "--method-files", json.dumps(files)]
    )
    return read_with_metadata(output)


def test_every_method_of_a_sound_model_is_told_and_the_quick_ones_are_tried(tmp_path):
    methods = (
        block("gradcam"),
        block("gradcam", "ceiling", disconnected=True),
        block("random"),
        block("lime", samples=2),
        block("rise", masks=4000),
    )
    frame, metadata = run_stage(settings_of(*methods), tmp_path / "lite.parquet")
    assert dict(zip(frame["method"], frame["tried"], strict=True)) == {
        "gradcam": True,
        "ceiling": True,
        "random": True,
        "lime": True,
        "rise": False,
    }
    assert set(frame["model"]) == {"lite"}
    assert set(frame["outputs"]) == {1000}
    assert metadata["job"]["settings"]["highest_class"] == {"photos": 3}


def test_weights_of_another_head_name_the_model_the_file_and_the_remedy(tmp_path):
    state = load("efficientnet_lite0", weights=None).network.state_dict()
    head = list(state)[-2:]
    torch.save(state | {key: state[key][:5].clone() for key in head}, tmp_path / "five.pth")
    wanted = settings_of(model={"weights": str(tmp_path / "five.pth")})
    with pytest.raises(UserError) as caught:
        run_stage(wanted, tmp_path / "lite.parquet")
    said = str(caught.value)
    assert said.startswith(
        f"models.lite: {tmp_path}/five.pth: does not fit efficientnet_lite0: size mismatch"
    )
    assert said.endswith("with the 1000 classes of ImageNet, or set another architecture")
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "lite.parquet").exists()


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (
            settings_of(model={"target_layer": "features.nope"}),
            r"^models\.lite: .*target_layer 'features\.nope' is not there; nearest: ",
        ),
        (
            settings_of(highest=1000),
            r"^models\.lite: has 1000 outputs, but datasets\.photos asks for class 1000; use ",
        ),
        (
            settings_of(block("gradcam"), model={"target_layer": "classifier"}),
            r"method gradcam.*lite|models\.lite: .*gradcam",
        ),
    ],
    ids=["layer", "classes", "method"],
)
def test_what_a_model_can_not_do_is_one_line_that_names_it(tmp_path, wanted, words):
    with pytest.raises(UserError, match=words) as caught:
        run_stage(wanted, tmp_path / "lite.parquet")
    assert len(str(caught.value).splitlines()) == 1
    assert not (tmp_path / "lite.parquet").exists()


def test_a_method_of_ones_own_is_tried_on_a_whole_mosaic(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(RETURNS_NOTHING)
    with pytest.raises(UserError, match=r"^models\.lite: method mine: its attribute returned NoneType"):
        run_stage(settings_of(block("file", "mine")), tmp_path / "lite.parquet", mine=str(file))


def test_methods_find_gradients_after_the_outputs_were_counted():
    model = convolutional_model()
    found = stage.check_model(model, settings_of(block("gradient"), highest=0), {})
    assert found["tried"].tolist() == [True]


def test_outputs_that_are_not_numbers_are_refused():
    model = convolutional_model()
    with torch.no_grad():
        next(model.network.parameters()).fill_(torch.nan)
    with pytest.raises(UserError, match="outputs are not finite; check its weights"):
        stage.check_model(model, settings_of(highest=0), {})
