"""Documents whose tables are written anew between marks, from what was measured."""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

GENERATED = re.compile(r"<!-- generated: (\w+) -->\n.*?<!-- end -->", re.DOTALL)
Row = tuple[str, ...]


def table(head: Row, rows: Iterable[Row]) -> str:
    """Return a table in Markdown."""
    return "".join("| " + " | ".join(line) + " |\n" for line in [head, ("---",) * len(head), *rows])


def origin(host: Mapping) -> str:
    """Return a line on when and where something was measured, as ``host.describe_host`` tells it."""
    versions = ", ".join(f"{name} {version}" for name, version in host["versions"].items())
    machine = f"{host['cpus']} CPUs (load {host['load']:.1f}), {host['system']}"
    return f"\nMeasured {host['date'][:10]} on {machine}; {versions}.\n"


def filled(present: str, known: Mapping[str, str], path: Path) -> str:
    """Return a document's text with its tables written anew.

    Parameters: ``known``, the tables by the names in their marks; ``path``, for the message.
    Raises SystemExit when a table has no marker, or a marker no table.
    """
    markers = [match[1] for match in GENERATED.finditer(present)]
    if sorted(markers) != sorted(known):
        sys.exit(f"error: {path}: has the markers {sorted(markers)}, needs {sorted(known)}, each once")
    return GENERATED.sub(
        lambda match: f"<!-- generated: {match[1]} -->\n{known[match[1]]}<!-- end -->", present
    )


def write_or_check(path: Path, document: Callable[[str], str], module: str) -> None:
    """Write a document anew, or with --check only compare it.

    Parameters: ``document``, a function of its present text; ``module`` that does it, for the message.
    """
    parser = argparse.ArgumentParser(description=f"Write the tables of docs/{path.name}.")
    parser.add_argument("--check", action="store_true", help="only compare; exit code 1 on drift")
    arguments = parser.parse_args()
    present = path.read_text()
    wanted = document(present)
    if arguments.check and wanted != present:
        sys.exit(f"error: docs/{path.name}: behind what was measured; run python -m {module}")
    if wanted != present:
        path.write_text(wanted)
