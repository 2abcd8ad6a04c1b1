"""Time how long the workflow plans a study: ``python -m benchmarks.dag_scale [--json FILE]``.

Each dry run is a process of its own in an empty folder, so nothing has been computed and all jobs are
planned. The images are empty files: planning lists them and opens none.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import yaml
from benchmarks.host import describe_host
from benchmarks.studies import ROOT, Study, expected_jobs, make_images, studies

BYTES_PER_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
HEAD = ("study", "jobs", "seconds", "goal", "memory (MB)")


class DryRun(NamedTuple):
    """One dry run: its wall time, the largest memory of its process, and the jobs of each rule."""

    seconds: float
    peak_bytes: int
    jobs: dict[str, int]


def dry_run(config: dict, folder: Path) -> DryRun:
    """Plan a study in ``folder``, which must be empty, as ``snakemake --dry-run --quiet`` does.

    Raises RuntimeError with what Snakemake said when it fails or plans other jobs than it must.
    """
    (folder / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--cores", "1"]
    command += ["--configfile", "config.yaml", "--dry-run", "--quiet", "rules"]
    with (folder / "said.txt").open("w+") as said:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=subprocess.STDOUT)
        # Unlike that of all children, the usage of this very child is not the largest so far.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        words = said.read()
    jobs = _jobs_in(words)
    if process.returncode or jobs != expected_jobs(config):
        raise RuntimeError(f"planned {jobs}, not {expected_jobs(config)}; Snakemake said:\n{words}")
    return DryRun(seconds, usage.ru_maxrss * BYTES_PER_RSS_UNIT, jobs)


def _jobs_in(words: str) -> dict[str, int]:
    """Read the table of jobs that a dry run prints."""
    table = re.search(r"Job stats:\njob +count\n[- ]+\n(.*?)\ntotal", words, flags=re.DOTALL)
    rows = (line.split() for line in table[1].splitlines()) if table else ()
    return {rule: int(count) for rule, count in rows}


def measure(study: Study, repeats: int) -> dict:
    """Plan a study several times; return what the JSON keeps of it."""
    runs = []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            runs.append(dry_run(study.config, Path(folder)))
    return {
        "study": study.title,
        "goal_seconds": study.goal_seconds,
        "jobs": runs[0].jobs,
        "seconds": [round(run.seconds, 3) for run in runs],
        "peak_bytes": [run.peak_bytes for run in runs],
    }


def rows(measured: dict) -> list[tuple[str, ...]]:
    """Return a row of text per study: its jobs, the median of its seconds, its goal and its memory."""
    return [
        (
            entry["study"],
            f"{sum(entry['jobs'].values()):,}",
            f"{statistics.median(entry['seconds']):.1f}",
            "" if entry["goal_seconds"] is None else f"{entry['goal_seconds']}",
            f"{max(entry['peak_bytes']) / 1e6:.0f}",
        )
        for entry in measured["studies"]
    ]


def main() -> None:
    """Time the dry runs, print them and, if asked to, keep them."""
    parser = argparse.ArgumentParser(description="Time how long the workflow plans a study.")
    parser.add_argument("--json", type=Path, help="file to write the raw times to")
    parser.add_argument("--repeats", type=int, default=3, help="dry runs of each study")
    arguments = parser.parse_args()
    measured: dict = {"load_before": describe_host()["load"], "studies": []}
    with tempfile.TemporaryDirectory() as images:
        make_images(Path(images))
        for study in studies(Path(images)):
            measured["studies"].append(measure(study, arguments.repeats))
    measured["host"] = describe_host()  # its load tells whether the machine had other work meanwhile
    for row in [HEAD, *rows(measured)]:
        print("{:40} {:>8} {:>8} {:>6} {:>12}".format(*row))
    if arguments.json:
        arguments.json.write_text(json.dumps(measured, indent=1) + "\n")


if __name__ == "__main__":
    main()
