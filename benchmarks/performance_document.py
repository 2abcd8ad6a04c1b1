"""Write the tables of docs/performance.md: ``python -m benchmarks.performance_document``."""

import json

from benchmarks import scoring
from benchmarks.generated import Row, filled, origin, table, write_or_check
from benchmarks.method_table import HEAD, least, misses, ratio, row
from benchmarks.scale_document import MEASURED
from benchmarks.studies import ROOT

DOCUMENT = ROOT / "docs" / "performance.md"
FORMATS = ("contiguous", "channels_last")


def tables() -> dict[str, str]:
    """Return the tables and lists of docs/performance.md by the names in their markers."""
    now, before, scores = (
        json.loads((MEASURED / f"{name}.json").read_text())
        for name in ("methods", "methods_before", "scoring")
    )
    missed = misses(now["methods"])
    return {
        "methods": "\n".join(
            f"**{name}**, {_size(now['methods'], name)}, {now['host']['device']}\n\n"
            + table(HEAD, [row(entry) for entry in now["methods"] if entry["model"] == name])
            for name in _models(now["methods"])
        )
        + origin(now["host"]),
        "missed": "".join(f"- {line}\n" for line in missed) or "Every goal is met.\n",
        "rates": table(
            ("Network", "Passes", "Memory format", *(f"{size} at once" for size in _sizes(now["floors"]))),
            [line for floor in now["floors"] for line in _rate_rows(floor)],
        ),
        "gains": table(
            ("Network", "Method", "Before (s)", "Now (s)", "Before / its floor", "Now / its floor"),
            _gains(before["methods"], now["methods"]),
        )
        + origin(before["host"]),
        "scoring": table(scoring.HEAD, scoring.rows(scores["shards"])) + origin(scores["host"]),
    }


def document(present: str) -> str:
    """Return the text of docs/performance.md with its tables written anew."""
    return filled(present, tables(), DOCUMENT)


def main() -> None:
    """Write or compare the document."""
    write_or_check(DOCUMENT, document, "benchmarks.performance_document")


def _models(entries: list[dict]) -> list[str]:
    return list(dict.fromkeys(entry["model"] for entry in entries))


def _size(entries: list[dict], model: str) -> str:
    height, width = next(entry["size"] for entry in entries if entry["model"] == model)
    return f"{height}×{width} pixels"


def _sizes(floors: list[dict]) -> list[int]:
    return sorted({size for _, size, _ in floors[0]["rates"]["forward"]})


def _rate_rows(floor: dict) -> list[Row]:
    """Return milliseconds per image for each kind of pass and memory format, by images at once."""
    names = {"forward": "forward", "both": "forward and backward"}
    return [
        (
            floor["model"],
            names[kind],
            memory_format,
            *(f"{1000 * seconds:.1f}" for name, _, seconds in sorted(rates) if name == memory_format),
        )
        for kind, rates in floor["rates"].items()
        for memory_format in FORMATS
    ]


def _gains(before: list[dict], now: list[dict]) -> list[Row]:
    of_before = {(entry["model"], entry["method"]): entry for entry in before}
    found = []
    for entry in now:
        old = of_before.get((entry["model"], entry["method"]))
        if old is not None and (old["settings"], old["maps"]) == (entry["settings"], entry["maps"]):
            seconds = (f"{least(each['ours'], each['device']):.2f}" for each in (old, entry))
            ratios = (f"{ratio(each):.2f}" for each in (old, entry))
            found.append((entry["model"], f"`{entry['method']}`", *seconds, *ratios))
    return found


if __name__ == "__main__":
    main()
