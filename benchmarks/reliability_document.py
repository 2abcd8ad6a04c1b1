"""Write the measured tables of docs/reliability.md: ``python -m benchmarks.reliability_document``."""

import json

from benchmarks import coverage, reliability, verdicts
from benchmarks.coverage_checks import COVERAGE, ERRORS
from benchmarks.generated import filled, origin, table, write_or_check
from benchmarks.scale_document import MEASURED
from benchmarks.studies import ROOT

DOCUMENT = ROOT / "docs" / "reliability.md"


def tables() -> dict[str, str]:
    """Return the tables and lists of docs/reliability.md by the names in their markers."""
    timed, simulated, before, now = (
        json.loads((MEASURED / f"{name}.json").read_text())
        for name in ("reliability", "coverage", "verdicts_before", "verdicts")
    )
    designs = simulated["designs"]
    missed = coverage.missed(designs)
    return {
        "coverage": table(coverage.head(COVERAGE), coverage.rows(designs, COVERAGE))
        + f"\n{designs[0]['studies']} studies of each design.\n",
        "errors": table(coverage.head(ERRORS), coverage.rows(designs, ERRORS)) + origin(simulated["host"]),
        "shortfalls": "".join(f"- {line}\n" for line in missed) or "None.\n",
        "verdicts": table(verdicts.HEAD, verdicts.rows(before["designs"], now["designs"]))
        + origin(now["host"]),
        "times": table(reliability.HEAD, reliability.rows(timed["cases"])) + origin(timed["host"]),
    }


def document(present: str) -> str:
    """Return the text of docs/reliability.md with its tables written anew."""
    return filled(present, tables(), DOCUMENT)


def main() -> None:
    """Write or compare the document."""
    write_or_check(DOCUMENT, document, "benchmarks.reliability_document")


if __name__ == "__main__":
    main()
