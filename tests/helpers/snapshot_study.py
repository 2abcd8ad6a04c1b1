"""A study in a copy of the workflow whose code and config are edited while its jobs wait."""

import shutil
import subprocess
from pathlib import Path

import yaml

from profile_study import CONFIG, launch
from saliometer import shards
from workflow_runs import ROOT

RUN = CONFIG["run"]
N_SHARDS = 3
OWN = "tests/helpers/superpixels_method.py"
SETTINGS = {
    **CONFIG,
    "mosaics": {**CONFIG["mosaics"], "rounds": 2 * N_SHARDS},
    "methods": {"gradient": None, "mine": {"file": "mine.py"}},
    "segments": {"max_distance": 10.0},
}
GRADIENT = "workflow/saliometer/methods/gradient.py"
CODE = {"gradient": "saliometer.methods.gradient", "mine": "file"}


def lay_out(folder: Path) -> None:
    """Copy the workflow and a method of one's own into a folder."""
    for part in ("workflow", "envs", "profiles"):
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(ROOT / part, folder / "tree" / part, ignore=ignored)
    shutil.copy(ROOT / "Snakefile", folder / "tree")
    shutil.copy(ROOT / OWN, folder / "mine.py")


def start(folder: Path, *arguments: str, **options) -> subprocess.Popen:
    return launch(folder, *arguments, settings=SETTINGS, tree=folder / "tree", **options)


def edit(folder: Path) -> None:
    """Edit the code of a method of the package and of one's own, and the seed of the config."""
    for path, old, new in (
        (folder / "tree" / GRADIENT, ".abs().amax(dim=1)", ".abs().mean(dim=1)"),
        (folder / "mine.py", "settings.factor * torch", "2 * settings.factor * torch"),
    ):
        text = path.read_text()
        assert text.count(old) == 1
        path.write_text(text.replace(old, new))
    other = {**SETTINGS, "seed": SETTINGS["seed"] + 1}
    (folder / "config.yaml").write_text(yaml.safe_dump(other, sort_keys=False))


def maps_of(folder: Path, method: str) -> list[Path]:
    """Return the shards of a method's maps that are there."""
    return sorted((folder / "results" / RUN / "maps").glob(f"*/*/*/{method}/*/*.zarr.zip"))


def made_by(folder: Path, method: str) -> list[tuple[str, int]]:
    """Return the digest of the method's code and the seed that each shard of its maps was made with."""
    jobs = [shards.read(path, [])[1]["job"] for path in maps_of(folder, method)]
    return [(job["code"][CODE[method]], job["settings"]["seed"]) for job in jobs]


def expect_one_program(folder: Path, seed: int = SETTINGS["seed"]) -> dict[str, str]:
    """Hold all maps to one program and seed; return the digest of each method's code."""
    made_by_method = {method: made_by(folder, method) for method in CODE}
    for method, made in made_by_method.items():
        assert len(made) == N_SHARDS, method
        assert len(set(made)) == 1, method
        assert made[0][1] == seed
    return {method: made[0][0] for method, made in made_by_method.items()}
