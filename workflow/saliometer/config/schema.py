"""The JSON schema of a configuration, for editors and other programs; ``load_config`` checks more."""

import json
import re

from saliometer.config.input import SCORES
from saliometer.config.study import DECIDING_KEYS, PLAIN_BLOCKS, Config, TableStudyConfig
from saliometer.methods.own_file import FILE

DEFINITIONS = "#/$defs/"
TYPES = {"integer": "whole number", "number": "number", "boolean": "`true` or `false`", "string": "text"}


def schema() -> dict:
    """Return the JSON schema of a configuration as YAML spells it.

    Beyond the types: blocks may be empty, a block whose name says what it is needs no deciding key, and
    families of metrics may be a list. A config whose data sets are tables of scores has keys of its own.
    """
    of_images, of_scores = _schema_of_images(), _schema_of_scores()
    called_scores = {"properties": {"source": {"const": SCORES}}, "required": ["source"]}
    has_table = {"type": "object", "anyOf": [{"required": [SCORES]}, called_scores]}
    tables = {"type": "object", "minProperties": 1, "additionalProperties": has_table}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "if": {"properties": {"datasets": tables}, "required": ["datasets"]},
        "then": _reference("study_of_scores"),
        "else": _reference("study_of_images"),
        "$defs": {
            **of_images.pop("$defs"),
            **of_scores.pop("$defs"),
            "study_of_images": of_images,
            "study_of_scores": of_scores,
        },
    }


def in_words(field: dict) -> str:
    """Say in words, as Markdown, what may stand at a key of a JSON schema."""
    if "anyOf" in field:
        return " or ".join(in_words(choice) for choice in field["anyOf"] if choice != {"type": "null"})
    if "enum" in field or "const" in field:
        return " or ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    if "$ref" in field:
        return "named blocks or list" if "minProperties" in field else "block"
    if field["type"] == "array":
        size = f" of {field['minItems']}" if field.get("minItems") == field.get("maxItems", 0) else ""
        return f"list{size} ({in_words(field['items'])})"
    if field["type"] == "object":
        item = field["additionalProperties"]
        nested = item.keys() & {"$ref", "oneOf"} or item["type"] == "object"
        return "named blocks" if nested else f"names, each with a {in_words(item)}"
    return TYPES[field["type"]] + _range(field)


def _range(field: dict) -> str:
    low, high, above = (field.get(key) for key in ("minimum", "maximum", "exclusiveMinimum"))
    if low is not None and high is not None:
        return f", {low} to {high}"
    bounds = {"at least": low, "at most": high, "above": above}
    return "".join(f", {words} {bound}" for words, bound in bounds.items() if bound is not None)


def _schema_of_scores() -> dict:
    whole = _with_short_names(TableStudyConfig.model_json_schema())
    definitions = whole["$defs"]
    definitions["table_of_scores"] = definitions.pop("DatasetSettings")
    definitions["table_of_scores"]["required"].remove("source")
    definitions["intervals_of_scores"] = definitions.pop("Intervals")
    whole["properties"]["datasets"]["additionalProperties"] = _reference("table_of_scores")
    intervals = whole["properties"]["intervals"] | _reference("intervals_of_scores")
    whole["properties"]["intervals"] = _or_nothing(intervals)
    return whole


def _schema_of_images() -> dict:
    whole = _with_short_names(Config.model_json_schema())
    for section in PLAIN_BLOCKS:
        whole["properties"][section] = _or_nothing(whole["properties"][section])
    for section, key in DECIDING_KEYS.items():
        blocks = whole["properties"][section]
        block = blocks["additionalProperties"]
        kinds = block.pop("discriminator", {"mapping": {}})["mapping"]
        if not kinds:
            blocks["additionalProperties"] = _or_nothing(block)
            continue
        for reference in kinds.values():
            whole["$defs"][reference.removeprefix(DEFINITIONS)]["required"].remove(key)
        whole["$defs"][f"any_{key}"] = {"required": [key], **block}
        any_name = [_reference(f"any_{key}")]
        if key == "method":
            # Brings the file that says what it is.
            any_name.append({"$ref": kinds.pop(FILE)})
        blocks["additionalProperties"] = {"anyOf": any_name}
        blocks["properties"] = {
            kind: {"anyOf": [{"$ref": reference}, {"type": "null"}, *any_name]}
            for kind, reference in kinds.items()
        }
    _also_listed(whole)
    return whole


def _also_listed(whole: dict) -> None:
    """Let families of metrics be a list of names, or blocks that may be empty."""
    metrics = whole["properties"]["metrics"]
    families = whole["$defs"]["Metrics"]["properties"]
    names = {"type": "array", "items": {"enum": list(families)}, "minItems": 1, "uniqueItems": True}
    blocks = {key: metrics.pop(key) for key in ("$ref", "minProperties")}
    metrics["anyOf"] = [names, blocks]
    families.update({family: _or_nothing(block) for family, block in families.items()})


def _with_short_names(described: dict) -> dict:
    """Name the definitions by what they define, and drop the titles, which only repeat the keys."""
    text = re.sub(r"saliometer__(\w+?)__(?:settings__)?Settings\b", r"\1", json.dumps(described))
    return json.loads(text, object_hook=lambda block: {k: v for k, v in block.items() if not _is_title(k, v)})


def _is_title(key: str, value: object) -> bool:
    return key == "title" and isinstance(value, str)


def _reference(name: str) -> dict:
    return {"$ref": DEFINITIONS + name}


def _or_nothing(described: dict) -> dict:
    return {"anyOf": [described, {"type": "null"}]}
