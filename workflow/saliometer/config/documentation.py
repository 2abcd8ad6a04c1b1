"""Write what follows from the settings: the configuration's schema and the tables of config/README.md.

python -m saliometer.config.documentation           write both
python -m saliometer.config.documentation --check   only compare; exit code 1 when one has drifted
"""

import argparse
import re
import sys
from collections.abc import Iterable
from inspect import cleandoc
from pathlib import Path
from types import ModuleType

import yaml

from saliometer import metrics
from saliometer.config.methods import EveryMethod
from saliometer.config.schema import in_words, schema
from saliometer.config.study import DECIDING_KEYS, METHODS, METRICS, SOURCES, Compute, Config
from saliometer.images.source import SourceSettings
from saliometer.methods import registry
from saliometer.models import Settings as Model
from saliometer.mosaics.rendering import Forms
from saliometer.mosaics.rendering import Settings as Mosaics
from saliometer.mosaics.segments import Settings as Segments
from saliometer.reliability.clustering.intervals import Settings as Intervals
from saliometer.settings import Settings
from saliometer.table_study.settings import DatasetSettings as TableDataset

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT / "workflow" / "schemas" / "config.schema.yaml"
README = ROOT / "config" / "README.md"
SCHEMA_HEAD = (
    "# Written by `python -m saliometer.config.documentation` from the settings' classes; do not edit.\n"
)
GENERATED = re.compile(r"<!-- generated: (\w+) -->\n.*?<!-- end -->", re.DOTALL)
KEY_HEAD = ("Key", "Values", "Default", "Meaning")
METHOD_HEAD = ("Method", "Key", "Values", "Default", "`published`", "Meaning")
END_OF_SCALAR = "...\n"  # as YAML writes after a lone scalar
# Blocks of one kind, by the name of their table.
BLOCKS = {
    "top": Config,
    "given_keys": TableDataset,
    "mosaics": Mosaics,
    "forms": Forms,
    "models": Model,
    "segments": Segments,
    "intervals": Intervals,
    "compute": Compute,
}
Row = tuple[str, ...]


def tables() -> dict[str, str]:
    """Return the Markdown tables of config/README.md by the names in their markers."""
    sources = [
        (f"`{name}`", block.model_json_schema()["properties"]["source"]["description"])
        for name, block in SOURCES.items()
    ]
    common = set(SourceSettings.model_fields)
    of_sources = key_rows("every source", SourceSettings) + _rows_of_all(SOURCES, common | {"source"})
    kinds = [_method_row(name, registry.describe(name)) for name in METHODS]
    scored = [
        (
            *(f"`{family}`", f"`{name}`", metric.label),
            *("higher" if metric.higher_is_better else "lower", sentence(metric.meaning)),
        )
        for family in METRICS
        for name, metric in metrics.metrics_of(family, {}).items()
    ]
    return {
        **{name: table(KEY_HEAD, [row[1:] for row in key_rows("", block)]) for name, block in BLOCKS.items()},
        "sources": table(("source", "Images"), sources),
        "source_keys": table(("Source", *KEY_HEAD), of_sources),
        "methods": table(("method", "In figures", "Kind", "Relevance", "Enlarged", "What it is"), kinds),
        "method_keys": table(METHOD_HEAD, _rows_of_methods()),
        "method_notes": _method_notes(),
        "metrics": table(("Family", "Metric", "In figures", "Better", "What it is"), scored),
        "metric_keys": table(("Family", *KEY_HEAD), _rows_of_all(METRICS, set())),
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


def generated_files() -> dict[Path, str]:
    """Return the content that each generated file must have."""
    text = yaml.safe_dump(schema(), sort_keys=False, width=100, allow_unicode=True)
    return {SCHEMA: SCHEMA_HEAD + text, README: readme(README.read_text())}


def main() -> None:
    """Write or compare the generated files."""
    parser = argparse.ArgumentParser(description="Write the schema and the tables of config/README.md.")
    parser.add_argument("--check", action="store_true", help="only compare; exit code 1 on drift")
    arguments = parser.parse_args()
    generated = generated_files()
    drifted = [path for path, text in generated.items() if not path.exists() or path.read_text() != text]
    if arguments.check and drifted:
        names = ", ".join(str(path.relative_to(ROOT)) for path in drifted)
        sys.exit(f"error: {names}: behind the settings; run python -m saliometer.config.documentation")
    for path in drifted:
        path.write_text(generated[path])


def _method_row(name: str, module: ModuleType) -> Row:
    kind = "null control" if module.SPEC.control else "method"
    relevance = "signed" if module.SPEC.is_signed(module.Settings()) else "positive only"
    what = module.__doc__.split("\n")[0]
    return f"`{name}`", module.SPEC.label, kind, relevance, module.SPEC.upsampling, what


def _method_notes() -> str:
    """Return what the modules of methods with a preset "published" say below their first line."""
    notes = []
    for name in METHODS:
        if "published" in registry.spec_of(name).presets:
            text = cleandoc(registry.describe(name).__doc__).partition("\n\n")[2]
            notes.append(f"#### {name}\n{text}\n".replace("``", "`"))
    return "\n".join(notes)


def _rows_of_all(blocks: dict[str, type[Settings]], without: set[str]) -> list[Row]:
    """Return the rows of all kinds of a named block; a kind without keys of its own has one that says so."""
    rows: list[Row] = []
    for kind, block in blocks.items():
        keys = [key for key in block.model_fields if key not in without]
        rows += key_rows(f"`{kind}`", block, keys) or [(f"`{kind}`", "", "", "", "Nothing to set.")]
    return rows


def _rows_of_methods() -> list[Row]:
    """Return the rows of all methods, each with the value of the preset "published" where it differs."""
    rows = []
    of_methods = _rows_of_all(METHODS, {"method", *EveryMethod.model_fields})
    for *known, meaning in [*key_rows("every method", EveryMethod), *of_methods]:
        name, key = (cell.strip("`") for cell in known[:2])
        values = registry.spec_of(name).presets.get("published", {}) if name in METHODS else {}
        published = shown(values[key]) if key in values else ""
        rows.append((*known, "" if published == known[-1] else published, meaning))
    return rows


def key_rows(kind: str, block: type[Settings], keys: Iterable[str] | None = None) -> list[Row]:
    """Return a row per key of a block: kind, key, values, default, meaning."""
    described = block.model_json_schema()
    rows = []
    for key in block.model_fields if keys is None else keys:
        field = described["properties"][key]
        default = "required" if key in described.get("required", []) else _default(field)
        default = "the block's name" if key in DECIDING_KEYS.values() else default
        rows.append((kind, f"`{key}`", in_words(field), default, sentence(field["description"])))
    return rows


def sentence(description: str) -> str:
    """Write a key's description as a sentence of Markdown."""
    first, _, rest = description.partition(" ")
    first = first.capitalize() if first.isalpha() and first.islower() else first
    return f"{first} {rest}".strip().rstrip(".").replace("``", "`") + "."


def _default(field: dict) -> str:
    if "$ref" in field and "default" not in field:
        return "its defaults"
    return shown(field.get("default"))


def shown(value: object) -> str:
    """Write a value as YAML, None being none."""
    if value is None:
        return "none"
    return f"`{yaml.safe_dump(value, default_flow_style=True).removesuffix(END_OF_SCALAR).strip()}`"


def table(head: Row, rows: Iterable[Row]) -> str:
    """Return a table in Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    main()
