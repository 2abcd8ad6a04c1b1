"""A run whose models can't be used ends before anything else is made, and each is told once."""

import re

import pytest
import yaml

from workflow_runs import snakemake

pytestmark = pytest.mark.slow

LATE = {
    "run": "late",
    "datasets": {"d": {"source": "sample_photos"}},
    "mosaics": {"rounds": 1, "tile_size": 64, "target_tiles": 1},
    "models": {"resnet18": None, "efficientnet_lite0": {"target_layer": "features.nope"}},
    "methods": {"gradcam": None, "random": None},
}


def test_nothing_is_made_before_all_models_are_checked(tmp_path):
    (tmp_path / "late.yaml").write_text(yaml.safe_dump(LATE))
    variables = {"TORCH_HOME": str(tmp_path / "no weights")}
    finished = snakemake(tmp_path, "--configfile", "late.yaml", variables=variables)
    assert finished.returncode == 1
    said = finished.stdout + finished.stderr
    layer, weights = sorted(line for line in map(str.strip, said.splitlines()) if line.startswith("error: "))
    assert layer.startswith("error: model efficientnet_lite0: target_layer 'features.nope' is not there")
    assert weights.startswith("error: model resnet18: weights IMAGENET1K_V1 are not at ")
    assert set(re.findall(r"^Job \d+: (\w+): ", said, flags=re.MULTILINE)) == {"models"}
    made = {
        path.relative_to(tmp_path / "results" / "late").parts[0]
        for path in tmp_path.rglob("*.*")
        if "results" in path.parts and path.is_file()
    }
    assert made <= {"logs", "benchmarks"}
