"""What enters a job, and what does not: changes that must, and must not, make results stale."""

import json
import shutil
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from saliometer.config.study import Config, load_config
from saliometer.errors import UserError
from saliometer.plan.jobs import list_images
from saliometer.plan.stages import STAGES, job_texts

OF_RUN = [name for name, stage in STAGES.items() if not stage.pattern and Config in stage.studies]


@pytest.fixture
def folder(tmp_path):
    for label in ("tabby", "sports_car", "crane bird", "jeep"):
        (tmp_path / "photos" / label).mkdir(parents=True)
        Image.new("RGB", (8, 8)).save(tmp_path / "photos" / label / "a.png")
    return tmp_path / "photos"


def config_of(folder, **sections):
    study = {
        "run": "study",
        "datasets": {"photos": {"source": "folder", "path": str(folder)}},
        "mosaics": {"target_tiles": 1},
        "models": {"resnet18": {"weights": None}},
        "methods": {"gradient": None, "random": None},
    }
    return load_config({**study, **sections})


def all_jobs(config) -> dict[str, str]:
    """Return the text of a job of every stage and kind."""
    text_of = job_texts(config, partial(list_images, config))
    place = {"dataset": "photos", "form": "original", "model": "resnet18", "replicate": "0", "shard": "0"}
    texts = {
        stage: text_of(stage, place) for stage in ("models", "images", "mosaics", "predictions", "segments")
    }
    texts |= {method: text_of("maps", place | {"method": method}) for method in config.methods}
    of_gradient = place | {"method": "gradient"}
    texts |= {family: text_of("scores", of_gradient | {"family": family}) for family in config.metrics}
    return texts | {stage: text_of(stage, {}) for stage in OF_RUN}


def changed(before: dict, after: dict) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def test_every_job_is_canonical_json_of_settings_code_and_versions(folder):
    for text in all_jobs(config_of(folder)).values():
        job = json.loads(text)
        assert set(job) == {"settings", "code", "versions"}
        assert text == json.dumps(job, sort_keys=True, separators=(",", ":"))
        assert job["code"]
        assert job["versions"]


def test_moving_the_images_changes_no_job(folder, tmp_path):
    before = all_jobs(config_of(folder))
    moved = shutil.move(folder, tmp_path / "elsewhere")
    assert changed(before, all_jobs(config_of(moved))) == set()


def test_a_new_image_is_seen_by_its_index(folder):
    before = all_jobs(config_of(folder))
    Image.new("RGB", (9, 9)).save(folder / "tabby" / "b.png")
    assert changed(before, all_jobs(config_of(folder))) == {"images"}


def test_device_batch_downloads_and_order_change_no_job(folder):
    before = all_jobs(config_of(folder))
    other = config_of(
        folder,
        compute={"device": "cpu", "micro_batch": 3},
        models={"resnet18": {"weights": None, "download": True}},
        methods={"random": None, "gradient": None},
    )
    assert changed(before, all_jobs(other)) == set()


def test_more_rounds_change_no_full_shard(folder):
    before = all_jobs(config_of(folder))
    after = all_jobs(config_of(folder, mosaics={"target_tiles": 1, "rounds": 20}))
    assert changed(before, after) == set(OF_RUN)


def test_a_setting_of_a_family_of_metrics_changes_its_own_scores_and_the_end(folder):
    metrics = {"classification": None, "localization": {"tolerance": 3}}
    before = all_jobs(config_of(folder, metrics=metrics))
    metrics["localization"] = {"tolerance": 4}
    after = all_jobs(config_of(folder, metrics=metrics))
    assert changed(before, after) == {"localization", *OF_RUN}
    alone = all_jobs(config_of(folder, metrics=["classification"]))
    assert changed(alone, before) == set(OF_RUN)


def test_weights_count_by_their_content(folder, tmp_path):
    weights = tmp_path / "weights.pth"
    weights.write_bytes(b"first")
    models = {"resnet18": {"weights": str(weights)}}
    before = all_jobs(config_of(folder, models=models))
    weights.write_bytes(b"other")
    after = all_jobs(config_of(folder, models=models))
    assert changed(before, after) == {"models", "predictions", "gradient", "random", *OF_RUN}
    weights.unlink()
    with pytest.raises(UserError, match=r"models\.resnet18\.weights: .*weights\.pth"):
        all_jobs(config_of(folder, models=models))


def test_a_method_more_changes_the_check_of_its_model_and_no_other_job_of_shards(folder):
    before = all_jobs(config_of(folder))
    after = all_jobs(config_of(folder, methods={"gradient": None, "random": None, "edges": None}))
    assert changed(before, after) == {"models", *OF_RUN}
    code = {name: json.loads(job)["code"] for name, job in after.items()}
    assert [name for name in code if "saliometer.stages.models" in code[name]] == ["models"]
    assert {f"saliometer.methods.{name}" for name in ("gradient", "random", "edges")} < code["models"].keys()


def test_the_check_of_a_model_knows_the_highest_class_and_the_files_of_own_methods(folder, tmp_path):
    Image.new("RGB", (8, 8)).save(folder / "tabby" / "b.png")
    own = Path(__file__).parents[1] / "helpers" / "superpixels_method.py"
    copies = [shutil.copy(own, tmp_path / f"{name}.py") for name in "ab"]
    methods = {name: {"file": str(file)} for name, file in zip("ab", copies, strict=True)}
    one = all_jobs(config_of(folder, methods={"gradient": None, "a": methods["a"]}))["models"]
    both = all_jobs(config_of(folder, methods={"gradient": None, **methods}))["models"]
    turned = all_jobs(config_of(folder, methods={"b": methods["b"], "a": methods["a"], "gradient": None}))
    assert json.loads(both)["settings"]["highest_class"] == {"photos": 817}, "sports car"
    assert json.loads(one)["code"]["file"] != json.loads(both)["code"]["file"]
    assert turned["models"] == both
    Path(copies[1]).write_text(own.read_text().replace(".float()", ".to(torch.float32)"))
    methods["b"]["file"] = str(copies[1])
    assert all_jobs(config_of(folder, methods={"gradient": None, **methods}))["models"] != both


def test_too_few_images_are_found_before_any_job(folder):
    with pytest.raises(UserError, match=r"datasets\.photos: class \d+ has 1 image"):
        list_images(config_of(folder, mosaics={"target_tiles": 2}), "photos")


def test_a_job_names_the_code_of_its_own_kinds_alone(folder):
    jobs_of_study = all_jobs(config_of(folder))
    code = {name: set(json.loads(job)["code"]) for name, job in jobs_of_study.items()}
    rooms = {name: {module.split(".")[1] for module in code[name] if "." in module} for name in code}
    shared = {"saliometer.methods", "saliometer.methods.registry", "saliometer.methods.engines"}
    shared |= {f"saliometer.methods.{name}" for name in ("method", "own_file", "spec")}
    shared |= {f"saliometer.methods.engines.{name}" for name in ("attribution", "checks")}
    assert {module for module in code["random"] if ".methods" in module} == shared | {
        "saliometer.methods.random"
    }
    assert {module for module in code["gradient"] if ".methods" in module} == shared | {
        "saliometer.methods.gradient",
        "saliometer.methods.engines.colours",
        "saliometer.methods.engines.gradients",
    }
    assert "saliometer.models.torchvision" in code["random"]
    assert not {module for module in code["random"] if "efficientnet" in module}
    assert not {"images", "metrics"} & rooms["gradient"]
    assert not {"images", "models", "methods"} & rooms["classification"]
    assert {module for module in code["images"] if ".sources." in module} == {
        "saliometer.images.sources.folder"
    }
    assert not {module for module in code["mosaics"] if ".sources." in module}
