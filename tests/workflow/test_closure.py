"""The code that a job's parameters name is all of the package that its command imports."""

import csv
import json
from pathlib import Path
from pkgutil import iter_modules

import pytest
import yaml

from saliometer import stages
from saliometer.images import sources
from saliometer.images.imagenet import class_list
from saliometer.methods import registry
from saliometer.methods.own_file import FILE
from saliometer.metrics.registry import FAMILIES
from workflow_runs import ROOT, snakemake

pytestmark = pytest.mark.slow

NO_JOBS = {"command", "check", "redraws"}  # modules of saliometer.stages that the workflow does not run
CLASSES = (22, 99, 129, 251)
# Python imports a module of this name at every start: each command of the workflow writes down what it used.
RECORDER = """
import atexit, json, os, sys

@atexit.register
def record():
    if "--job" in sys.argv:
        used = [name for name in sys.modules if name.split(".")[0] == "saliometer"]
        with open(os.path.join(os.environ["RECORDS"], f"{os.getpid()}.json"), "w") as handle:
            with open(sys.argv[sys.argv.index("--job") + 1]) as job:
                json.dump({"stage": sys.argv[0], "job": json.load(job), "used": used}, handle)
"""
STUDY = {
    "run": "whole",
    "datasets": {"photos": {"source": "sample_photos", "classes": list(CLASSES)}},
    "mosaics": {"target_tiles": 1, "rounds": 1, "tile_size": 32},
    "models": {"efficientnet_lite0": {"weights": "none"}},
    "segments": {"max_distance": 10.0},
    "methods": {
        **{name: None for name in registry.METHODS if name != "bcos"},
        "redrawn": {"method": "gradcam", "randomized_model": 1},
        "apart": {"method": "gradcam", "disconnected": True},
        "mine": {"file": str(ROOT / "tests" / "helpers" / "superpixels_method.py")},
    },
    "metrics": list(FAMILIES),
}
SAVING = {
    "gradientshap": {"samples": 2},
    "intgrad": {"steps": 2},
    "lime": {"samples": 4},
    "random": {"like": "gradcam"},
    "rise": {"masks": 2},
    "shap": {"squares": 2, "samples": 12},
    "smoothgrad": {"samples": 2},
}
OF_COLOURS = {
    **STUDY,
    "run": "colours",
    "models": {"bcos_resnet18": {"weights": "none"}},
    "methods": {"bcos": None},
}
OF_SCORES = {"run": "scores", "datasets": {"given": {"scores": "scores.csv", "higher_is_better": ["auc"]}}}
SOURCES = {
    "sample_photos": {},
    "folder": {"path": "folders"},
    "imagenet_val": {"path": "folders"},
    "named_files": {"path": "files"},
    "table": {"path": "table.csv"},
}


def lay_out(photos: list[Path], folder: Path) -> None:
    """Put photographs into a folder as each source wants them."""
    wnids = {str(row.class_index): row.wnid for row in class_list()}
    (folder / "files").mkdir()
    rows = [("path", "label")]
    for photo in photos:
        wnid = wnids[photo.stem.rpartition("_")[2]]
        for target in (folder / "folders" / wnid / photo.name, folder / "files" / f"{wnid}-1.jpg"):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(photo.read_bytes())
        rows.append((f"files/{wnid}-1.jpg", wnid))
    with (folder / "table.csv").open("w", newline="") as handle:
        csv.writer(handle).writerows(rows)


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    """Run every stage, source, method, family of models and of metrics; return a record per command."""
    folder, records, python = (tmp_path_factory.mktemp(name) for name in ("study", "records", "python"))
    (python / "sitecustomize.py").write_text(RECORDER)
    settings = sources.parse({"source": "sample_photos", "classes": list(CLASSES)})
    lay_out(
        [sources.image_root(settings) / image.path for image in sources.find_images(settings)][
            : len(CLASSES)
        ],
        folder,
    )
    kinds = {
        **STUDY,
        "run": "kinds",
        "datasets": {name: {"source": name, **keys} for name, keys in SOURCES.items()},
        "models": {"squeezenet1_1": {"weights": "none"}},
    }
    asked = ["images", "results/kinds/predictions/folder/original/squeezenet1_1/0.parquet"]
    studies = [
        ({**STUDY, "methods": STUDY["methods"] | SAVING}, ["all"]),
        (kinds, asked),
        (OF_COLOURS, ["maps", "predictions"]),
        (OF_SCORES, ["reliability"]),
    ]
    (folder / "scores.csv").write_text("item,method,metric,score\na,m,auc,0.5\n")
    for study, targets in studies:
        config = folder / f"{study['run']}.yaml"
        config.write_text(yaml.safe_dump(study))
        variables = {"PYTHONPATH": str(python), "RECORDS": str(records)}
        run = snakemake(folder, *targets, "--configfile", str(config), variables=variables)
        assert run.returncode == 0, run.stdout + run.stderr
    found = []
    for record in records.iterdir():
        told = json.loads(record.read_text())
        found.append((Path(told["stage"]).stem, told["job"], told["used"]))
    return found


def test_every_kind_of_job_was_run(commands):
    ran = {stage for stage, _, _ in commands}
    assert ran == {module.name for module in iter_modules(stages.__path__)} - NO_JOBS
    settings = {stage: [job["settings"] for name, job, _ in commands if name == stage] for stage in ran}
    assert {job["method"]["method"] for job in settings["maps"]} == {*registry.METHODS, FILE}
    assert {job["source"] for job in settings["images"]} == set(sources.SOURCES)
    assert {job["family"] for job in settings["scores"]} == set(FAMILIES)
    assert len(settings["predictions"]) == 3, "one for each family of models"


def test_no_command_imports_a_module_that_its_job_does_not_name(commands):
    unnamed = {
        (stage, module) for stage, job, used in commands for module in used if module not in job["code"]
    }
    assert unnamed == set()


def test_no_job_names_a_module_that_its_command_never_imports(commands):
    """Beyond this, every name is one more reason to run again."""
    named = {stage: set() for stage, _, _ in commands}
    imported = {stage: {f"saliometer.stages.{stage}"} for stage in named}  # runs as __main__
    for stage, job, used in commands:
        named[stage] |= {name for name in job["code"] if "/" not in name and name != FILE}
        imported[stage] |= set(used)
    assert {stage: named[stage] - imported[stage] for stage in named} == {stage: set() for stage in named}
