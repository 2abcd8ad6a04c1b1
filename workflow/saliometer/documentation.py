"""Write what follows from the settings: the configuration's schema and the tables of config/README.md.

python -m saliometer.documentation           write both
python -m saliometer.documentation --check   only compare; exit code 1 when one has drifted
"""

import argparse
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import yaml

from saliometer import metrics
from saliometer.config import DECIDING_KEYS, METHODS, METRICS, SOURCES, Compute, Config
from saliometer.config_schema import schema
from saliometer.images.source import SourceSettings
from saliometer.methods import registry
from saliometer.models import Settings as Model
from saliometer.mosaics import Settings as Mosaics
from saliometer.reliability.intervals import Settings as Intervals
from saliometer.segments import Settings as Segments
from saliometer.settings import Settings

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "workflow" / "schemas" / "config.schema.yaml"
README = ROOT / "config" / "README.md"
SCHEMA_HEAD = "# Written by `python -m saliometer.documentation` from the settings' classes; do not edit.\n"
GENERATED = re.compile(r"<!-- generated: (\w+) -->\n.*?<!-- end -->", re.DOTALL)
TYPES = {"integer": "whole number", "number": "number", "boolean": "`true` or `false`", "string": "text"}
END_OF_SCALAR = "...\n"  # as YAML writes after a lone scalar
KEY_HEAD = ("Key", "Values", "Default", "Meaning")
Row = tuple[str, ...]


def tables() -> dict[str, str]:
    """Return the Markdown tables of config/README.md by the names in their markers."""
    sources = [(f"`{name}`", _first_line(block)) for name, block in SOURCES.items()]
    kinds = [_method_row(name, registry.describe(name)) for name in METHODS]
    scored = [
        (
            f"`{family}`",
            f"`{name}`",
            metric.label,
            "higher" if metric.higher_is_better else "lower",
            _sentence(metric.meaning),
        )
        for family in METRICS
        for name, metric in metrics.metrics_of(family, {}).items()
    ]
    common = set(SourceSettings.model_fields)
    of_sources = _rows("every source", SourceSettings) + _rows_of_all(SOURCES, common | {"source"})
    return {
        "top": _table(KEY_HEAD, [row[1:] for row in _rows("", Config)]),
        "sources": _table(("source", "Images"), sources),
        "source_keys": _table(("Source", *KEY_HEAD), of_sources),
        "mosaics": _table(KEY_HEAD, [row[1:] for row in _rows("", Mosaics)]),
        "models": _table(KEY_HEAD, [row[1:] for row in _rows("", Model)]),
        "methods": _table(("method", "In figures", "Kind", "Relevance", "Enlarged", "What it is"), kinds),
        "method_keys": _table(("Method", *KEY_HEAD), _rows_of_all(METHODS, {"method"})),
        "metrics": _table(("Family", "Metric", "In figures", "Better", "What it is"), scored),
        "metric_keys": _table(("Family", *KEY_HEAD), _rows_of_all(METRICS, set())),
        "segments": _table(KEY_HEAD, [row[1:] for row in _rows("", Segments)]),
        "intervals": _table(KEY_HEAD, [row[1:] for row in _rows("", Intervals)]),
        "compute": _table(KEY_HEAD, [row[1:] for row in _rows("", Compute)]),
    }


def readme(present: str) -> str:
    """Return the text of config/README.md with its tables written anew.

    Raises SystemExit when a table has no marker, or a marker no table.
    """
    known = tables()
    markers = [match[1] for match in GENERATED.finditer(present)]
    if sorted(markers) != sorted(known):
        sys.exit(f"error: {README}: has the markers {sorted(markers)}, needs {sorted(known)}, each once")
    return GENERATED.sub(
        lambda match: f"<!-- generated: {match[1]} -->\n{known[match[1]]}<!-- end -->", present
    )


def wanted_files() -> dict[Path, str]:
    """Return the content that each generated file must have."""
    text = yaml.safe_dump(schema(), sort_keys=False, width=100, allow_unicode=True)
    return {SCHEMA: SCHEMA_HEAD + text, README: readme(README.read_text())}


def main() -> None:
    """Write or compare the generated files."""
    parser = argparse.ArgumentParser(description="Write the schema and the tables of config/README.md.")
    parser.add_argument("--check", action="store_true", help="only compare; exit code 1 on drift")
    arguments = parser.parse_args()
    wanted = wanted_files()
    drifted = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    if arguments.check and drifted:
        names = ", ".join(str(path.relative_to(ROOT)) for path in drifted)
        sys.exit(f"error: {names}: behind the settings; run python -m saliometer.documentation")
    for path in drifted:
        path.write_text(wanted[path])


def _first_line(block: type[Settings]) -> str:
    return block.model_json_schema()["properties"]["source"]["description"]


def _method_row(name: str, module: ModuleType) -> Row:
    kind = "null control" if module.CONTROL else "method"
    relevance = "signed" if module.SIGNED else "positive only"
    return f"`{name}`", module.LABEL, kind, relevance, module.UPSAMPLING, module.__doc__.split("\n")[0]


def _rows_of_all(blocks: dict[str, type[Settings]], without: set[str]) -> list[Row]:
    """Return the rows of all kinds of a named block; a kind without keys of its own has one that says so."""
    rows: list[Row] = []
    for kind, block in blocks.items():
        keys = [key for key in block.model_fields if key not in without]
        rows += _rows(f"`{kind}`", block, keys) or [(f"`{kind}`", "", "", "", "Nothing to set.")]
    return rows


def _rows(kind: str, block: type[Settings], keys: Iterable[str] | None = None) -> list[Row]:
    """Return a row per key of a block: kind, key, values, default, meaning."""
    described = block.model_json_schema()
    rows = []
    for key in block.model_fields if keys is None else keys:
        field = described["properties"][key]
        default = "required" if key in described.get("required", []) else _default(field)
        default = "the block's name" if key in DECIDING_KEYS.values() else default
        rows.append((kind, f"`{key}`", _values(field), default, _sentence(field["description"])))
    return rows


def _sentence(description: str) -> str:
    first, _, rest = description.partition(" ")
    first = first.capitalize() if first.isalpha() and first.islower() else first
    return f"{first} {rest}".strip().rstrip(".").replace("``", "`") + "."


def _values(field: dict) -> str:
    """Say in words what may stand at a key, from its JSON schema."""
    if "anyOf" in field:
        return " or ".join(_values(choice) for choice in field["anyOf"] if choice != {"type": "null"})
    if "enum" in field or "const" in field:
        return " or ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    if "$ref" in field:
        return "named blocks or list" if "minProperties" in field else "block"
    if field["type"] == "array":
        size = f" of {field['minItems']}" if field.get("minItems") == field.get("maxItems", 0) else ""
        return f"list{size} ({_values(field['items'])})"
    if field["type"] == "object":
        item = field["additionalProperties"]
        return "named blocks" if item.keys() & {"$ref", "oneOf"} else f"names, each with a {_values(item)}"
    return TYPES[field["type"]] + _range(field)


def _range(field: dict) -> str:
    low, high, above = (field.get(key) for key in ("minimum", "maximum", "exclusiveMinimum"))
    if low is not None and high is not None:
        return f", {low} to {high}"
    bounds = {"at least": low, "at most": high, "above": above}
    return "".join(f", {words} {bound}" for words, bound in bounds.items() if bound is not None)


def _default(field: dict) -> str:
    if "$ref" in field and "default" not in field:
        return "its defaults"
    value = field.get("default")
    if value is None:
        return "none"
    return f"`{yaml.safe_dump(value, default_flow_style=True).removesuffix(END_OF_SCALAR).strip()}`"


def _table(head: Row, rows: Iterable[Row]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    main()
