"""A small study whose workflow, config and photographs a test may change, and the jobs that it may run."""

import os
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml

from saliometer.images import sources
from saliometer.products.paths import PATTERNS, combinations
from workflow_runs import ROOT, planned_work, snakemake

AXES = {
    "dataset": ["birds", "cars"],
    "form": ["original"],
    "model": ["lite", "light"],
    "method": ["superpixels", "edges", "gradient", "smoothgrad"],
    "replicate": ["0"],
    "family": ["classification"],
    "shard": [0],
}
MESSAGES = {
    "models": "models: check of {model}",
    "images": "images: index of {dataset}",
    "mosaics": "mosaics: {dataset}, shard {shard}",
    "segments": "segments: {dataset}, shard {shard}",
    "predictions": "predictions: {model} on {dataset}, shard {shard}",
    "maps": "maps: {method} of {model} on {dataset}, replicate {replicate}, shard {shard}",
    "scores": "scores: {family} of {method} of {model} on {dataset}, replicate {replicate}, shard {shard}",
}
AFTER_IMAGES = ("mosaics", "segments", "predictions", "maps", "scores")
TABLES = Counter(["summary: tables of the run", "summary: cost of the jobs"])
RELIABILITY = Counter(["reliability: coefficients of the scores"])
FIGURES = Counter(
    [
        "figures: distributions of the scores",
        "figures: reliability of the scores",
        "figures: panels of mosaics and maps",
    ]
)
PAGE = Counter(["report: the page"])
END = TABLES + RELIABILITY + FIGURES + PAGE
NOTHING: Counter[str] = Counter()


def work(*stages: str, **axes) -> Counter[str]:
    """Return the messages of the jobs of some stages, on all values of the axes but those given."""
    chosen = AXES | axes
    return Counter(
        MESSAGES[stage].format(**values)
        for stage in stages
        for values in combinations(PATTERNS[stage], chosen)
    )


@dataclass(frozen=True)
class Study:
    """A study in a folder of its own: ``tree`` (a copy of the workflow), ``photos``, config and results."""

    folder: Path

    @property
    def tree(self) -> Path:
        return self.folder / "tree"

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"

    @property
    def results(self) -> Path:
        return self.folder / "results" / "study"

    def settings(self) -> dict:
        return yaml.safe_load(self.config.read_text())

    def set(self, *keys: str, **values) -> None:
        """Change values in the block of the config that the keys lead to."""
        settings = self.settings()
        block = settings
        for key in keys:
            block = block[key]
        block.update(values)
        self.config.write_text(yaml.safe_dump(settings, sort_keys=False))

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that occurs once in a module of the package."""
        module = self.tree / "workflow" / "saliometer" / path
        text = module.read_text()
        assert text.count(old) == 1, f"{path}: {old!r}"
        module.write_text(text.replace(old, new))

    def files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file() and ".snakemake" not in path.parts]

    @property
    def installed(self) -> Path:
        """A folder of packages that stand before those of this environment."""
        return self.folder / "installed"

    def start(self, *arguments: str) -> subprocess.CompletedProcess:
        searched = os.pathsep.join([str(self.installed), os.environ.get("PYTHONPATH", "")])
        variables = {"PYTHONPATH": searched} if self.installed.is_dir() else None
        return snakemake(
            self.folder, *arguments, "--configfile", str(self.config), tree=self.tree, variables=variables
        )

    def run(self, *arguments: str) -> Counter[str]:
        """Run snakemake; return the jobs of a dry run."""
        finished = self.start(*arguments, *(["--verbose"] if "--dry-run" in arguments else []))
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return planned_work(finished) if "--dry-run" in arguments else NOTHING


def lay_out(folder: Path) -> Study:
    """Copy the workflow and photographs of two data sets, and write the config."""
    study = Study(folder)
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for part in ("workflow", "envs", "profiles"):
        shutil.copytree(ROOT / part, study.tree / part, ignore=ignored)
    shutil.copy(ROOT / "Snakefile", study.tree)
    photos = sources.parse({"source": "sample_photos"})
    listed = sources.find_images(photos)
    for name, start in (("birds", 0), ("cars", 3)):
        for image in listed[start : start + 3]:
            place = folder / "photos" / name / str(image.class_index)
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(sources.image_root(photos) / image.path, place)
    shutil.copy(ROOT / "tests" / "helpers" / "superpixels_method.py", folder / "superpixels.py")
    study.config.write_text("{}")
    study.set(
        run="study",
        seed=1,
        datasets={name: {"source": "folder", "path": f"photos/{name}"} for name in AXES["dataset"]},
        mosaics={
            "rows": 1,
            "columns": 2,
            "target_tiles": 1,
            "rounds": 2,
            "rounds_per_shard": 2,
            "tile_size": 32,
        },
        models={
            "lite": {"architecture": "efficientnet_lite0", "weights": "none"},
            # Importing torchvision takes longer than all that these jobs compute: one family does.
            "light": {"architecture": "efficientnet_lite0", "weights": "none", "sd": [0.5, 0.5, 0.5]},
        },
        segments={"max_distance": 10.0},
        methods={
            "superpixels": {"file": "superpixels.py"},
            "edges": None,
            "gradient": None,
            "smoothgrad": {"samples": 2},
        },
    )
    return study
