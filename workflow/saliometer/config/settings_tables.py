"""Tables in Markdown of the keys of settings, read off their classes."""

from collections.abc import Iterable

import yaml

from saliometer.config.study import DECIDING_KEYS
from saliometer.settings import Settings

TYPES = {"integer": "whole number", "number": "number", "boolean": "`true` or `false`", "string": "text"}
END_OF_SCALAR = "...\n"  # as YAML writes after a lone scalar
Row = tuple[str, ...]


def key_rows(kind: str, block: type[Settings], keys: Iterable[str] | None = None) -> list[Row]:
    """Return a row per key of a block: kind, key, values, default, meaning."""
    described = block.model_json_schema()
    rows = []
    for key in block.model_fields if keys is None else keys:
        field = described["properties"][key]
        default = "required" if key in described.get("required", []) else _default(field)
        default = "the block's name" if key in DECIDING_KEYS.values() else default
        rows.append((kind, f"`{key}`", _values(field), default, sentence(field["description"])))
    return rows


def sentence(description: str) -> str:
    """Write a key's description as a sentence of Markdown."""
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
        nested = item.keys() & {"$ref", "oneOf"} or item["type"] == "object"
        return "named blocks" if nested else f"names, each with a {_values(item)}"
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
