"""Do the intervals hold the truth as often as they say? ``python -m benchmarks.coverage``.

Studies of known truth are drawn for each design; every interval of the reliability study is computed on
them, and beside it a naive one. Printed are percentages of studies and their Monte Carlo standard errors.
Each study has a seed of its own, so that no number depends on the workers.
"""

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from benchmarks.coverage_checks import COVERAGE, ERRORS, ask, truths
from benchmarks.coverage_designs import DESIGNS, Design
from benchmarks.generated import Row, table
from benchmarks.host import describe_host

LOWEST, HIGHEST = 93.0, 97.0  # per cent, the goal of intervals of 95
LARGEST_ERROR = 5.0  # per cent, of tests at .05
SHORT, WIDE, ABOVE = "short", "wide", "above"


def simulate(design: Design, studies: int) -> dict:
    """Draw studies of a design; return of each check the shares of yes, and how many answered."""
    true = truths(design)
    answers = [ask(design, study, true) for study in range(studies)]
    found = {}
    for name in (*COVERAGE, *ERRORS):
        of_check = np.array([answer[name] for answer in answers])
        answered = (~np.isnan(of_check)).sum(axis=0)
        with np.errstate(invalid="ignore"):
            shares = np.nansum(of_check, axis=0) / answered
        found[name] = {"share": [_number(one) for one in shares], "answered": answered.tolist()}
    return {"design": design._asdict(), "name": design.name, "studies": studies, "checks": found}


def head(checks: dict[str, str]) -> Row:
    """Return the head of the table of some checks."""
    return ("Design", *checks.values())


def rows(entries: list[dict], checks: dict[str, str]) -> list[Row]:
    """Return a row for each design and a cell for each check: per cent, ours (standard error) / naive."""
    return [(entry["name"], *(_cell(name, entry) for name in checks)) for entry in entries]


def missed(entries: list[dict]) -> list[str]:
    """Return in words what covers less than it should or rejects more, beyond two standard errors."""
    return [
        f"{wording.partition(' / ')[0]}: {entry['name']}: {_cell(name, entry).partition(' / ')[0]}"
        for name, wording in (COVERAGE | ERRORS).items()
        for entry in entries
        if _mark(name, entry) in (SHORT, ABOVE)
    ]


def main() -> None:
    """Simulate, print the tables, and write the counts if asked to."""
    parser = argparse.ArgumentParser(description="Simulate how often intervals hold the truth.")
    parser.add_argument("--studies", type=int, default=1000, help="studies of each design (default: 1000)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--json", type=Path, help="file to write the counts to")
    given = parser.parse_args()
    with ProcessPoolExecutor(given.workers) as workers:
        entries = []
        for entry in workers.map(partial(simulate, studies=given.studies), DESIGNS):
            entries.append(entry)
            print(entry["name"], flush=True)
    for checks in (COVERAGE, ERRORS):
        print("\n" + table(head(checks), rows(entries, checks)))
    print("\n".join(missed(entries)) or "Nothing falls short.")
    if given.json:
        host = describe_host(["numpy", "scipy"])
        given.json.write_text(json.dumps({"host": host, "designs": entries}, indent=1) + "\n")


def _number(share: float) -> float | None:
    return None if np.isnan(share) else float(share)


def _error(share: float, answered: int) -> float:
    return 100 * float(np.sqrt(share * (1 - share) / answered))


def _mark(name: str, entry: dict) -> str:
    """Mark what misses its goal by more than two standard errors."""
    check = entry["checks"][name]
    share, answered = check["share"][0], check["answered"][0]
    if share is None:
        return ""
    slack = 2 * _error(share, answered)
    if name in ERRORS:
        return ABOVE if 100 * share - slack > LARGEST_ERROR else ""
    if 100 * share + slack < LOWEST:
        return SHORT
    return WIDE if 100 * share - slack > HIGHEST else ""


def _cell(name: str, entry: dict) -> str:
    check = entry["checks"][name]
    ours, naive = check["share"]
    if ours is None:
        return "no interval" if check["answered"][1] else ""
    told = f"{100 * ours:.1f} ({_error(ours, check['answered'][0]):.1f})"
    mark = _mark(name, entry)
    some = check["answered"][0] < entry["studies"]
    told += f" of {check['answered'][0]}" if some else ""
    told = f"**{told} {mark}**" if mark in (SHORT, ABOVE) else f"{told} {mark}".rstrip()
    return told + (" / " + f"{100 * naive:.1f}" if naive is not None else "")


if __name__ == "__main__":
    main()
