"""A method, a family of metrics, a coefficient, a figure are one file each: a copy of the package shows it.

The copy gets these four files and nothing else. All that is asked of it is asked in processes of its own.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import saliometer
from added_kinds import FILES
from config_helpers import text_of
from saliometer.config.study import load_config
from wrong_configs import DEMO

PACKAGE = Path(saliometer.__file__).parent
HELPERS = Path(__file__).parent / "helpers"
PLANNED = """
import json, sys
sys.modules["torch"] = None
from saliometer.config.documentation import tables
from saliometer.config.schema import schema
from saliometer.config.study import load_config
from saliometer.methods import registry
from saliometer.metrics.registry import FAMILIES
from saliometer.plan.description import describe_study
from saliometer.plan.stages import job_texts
from saliometer.findings.figure_files import figure_files
config = load_config(json.loads(sys.argv[1]))
text_of = job_texts(config, None)
of = {"dataset": "photos", "form": "original", "model": "efficientnet_lite0", "replicate": "0"}
STAGES = ("summary", "reliability", "figures", "report")
described = describe_study(config)
print(json.dumps({
    "methods": list(registry.METHODS), "families": FAMILIES,
    "schema": json.dumps(schema()), "tables": tables(),
    "maps": {name: text_of("maps", {**of, "method": name}) for name in config.methods},
    "scores": {
        name: text_of("scores", {**of, "method": "gradient", "family": name}) for name in config.metrics
    },
    "study": {stage: text_of(stage, {}) for stage in STAGES},
    "figures": [file["stem"] for file in figure_files("scores", described)],
}))
"""
EXPLAINED = """
import json
import numpy as np
from methods_helpers import convolutional_model, photos
from saliometer import methods
maps = methods.load("centre", convolutional_model(), width=0.5).attribute(photos(2), [0, 1], ["a", "b"])
print(json.dumps([maps.dtype.name, maps.shape, [int(np.argmax(map_)) for map_ in maps]]))
"""
SCORED = """
import numpy as np
from saliometer.stages.scores import score_shard
from small_shards import make_maps, make_mosaics
mosaics = make_mosaics()
frame = score_shard(make_maps(mosaics), mosaics, "peak", {"pixels": 3}, "maps")
print(frame[["peak_share", "peak_share_rotated_labels"]].describe().to_json())
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Copy the package and what a plan reads beside it, and add the four files."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(PACKAGE, folder / "workflow/saliometer", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PACKAGE.parents[1] / "envs", folder / "envs")
    for name, text in FILES.items():
        path = folder / "workflow/saliometer" / name
        assert not path.exists()
        path.write_text(text.lstrip())
    return folder


def python(house, *arguments):
    """Run Python with the copy of the package; return what it printed."""
    places = [str(house / "workflow"), str(HELPERS)]
    run = subprocess.run(
        [sys.executable, *arguments],
        cwd=house,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


STUDY = {
    **DEMO,
    "methods": {"gradient": None, "centre": {"width": 0.5}},
    "metrics": {"classification": None, "peak": {"pixels": 3}},
}


STUDY_BEFORE = {**STUDY, "methods": {"gradient": None}, "metrics": ["classification"]}


@pytest.fixture(scope="module")
def planned(house):
    return json.loads(python(house, "-c", PLANNED, json.dumps(STUDY)))


def test_a_method_is_in_registry_schema_and_plan_without_torch(planned):
    assert "centre" in planned["methods"]
    assert "Width of the blob" in planned["schema"]
    assert "Width of the blob" in planned["tables"]["method_keys"]
    job = json.loads(planned["maps"]["centre"])
    assert job["settings"]["method"] == {"name": "centre", "method": "centre", "width": 0.5}
    assert "saliometer.methods.centre" in job["code"]


@pytest.mark.slow
def test_a_method_explains_a_network(house):
    kind, shape, peaks = json.loads(python(house, "-c", EXPLAINED))
    assert (kind, shape) == ("float32", [2, 8, 8])
    assert set(peaks) <= {27, 28, 35, 36}


def test_a_metric_is_in_registry_schema_documentation_and_plan(planned):
    assert "peak" in planned["families"]
    assert "Pixels that count as the highest" in planned["schema"]
    assert "| `peak` | `peak_share` | Peak share | higher |" in planned["tables"]["metrics"]
    job = json.loads(planned["scores"]["peak"])
    assert job["settings"]["metrics"] == {"pixels": 3}
    assert "saliometer.metrics.peak" in job["code"]


def test_a_metric_scores_the_maps_of_a_shard(house):
    columns = json.loads(python(house, "-c", SCORED))
    assert columns["peak_share"]["count"] == 20
    assert 3 / 64**2 < columns["peak_share"]["min"] < columns["peak_share"]["max"] < 1
    assert columns["peak_share_rotated_labels"]["mean"] == pytest.approx(columns["peak_share"]["mean"])


def test_what_is_added_makes_no_other_map_or_score_stale(planned):
    config = load_config(STUDY_BEFORE)
    axes = {"dataset": "photos", "form": "original", "model": "efficientnet_lite0"}
    axes |= {"method": "gradient", "replicate": "0", "family": "classification"}
    assert planned["maps"]["gradient"] == text_of(config, "maps", **axes)
    assert planned["scores"]["classification"] == text_of(config, "scores", **axes)


def test_a_coefficient_and_a_figure_are_code_of_the_jobs_that_use_them(planned):
    using = {
        name: {stage for stage, job in planned["study"].items() if name in json.loads(job)["code"]}
        for name in ("saliometer.reliability.rows.spread", "saliometer.figures.bars")
    }
    assert list(using.values()) == [{"reliability"}, {"figures"}]
    page = json.loads(planned["study"]["report"])["code"]
    before = json.loads(text_of(load_config(STUDY_BEFORE), "report"))["code"]
    assert page["figures/FIGURE"] != before["figures/FIGURE"], "the page prints its caption"


def test_a_figure_is_on_the_list_of_files(planned):
    metrics = [stem.rpartition("violins_")[2] for stem in planned["figures"] if "violins" in stem]
    assert "peak_share" in metrics
    place = "scores/photos/original/efficientnet_lite0"
    assert planned["figures"][: len(metrics)] == [f"{place}/bars_{metric}" for metric in metrics]


@pytest.mark.slow
def test_a_study_has_the_row_of_a_coefficient_and_the_figure_with_its_caption(house, tmp_path):
    levels = {"a": 0.5, "b": 0.6, "c": 0.8}
    rows = [
        {"item": f"i{item}", "method": method, "metric": "auc", "score": level + (item * 7 % 5) / 50}
        for item in range(12)
        for method, level in levels.items()
    ]
    pd.DataFrame(rows).to_csv(tmp_path / "table.csv", index=False)
    output = tmp_path / "study"
    python(
        house,
        "-m",
        "saliometer.study",
        *("--scores", str(tmp_path / "table.csv"), "--output", str(output), "--higher-is-better", "auc"),
    )
    table = pd.read_csv(output / "tables/reliability.csv")
    spread = table[table["coefficient"] == "spread_of_means"]
    assert spread["estimate"].tolist() == pytest.approx([pd.Series(levels).std()])
    assert table["coefficient"].tolist().index("spread_of_means") > 0
    drawn = sorted(path.name for path in output.rglob("bars_auc.*"))
    assert drawn == ["bars_auc.png", "bars_auc.svg"]
    assert "auc: means as bars, over the items" in (output / "report.html").read_text()
