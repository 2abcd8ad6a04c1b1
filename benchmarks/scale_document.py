"""Write the tables of docs/scale.md from what was measured: ``python -m benchmarks.scale_document``.

Nothing is timed here: the figures are those of benchmarks/measured, or follow from them and the settings.
"""

import json
from collections.abc import Iterable

from benchmarks import dag_scale
from benchmarks.generated import Row, filled, origin, table, write_or_check
from benchmarks.studies import CLASSES, METHODS, ROOT, expected_jobs

from saliometer.methods import registry

MEASURED = ROOT / "benchmarks" / "measured"
DOCUMENT = ROOT / "docs" / "scale.md"
N_MODELS = 2
TILES = 4
# Mosaics per class of each study; ImageNet's training images are 732 to 1,300 of a class, 1,281,167 in all.
ROUNDS = {"the study": 10, "ImageNet validation": 50, "ImageNet train": 1281}
SECONDS_PER_HOUR = 3600


def tables() -> dict[str, str]:
    """Return the Markdown tables of docs/scale.md by the names in their markers."""
    planned = json.loads((MEASURED / "dag_scale.json").read_text())
    sized = json.loads((MEASURED / "shard_sizes.json").read_text())
    return {
        "planning": table(dag_scale.HEAD, dag_scale.rows(planned)) + origin(planned["host"]),
        "bytes": table(
            ("File", "Method", "Array per question", "Bytes", "Uncompressed"), _byte_rows(sized["files"])
        )
        + origin(sized["host"]),
        "storage": table(
            ("Study", "Mosaics", "Jobs", "Mosaics (GB)", "Maps (GB)", "Scores and predictions (GB)"),
            [_storage_row(name, rounds, sized["files"]) for name, rounds in ROUNDS.items()],
        ),
        "passes": table(("Method", "Passes per map"), [(f"`{m}`", str(_passes(m))) for m in METHODS]),
        "hours": table(
            ("Study", "Passes, forward and backward", "Passes, forward alone", "Hours of one GPU"),
            [_hours_row(name, rounds) for name, rounds in ROUNDS.items()],
        ),
    }


def document(present: str) -> str:
    """Return the text of docs/scale.md with its tables written anew.

    Raises SystemExit when a table has no marker, or a marker no table.
    """
    return filled(present, tables(), DOCUMENT)


def main() -> None:
    """Write or compare the document."""
    write_or_check(DOCUMENT, document, "benchmarks.scale_document")


def bytes_per_mosaic(files: Iterable[dict], stages: Iterable[str]) -> float:
    """Return the bytes of some stages' files per mosaic of one question, for one model and all methods."""
    return sum(entry["bytes"] / entry["questions"] for entry in files if entry["stage"] in stages)


def _byte_rows(files: list[dict]) -> list[Row]:
    return [
        (
            entry["stage"],
            f"`{entry['method']}`" if entry["method"] else "",
            "×".join(map(str, entry["shape"])) if "shape" in entry else "one row",
            f"{entry['bytes'] / entry['questions']:,.0f}",
            f"{entry['raw_bytes'] / entry['questions']:,.0f}" if "raw_bytes" in entry else "",
        )
        for entry in files
    ]


def _storage_row(name: str, rounds: int, files: list[dict]) -> Row:
    mosaics = rounds * CLASSES
    config = {
        "mosaics": {"rounds": rounds, "rounds_per_shard": 1},
        "datasets": [name],
        "models": range(N_MODELS),
        "methods": dict.fromkeys(METHODS),
        "metrics": ["classification"],
    }
    jobs = sum(expected_jobs(config).values())
    of_models = (("maps",), ("scores", "predictions"))
    sizes = [bytes_per_mosaic(files, ("mosaics",))]
    sizes += [N_MODELS * bytes_per_mosaic(files, stages) for stages in of_models]
    return (name, f"{mosaics:,}", f"{jobs:,}", *(f"{mosaics * size / 1e9:,.1f}" for size in sizes))


def _passes(method: str) -> int:
    """Return how many inputs go forward and backward for a map, with the method's defaults."""
    return registry.spec_of(method).inputs_per_map(registry.settings_class(method)())


def _hours_row(name: str, rounds: int) -> Row:
    """Return the passes of a study, and its hours at r passes per second, a forward alone for a third."""
    mosaics = rounds * CLASSES * N_MODELS
    both, forward = mosaics * sum(map(_passes, METHODS)), mosaics * (1 + TILES)
    hours = (both + forward / 3) / SECONDS_PER_HOUR
    return name, f"{both:,}", f"{forward:,}", f"{hours:,.0f} / r"


if __name__ == "__main__":
    main()
