"""The JSON schema of a configuration, for editors and other programs; ``load_config`` checks more."""

import json
import re

from saliometer.config import DECIDING_KEYS, PLAIN_BLOCKS, Config
from saliometer.methods.own_file import FILE

DEFINITIONS = "#/$defs/"


def schema() -> dict:
    """Return the JSON schema of a configuration as YAML spells it.

    Beyond the types: blocks may be empty, a block whose name says what it is needs no deciding key, and
    families of metrics may be a list.
    """
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
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole}


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
