"""The tutorial's code is a method: in a config, in a job, in the maps stage and from Python."""

import json
import os
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

from config_helpers import job_of_maps
from methods_helpers import convolutional_model, photos
from saliometer import methods, shards
from saliometer.config.study import load_config
from saliometer.errors import UserError
from saliometer.methods.engines.gradients import input_gradients
from saliometer.plan.description import describe_study
from saliometer.seeds import seed_from
from saliometer.stages import maps
from wrong_configs import DEMO

TUTORIAL = (Path(__file__).parents[2] / "docs" / "adding-a-method.md").read_text()
CODE, YAML, CALL = (block[1] for block in re.finditer(r"```(?:python|yaml)\n(.*?)```", TUTORIAL, re.DOTALL))
IDS = ["a", "b", "c"]


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Write the tutorial's file into the folder where things are started."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "vargrad.py").write_text(CODE)
    return tmp_path / "vargrad.py"


def config_of(**blocks):
    return load_config({**DEMO, "methods": blocks or yaml.safe_load(YAML)["methods"]})


def test_it_has_about_twenty_lines():
    lines = [
        line for line in CODE.splitlines() if line.strip() and not line.lstrip().startswith(("#", '"""'))
    ]
    assert len(lines) <= 22


@pytest.mark.slow
def test_it_is_the_variance_of_noisy_gradients(file):
    model, mosaics, targets = convolutional_model(torch.nn.Tanh), photos(3), np.array([0, 1, 4])
    scope = {"methods": methods, "model": model, "mosaics": mosaics, "targets": targets, "ids": IDS}
    exec(CALL, scope)
    for row, item in enumerate(IDS):
        draw = torch.Generator().manual_seed(seed_from(item, "vargrad"))
        noise = torch.randn((50, 3, 8, 8), generator=draw).double().float()
        inputs = model.preprocess(mosaics[[row]] * np.ones((50, 1, 1, 1), np.uint8)) + 0.2 * noise
        gradients = input_gradients(model, inputs, torch.full((50,), targets[row])).double()
        expected = ((gradients - gradients.mean(0)) ** 2).sum(dim=(0, 1)) / 49
        np.testing.assert_allclose(scope["maps"][row], expected, rtol=1e-4)
    one_by_one = methods.load("vargrad.py", model, micro_batch=1, samples=50)
    last = one_by_one.attribute(mosaics[2:], targets[2:], IDS[2:])
    np.testing.assert_allclose(last[0], scope["maps"][2], rtol=0, atol=1e-5 * scope["maps"][2].max())


def test_a_config_names_it_and_fills_in_its_settings(file):
    config = config_of()
    assert {name: block.model_extra for name, block in config.methods.items() if name != "gradient"} == {
        "vargrad": {"samples": 8},
        "vargrad-50": {"samples": 50},
    }
    described = describe_study(config)["methods"]["vargrad-50"]
    assert described["label"] == "VarGrad"
    assert described["settings"] == {"samples": 50}
    assert (described["signed"], described["control"]) == (False, False)


def test_its_content_counts_and_not_its_place(file):
    before = job_of_maps(config_of(), "vargrad")
    assert before["settings"]["method"] == {"name": "vargrad", "method": "file", "samples": 8}
    assert "saliometer.methods.engines.gradients" in before["code"]
    assert "saliometer.methods.engines.cam" not in before["code"]
    (file.parent / "elsewhere").mkdir()
    moved = file.rename(file.parent / "elsewhere" / "mine.py")
    moved.write_text("# A comment\n" + CODE)
    assert job_of_maps(config_of(vargrad={"file": "elsewhere/mine.py"}), "vargrad") == before
    moved.write_text(CODE.replace("0.2 *", "0.3 *"))
    after = job_of_maps(config_of(vargrad={"file": "elsewhere/mine.py"}), "vargrad")
    assert {name for name in before["code"] if before["code"][name] != after["code"][name]} == {"file"}
    assert after["settings"] == before["settings"]


def test_the_maps_stage_runs_it_where_it_lies(file, monkeypatch):
    mosaics = {"mosaics": photos(3, 64, 64), "classes": np.arange(3), "asked_mosaics": np.arange(3)}
    described = {"kind": "mosaics", "dataset": "photos", "form": "original", "ids": IDS}
    shards.write("mosaics.zarr.zip", {**mosaics, "asked_targets": np.arange(3)}, described)
    config = config_of(vargrad={"file": "vargrad.py", "samples": 2})
    job = json.dumps(job_of_maps(config, "vargrad"))
    files = ["--mosaics", "mosaics.zarr.zip", "--output", "maps.zarr.zip", "--axioms", "axioms.parquet"]
    monkeypatch.setattr(sys, "argv", ["maps", "--job", job, "--device", "cpu", *files])
    with pytest.raises(UserError, match=r"methods\.vargrad: is a file of your own; give its path as --meth"):
        maps.main()
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--method-file", "vargrad.py"])
    maps.main()
    found = shards.read("maps.zarr.zip")
    assert found.arrays["maps"].shape == (3, 64, 64)
    assert (found.attributes["method"], found.attributes["signed"]) == ("vargrad", False)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("SPEC = ", "spec = ", "has no SPEC, a saliometer.methods.spec.MethodSpec; add it"),
        ('label="VarGrad", ', "", "MethodSpec: label: Field required; correct it"),
        ('label="VarGrad"', 'label=" "', "MethodSpec: label: String should match pattern"),
        ("stochastic=True", "signed=0", "MethodSpec: signed: Input should be a valid boolean"),
        (
            "stochastic=True",
            'upsampling="cubic"',
            "MethodSpec: upsampling: Input should be 'bilinear', 'near",
        ),
        ("stochastic=True", "axiom=3", "MethodSpec: axiom: Input should be a valid string"),
        ("stochastic=True", "presets=[]", "MethodSpec: presets: Input should be a valid dictionary"),
        ("stochastic=True", "inputs_per_map=3", "MethodSpec: inputs_per_map: Input should be callable"),
        ("stochastic=True", "stochastics=True", "MethodSpec: stochastics: Unexpected keyword argument"),
        ("def attribute", "def explain", "has no attribute, a function (model, inputs"),
        ("(base.Settings)", "", "make it a class of saliometer.settings.Settings"),
        ("samples: int", "preset: int", "its Settings have the key 'preset', which is taken; rename it"),
        (
            "from pydantic",
            "from pydantics",
            "can't be executed (ModuleNotFoundError: No module named 'pydantics')",
        ),
        ("SPEC =", "SPEC", "can't be executed (SyntaxError: invalid syntax"),
        ("SPEC =", "import sys; sys.exit(3); SPEC =", "can't be executed (SystemExit: 3)"),
        ("SPEC =", "import os; os._exit(0); SPEC =", "can't be executed (ExitAtOnce: os._exit(0))"),
    ],
)
def test_a_file_that_is_no_method_is_one_line(file, old, new, words):
    assert old in CODE
    file.write_text(CODE.replace(old, new, 1))
    with pytest.raises(UserError) as caught:
        config_of()
    assert "config: 2 mistakes: (1) methods.vargrad: method file vargrad.py: " in str(caught.value)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_annotations_may_be_names_of_the_file_itself(file):
    code = CODE.replace(
        "from pydantic", "from __future__ import annotations\n\nfrom typing import Literal\n\nfrom pydantic"
    )
    file.write_text(code.replace("samples: int", 'kind: Literal["plain"] = "plain"\n    samples: int'))
    assert config_of().methods["vargrad"].kind == "plain"


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        (
            "torch.stack(maps)[:1]",
            "returned torch.float32 (1, 16, 16) as maps; return a float tensor (3, 16, 16)",
        ),
        ("torch.stack(maps)[:, None]", "returned torch.float32 (3, 1, 16, 16) as maps"),
        ("torch.stack(maps)[:, ::2]", "returned torch.float32 (3, 8, 16) as maps"),
        ("torch.stack(maps).int()", "returned torch.int32 (3, 16, 16) as maps"),
        ("torch.stack(maps).numpy()", "returned ndarray as maps"),
        (
            "torch.stack(maps).to_sparse()",
            "returned torch.float32 (3, 16, 16) laid out as torch.sparse_coo as",
        ),
        ("torch.stack(maps).to('meta')", "returned torch.float32 (3, 16, 16) without values as maps"),
        ("None", "returned NoneType as maps"),
    ],
)
def test_maps_that_are_none_are_one_line(file, returned, words):
    file.write_text(CODE.replace("torch.stack(maps)", returned))
    method = methods.load("vargrad.py", convolutional_model(), samples=2)
    with pytest.raises(UserError) as caught:
        method.attribute(photos(3, 16, 16), [0, 1, 2], ["a", "b", "c"])
    assert str(caught.value).startswith("method vargrad: its attribute returned")
    assert words in str(caught.value)


@pytest.mark.parametrize("raised", ["SystemExit(0)", "KeyboardInterrupt"])
def test_what_would_end_the_program_is_one_line(file, raised):
    name = raised.removesuffix("(0)")
    file.write_text(CODE.replace("return torch.stack(maps)", f"raise {raised}"))
    with pytest.raises(UserError, match=f"^method vargrad: its attribute raised {name}; correct vargrad.py$"):
        methods.load("vargrad.py", convolutional_model()).attribute(photos(1, 16, 16), [0], ["a"])
    file.write_text(f"raise {raised}\n")
    with pytest.raises(UserError, match=rf"^method file vargrad\.py: can't be executed \({name}: "):
        methods.load("vargrad.py", convolutional_model())


def test_an_exit_at_once_is_one_line_and_a_forked_process_may_have_it(file):
    file.write_text(CODE.replace("return torch.stack(maps)", "import os; os._exit(0)"))
    with pytest.raises(
        UserError, match=r"^method vargrad: its attribute raised ExitAtOnce; correct vargrad.py$"
    ):
        methods.load("vargrad.py", convolutional_model()).attribute(photos(1, 16, 16), [0], ["a"])
    forks = """    import os
    child = os.fork() or os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    return torch.stack(maps)"""
    file.write_text(CODE.replace("    return torch.stack(maps)", forks))
    methods.load("vargrad.py", convolutional_model(), samples=2).attribute(photos(1, 16, 16), [0], ["a"])
    assert os._exit.__name__ == "_exit"


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (
            {"file": "nowhere.py"},
            "methods.mine: method file nowhere.py: can't be read (no such file or directory)",
        ),
        ({"file": "vargrad"}, r"methods.mine.file: got the text 'vargrad', wanted a path that ends in .py"),
        ({"method": "file"}, "methods.mine.file: missing"),
        ({"file": "vargrad.py", "sample": 3}, "methods.mine: vargrad.py: sample: "),
        ({"file": "vargrad.py", "samples": 1}, "methods.mine: vargrad.py: samples: "),
        (
            {"file": "vargrad.py", "preset": "published"},
            "methods.mine: method vargrad.py: preset 'published' is ",
        ),
    ],
)
def test_a_wrong_block_is_one_line(file, block, words):
    with pytest.raises(UserError) as caught:
        config_of(mine=block)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
