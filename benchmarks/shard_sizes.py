"""Measure the bytes that a mosaic costs in each stage's files: ``python -m benchmarks.shard_sizes``.

A small real study: the 20 sample photographs as mosaics of the study's size, a real network, all methods.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from benchmarks.host import describe_host
from benchmarks.studies import METHODS, ROOT

from saliometer import shards
from saliometer.tables import read_parquet

MODEL = "efficientnet_lite0"
# Fewer samples than a study takes: averaging over more of them changes a map's size little.
FEWER = {"smoothgrad": {"samples": 4}, "intgrad": {"steps": 4}}
CONFIG = {
    "run": "sizes",
    "datasets": {"photos": {"source": "sample_photos"}},
    "mosaics": {"target_tiles": 1, "round_over": "image", "rounds": 1},
    "models": {MODEL: None},
    "methods": {name: FEWER.get(name) for name in METHODS},
}
STAGES = ("mosaics", "predictions", "maps", "scores")


def run_study(folder: Path) -> Path:
    """Compute the shards of the small study in ``folder``; return its results folder."""
    (folder / "config.yaml").write_text(yaml.safe_dump(CONFIG, sort_keys=False))
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--cores", "all"]
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    command += ["--configfile", "config.yaml", "--quiet", "all", "--", "predictions", "scores"]
    subprocess.run(command, cwd=folder, env=environment, check=True)
    return folder / "results" / CONFIG["run"]


def measure(results: Path) -> list[dict]:
    """Return stage, method, questions, bytes in the file and bytes as they would be without compression."""
    entries = []
    for stage in STAGES:
        for path in sorted((results / stage).rglob("*.*")):
            parts = path.relative_to(results / stage).parts
            method = parts[3] if stage in ("maps", "scores") else None
            entry = {"stage": stage, "method": method, "bytes": path.stat().st_size}
            if path.suffix == ".parquet":
                entry["questions"] = len(read_parquet(path))
            else:
                arrays = shards.read(path).arrays
                main = arrays[stage]
                entry |= {"questions": len(main), "shape": list(main.shape[1:]), "raw_bytes": main.nbytes}
            entries.append(entry)
    return entries


def main() -> None:
    """Run the small study, print the bytes per mosaic and, if asked to, keep them."""
    parser = argparse.ArgumentParser(description="Measure the bytes that a mosaic costs in each stage.")
    parser.add_argument("--json", type=Path, help="file to write the sizes to")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = measure(run_study(Path(folder)))
    for entry in files:
        print(f"{entry['stage']:12} {entry['method'] or '':16} {entry['bytes'] / entry['questions']:>10.0f}")
    if arguments.json:
        document = {"host": describe_host(), "config": CONFIG, "files": files}
        arguments.json.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
