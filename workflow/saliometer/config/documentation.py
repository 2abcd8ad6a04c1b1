"""Write what follows from the settings: the configuration's schema and the tables of config/README.md.

python -m saliometer.config.documentation           write both
python -m saliometer.config.documentation --check   only compare; exit code 1 when one has drifted
"""

import argparse
import re
import sys
from inspect import cleandoc
from pathlib import Path
from types import ModuleType

import yaml

from saliometer import metrics
from saliometer.config.methods import EveryMethod
from saliometer.config.schema import schema
from saliometer.config.settings_tables import Row, key_rows, sentence, shown, table
from saliometer.config.study import METHODS, METRICS, SOURCES, Compute, Config
from saliometer.images.source import SourceSettings
from saliometer.methods import registry
from saliometer.models import Settings as Model
from saliometer.mosaics.rendering import Forms
from saliometer.mosaics.rendering import Settings as Mosaics
from saliometer.mosaics.segments import Settings as Segments
from saliometer.reliability.clustering.intervals import Settings as Intervals
from saliometer.settings import Settings
from saliometer.table_study.settings import DatasetSettings as GivenDataset

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT / "workflow" / "schemas" / "config.schema.yaml"
README = ROOT / "config" / "README.md"
SCHEMA_HEAD = (
    "# Written by `python -m saliometer.config.documentation` from the settings' classes; do not edit.\n"
)
GENERATED = re.compile(r"<!-- generated: (\w+) -->\n.*?<!-- end -->", re.DOTALL)
KEY_HEAD = ("Key", "Values", "Default", "Meaning")
METHOD_HEAD = ("Method", "Key", "Values", "Default", "`published`", "Meaning")


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
            sentence(metric.meaning),
        )
        for family in METRICS
        for name, metric in metrics.metrics_of(family, {}).items()
    ]
    common = set(SourceSettings.model_fields)
    of_sources = key_rows("every source", SourceSettings) + _rows_of_all(SOURCES, common | {"source"})
    return {
        "top": table(KEY_HEAD, [row[1:] for row in key_rows("", Config)]),
        "sources": table(("source", "Images"), sources),
        "source_keys": table(("Source", *KEY_HEAD), of_sources),
        "given_keys": table(KEY_HEAD, [row[1:] for row in key_rows("", GivenDataset)]),
        "mosaics": table(KEY_HEAD, [row[1:] for row in key_rows("", Mosaics)]),
        "forms": table(KEY_HEAD, [row[1:] for row in key_rows("", Forms)]),
        "models": table(KEY_HEAD, [row[1:] for row in key_rows("", Model)]),
        "methods": table(("method", "In figures", "Kind", "Relevance", "Enlarged", "What it is"), kinds),
        "method_keys": table(METHOD_HEAD, _rows_of_methods()),
        "method_notes": _method_notes(),
        "metrics": table(("Family", "Metric", "In figures", "Better", "What it is"), scored),
        "metric_keys": table(("Family", *KEY_HEAD), _rows_of_all(METRICS, set())),
        "segments": table(KEY_HEAD, [row[1:] for row in key_rows("", Segments)]),
        "intervals": table(KEY_HEAD, [row[1:] for row in key_rows("", Intervals)]),
        "compute": table(KEY_HEAD, [row[1:] for row in key_rows("", Compute)]),
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
        sys.exit(f"error: {names}: behind the settings; run python -m saliometer.config.documentation")
    for path in drifted:
        path.write_text(wanted[path])


def _first_line(block: type[Settings]) -> str:
    return block.model_json_schema()["properties"]["source"]["description"]


def _method_row(name: str, module: ModuleType) -> Row:
    kind = "null control" if module.SPEC.control else "method"
    relevance = "signed" if module.SPEC.is_signed(module.Settings()) else "positive only"
    return (
        f"`{name}`",
        module.SPEC.label,
        kind,
        relevance,
        module.SPEC.upsampling,
        module.__doc__.split("\n")[0],
    )


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
    own = _rows_of_all(METHODS, {"method", *EveryMethod.model_fields})
    for *known, meaning in [*key_rows("every method", EveryMethod), *own]:
        name, key = (cell.strip("`") for cell in known[:2])
        values = registry.spec_of(name).presets.get("published", {}) if name in METHODS else {}
        published = shown(values[key]) if key in values else ""
        rows.append((*known, "" if published == known[-1] else published, meaning))
    return rows


if __name__ == "__main__":
    main()
