"""Time every coefficient of the study: ``python -m benchmarks.reliability``; with --full at 50,000 x 16 x 7.

Each call is made in a fresh process of one thread. Scores and their clusters are the same for ours, the floor
and other packages; a package that does not finish in time, or is not installed, is said to.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.generated import Row, table
from benchmarks.host import describe_host
from benchmarks.reliability_cases import CASES, FLOOR, OURS
from benchmarks.studies import ROOT

SIZES = {False: (10_000, 8, 7, 1000), True: (50_000, 16, 7, 1000)}
GOAL_SECONDS = {False: 60, True: 300}  # of all metrics; by whether of rank correlations
GOAL_BYTES = 2e9
PATIENCE = 120  # seconds that another package has for one metric
HEAD = (
    "Coefficient",
    "Once (s)",
    "Floor (s)",
    "All metrics or methods (s)",
    "Memory (MB)",
    "Other packages (s; theirs / ours)",
)
NOT_INSTALLED, NOT_FINISHED = "not installed", "not finished"


def measure(case: str, kind: str, size: tuple[int, ...], patience: float | None = None) -> dict | str:
    """Return wall and CPU seconds and added bytes of one call in its own process, or why there are none."""
    items, methods, metrics, clusters = size
    methods = metrics if CASES[case].of_metrics else methods
    command = [sys.executable, "-m", "benchmarks.reliability_cases", case, kind]
    command += [str(number) for number in (items, methods, clusters)]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    try:
        run = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | threads,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=patience,
        )
    except subprocess.TimeoutExpired:
        return f"{NOT_FINISHED} in {patience:.0f} s"
    return json.loads(run.stdout.splitlines()[-1]) or NOT_INSTALLED


def measure_all(size: tuple[int, ...], patience: float) -> list[dict]:
    """Return of each case our time, the floor's, and the other packages'."""
    found = []
    for name, case in CASES.items():
        peers = {kind: measure(name, kind, size, patience) for kind in case.peers}
        found.append(
            {
                "case": name,
                "of_ranks": case.of_ranks,
                "times": size[1] if case.of_metrics else size[2],
                "ours": measure(name, OURS, size),
                "floor": measure(name, FLOOR, size),
                "peers": peers,
            }
        )
        print(" | ".join(_row(found[-1])), flush=True)
    return found


def rows(entries: list[dict]) -> list[Row]:
    """Return the cells of the table in the order of HEAD, and a row for each sum that has a goal."""
    found = [_row(entry) for entry in entries]
    for of_ranks, goal in GOAL_SECONDS.items():
        chosen = [entry for entry in entries if entry["of_ranks"] == of_ranks]
        seconds = sum(entry["times"] * entry["ours"]["cpu"] for entry in chosen)
        peak = max(entry["ours"]["bytes"] for entry in chosen)
        name = "**all of rank correlations**" if of_ranks else "**all that follows from sums over clusters**"
        met = "" if seconds <= goal and peak <= GOAL_BYTES else " (missed)"
        found.append((name, "", "", f"{seconds:.1f} of {goal}{met}", f"{peak / 1e6:.0f}", ""))
    return found


def _row(entry: dict) -> Row:
    ours = entry["ours"]
    peers = []
    for name, one in entry["peers"].items():
        told = one if isinstance(one, str) else f"{one['cpu']:.2f}; {one['cpu'] / ours['cpu']:.1f}"
        peers.append(f"{name} {told}")
    return (
        entry["case"],
        f"{ours['cpu']:.3f}",
        f"{entry['floor']['cpu']:.3f}",
        f"{entry['times'] * ours['cpu']:.2f}",
        f"{ours['bytes'] / 1e6:.0f}",
        ", ".join(peers),
    )


def main() -> None:
    """Measure, print the table, and write the raw times if asked to."""
    parser = argparse.ArgumentParser(description="Time the coefficients of reliability.")
    parser.add_argument("--full", action="store_true", help="50,000 items of 16 methods, not 10,000 of 8")
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds that a package has")
    parser.add_argument("--json", type=Path, help="file to write the raw times to")
    given = parser.parse_args()
    size = SIZES[given.full]
    entries = measure_all(size, given.patience)
    print("\n" + table(HEAD, rows(entries)))
    if given.json:
        host = describe_host(["numpy", "scipy", "krippendorff", "pingouin"])
        given.json.write_text(json.dumps({"host": host, "size": size, "cases": entries}, indent=1) + "\n")


if __name__ == "__main__":
    main()
