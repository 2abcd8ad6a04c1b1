"""A study of small jobs that is run through each profile, and what it must make every time."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import yaml
from benchmarks.studies import expected_jobs

from workflow_runs import ROOT, planned_jobs

RUN = "small"
CONFIG = {
    "run": RUN,
    "seed": 1,
    "datasets": {"photos": {"source": "sample_photos", "classes": [22, 99]}},
    "mosaics": {
        "rows": 1,
        "columns": 2,
        "target_tiles": 1,
        "rounds": 2,
        "rounds_per_shard": 2,
        "tile_size": 32,
    },
    "models": {"lite": {"architecture": "efficientnet_lite0", "weights": "none"}},
    "methods": {"gradient": None, "random": None, "edges": None},
    # Where a test asks for GPUs, SLURM grants them and nobody computes on them.
    "compute": {"device": "cpu"},
}
MEASURED = {"logs", "benchmarks"}
COST = re.compile(rb'<section id="cost">.*?</section>', flags=re.DOTALL)
JOBS = expected_jobs(CONFIG)


def launch(
    folder: Path,
    *arguments: str,
    profile: str | Path = "default",
    variables: dict[str, str] | None = None,
    settings: dict = CONFIG,
    tree: Path = ROOT,
) -> subprocess.Popen:
    """Start the study in ``folder`` through a profile, ours by name or one in a folder.

    What it says goes to output.txt in ``folder``. Parameters: ``settings`` of its config; ``tree``, this
    repository or a copy of its workflow.
    """
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(settings, sort_keys=False))
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(tree / "Snakefile"), *arguments]
    command += ["--workflow-profile", str(ROOT / "profiles" / profile), "--configfile", str(config)]
    environment = {**os.environ, **(variables or {})}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    with (folder / "output.txt").open("w") as output:
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)


def finish(study: subprocess.Popen, folder: Path, code: int = 0) -> str:
    """Wait for a launched study, hold it to its exit code and return what it said."""
    try:
        study.wait(timeout=900)
    finally:
        study.kill()
    output = (folder / "output.txt").read_text()
    assert study.returncode == code, output
    return output


def edited_for_a_site(folder: Path) -> Path:
    """Write the SLURM profile with what it leaves to the site uncommented; return the profile's folder."""
    before, site, after = re.split(r"^# ====.*\n", text_of("slurm"), flags=re.MULTILINE)
    folder.mkdir()
    (folder / "config.yaml").write_text(before + re.sub(r"^# ", "", site, flags=re.MULTILINE) + after)
    return folder


def text_of(profile: str) -> str:
    """Return the text of a profile of ours."""
    return (ROOT / "profiles" / profile / "config.yaml").read_text()


OF_COST = Path("report/manifest.json")  # the page tells what jobs took


def products(folder: Path) -> dict[str, str]:
    """Return a digest of each product in a folder that holds results, without what jobs were measured at."""
    results = folder / "results" / RUN
    paths = [path.relative_to(results) for path in results.rglob("*") if path.is_file()]
    return {
        str(path): hashlib.sha256(COST.sub(b"", (results / path).read_bytes())).hexdigest()
        for path in sorted(paths)
        if path.parts[0] not in MEASURED and path.stem != "cost" and path != OF_COST
    }


def plan(folder, *arguments, profile):
    output = finish(launch(folder, *arguments, "--dry-run", profile=profile), folder)
    return planned_jobs(subprocess.CompletedProcess([], 0, output, ""))
