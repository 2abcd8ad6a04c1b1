"""Are verdicts false, and do intervals hold, in studies of known truth? ``python -m benchmarks.verdicts``.

The designs are those in which the table of reliability was once found to contradict the data. All is read
from its rows, so that another version is measured by the same file: ``PYTHONPATH=OTHER/workflow``.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from benchmarks.generated import Row
from benchmarks.generated import table as as_table
from benchmarks.host import describe_host
from benchmarks.verdict_designs import DESIGNS, without_rows_that_nobody_asks

from saliometer.seeds import seed_from

HEAD = ("Design", "Question", "Should be", "Before", "Now")


def simulate(name: str, studies: int) -> dict:
    """Draw studies of a design; return the share of yes of each question, and how many studies answered."""
    ask = DESIGNS[name]
    with without_rows_that_nobody_asks():
        answers = np.array(
            [ask.study(np.random.default_rng(seed_from("verdicts", name, str(i)))) for i in range(studies)]
        )
    found = {}
    for question, column in zip(ask.answers, answers.T, strict=True):
        answered = int((~np.isnan(column)).sum())
        found[question] = {"yes": int(np.nansum(column)), "answered": answered}
    return {"studies": studies, "answers": found}


def rows(before: dict[str, dict], now: dict[str, dict]) -> list[Row]:
    """Return a row for each question: per cent of the studies that answer it (Monte Carlo standard error)."""
    return [
        (name, question, wanted, _cell(before, name, question), _cell(now, name, question))
        for name, ask in DESIGNS.items()
        for question, wanted in ask.answers.items()
    ]


def main() -> None:
    """Simulate, print, and add the counts to a file if asked to."""
    parser = argparse.ArgumentParser(description="Simulate how often verdicts are false.")
    parser.add_argument("designs", nargs="*", help="parts of the names of designs (default: all)")
    parser.add_argument("--studies", type=int, default=1000, help="studies of each design (default: 1000)")
    parser.add_argument("--json", type=Path, help="file to add the counts to, design by design")
    asked = parser.parse_args()
    for name in DESIGNS:
        if asked.designs and not any(part in name for part in asked.designs):
            continue
        found = simulate(name, asked.studies)
        print(as_table(HEAD, [row for row in rows({}, {name: found}) if row[0] == name]), flush=True)
        if asked.json:
            kept = json.loads(asked.json.read_text()) if asked.json.exists() else {"designs": {}}
            kept["host"] = describe_host(["numpy", "scipy"])
            kept["designs"][name] = found
            asked.json.write_text(json.dumps(kept, indent=1) + "\n")


def _cell(found: dict[str, dict], name: str, question: str) -> str:
    if name not in found:
        return ""
    answer, studies = found[name]["answers"][question], found[name]["studies"]
    yes, answered = answer["yes"], answer["answered"]
    if not answered:
        return "not told"
    share = yes / answered
    error = np.sqrt(share * (1 - share) / answered)
    few = f" of {answered}" if answered < studies else ""
    return f"{100 * share:.1f} ({100 * error:.1f}){few}"


if __name__ == "__main__":
    main()
