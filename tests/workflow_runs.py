"""Run the workflow as a person does: the command line, in a folder of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
BLOCK_TORCH = """
import sys
sys.modules["torch"] = sys.modules["torchvision"] = None
from snakemake.cli import main
main()
"""


def snakemake(folder: Path, *arguments: str, block_torch: bool = False) -> subprocess.CompletedProcess:
    """Run snakemake on this repository's Snakefile with ``folder`` as working directory."""
    program = ["-c", BLOCK_TORCH] if block_torch else ["-m", "snakemake"]
    command = [sys.executable, *program, "--snakefile", str(ROOT / "Snakefile"), "--cores", "2", *arguments]
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
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
