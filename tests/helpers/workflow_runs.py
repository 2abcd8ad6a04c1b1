"""Run the workflow as a person does: the command line, in a folder of its own."""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK_TORCH = """
import sys
sys.modules["torch"] = sys.modules["torchvision"] = None
from snakemake.cli import main
main()
"""


def snakemake(
    folder: Path,
    *arguments: str,
    block_torch: bool = False,
    tree: Path = ROOT,
    variables: dict[str, str] | None = None,
) -> subprocess.CompletedProcess:
    """Run snakemake with ``folder`` as working directory.

    Parameters: ``tree``, this repository or a copy of its workflow; ``variables`` of the environment.
    """
    program = ["-c", BLOCK_TORCH] if block_torch else ["-m", "snakemake"]
    command = [sys.executable, *program, "--snakefile", str(tree / "Snakefile"), "--cores", "2", *arguments]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, **(variables or {})}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


def planned_jobs(finished: subprocess.CompletedProcess) -> dict[str, int]:
    """Read the table of jobs that a dry run prints: how many of each rule; {} when there is nothing to do."""
    assert finished.returncode == 0, finished.stdout + finished.stderr
    output = finished.stdout + finished.stderr
    if "Nothing to be done" in output:
        return {}
    table = re.search(r"Job stats:\njob +count\n[- ]+\n(.*?)\ntotal", output, flags=re.DOTALL)
    assert table, output
    rows = (line.split() for line in table.group(1).splitlines())
    return {rule: int(count) for rule, count in rows}


def planned_work(finished: subprocess.CompletedProcess) -> Counter[str]:
    """Read the messages of all jobs that a dry run prints with --verbose, which name their stage and axes."""
    jobs = planned_jobs(finished)
    messages = re.findall(r"^Job \d+: (.+)$", finished.stdout + finished.stderr, flags=re.MULTILINE)
    assert len(messages) == sum(jobs.values()) - jobs.get("default", 0), "a job without a message"
    return Counter(messages)
