"""Wrong configurations, made from a right one: every key misspelt, of a wrong type, out of its range."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import BaseModel

from saliometer.config.study import Config, load_config
from saliometer.metrics.registry import FAMILIES

DEMO = yaml.safe_load((Path(__file__).parents[2] / "config" / "config.yaml").read_text())
NAMED = ("datasets", "models", "methods")  # blocks of any name; those of metrics are called as they are
EVERY_FAMILY = {"metrics": list(FAMILIES)}
OUT_OF_RANGE = {
    "minimum": lambda bound: bound - 1,
    "maximum": lambda bound: bound + 1,
    "exclusiveMinimum": lambda bound: bound,
    "minLength": lambda bound: "",
    "minItems": lambda bound: [],
    "minProperties": lambda bound: {},
    "enum": lambda values: "nonsense",
}


class WrongConfig(NamedTuple):
    """A configuration with one mistake: where it is, and the key that was meant if it is a misspelling."""

    path: str
    mapping: dict
    meant: str = ""


def whole() -> dict:
    """Return the demo with all families of metrics and every key of every block written out."""
    return load_config(DEMO | EVERY_FAMILY).model_dump()


def misspelt() -> Iterator[WrongConfig]:
    """Leave out the second letter of every key, at the top and inside every block."""
    for *parents, key in paths(whole()):
        wrong = key[0] + key[2:]
        mapping = whole()
        block = _at(mapping, parents)
        block[wrong] = block.pop(key)
        yield WrongConfig(".".join([*parents, wrong]), mapping, key)


def wrong_types() -> Iterator[WrongConfig]:
    """Put what no key takes at every key: a block in the place of a value, and a list of lists."""
    for path in paths(whole()):
        for wrong in ({"a": {"b": []}}, [[]]):
            is_block = isinstance(_at(whole(), path), dict)
            if not (is_block and isinstance(wrong, dict)):
                yield _with(path, wrong)


def out_of_range() -> Iterator[WrongConfig]:
    """Go one beyond every bound of every number, text, list and choice, as pydantic's schema tells it."""
    for path, block in blocks(load_config(DEMO | EVERY_FAMILY)):
        for key, field in type(block).model_json_schema()["properties"].items():
            for choice in field.get("anyOf", [field]):
                for name in OUT_OF_RANGE.keys() & choice.keys():
                    yield _with([*path, key], OUT_OF_RANGE[name](choice[name]))


def blocks(config: Config) -> Iterator[tuple[list[str], BaseModel]]:
    """Yield the path and the settings of every block, the whole first."""
    yield [], config
    for section in Config.model_fields:
        content = getattr(config, section)
        if isinstance(content, dict):
            yield from (([section, name], block) for name, block in content.items())
        elif isinstance(content, BaseModel):
            yield [section], content


def paths(mapping: dict) -> Iterator[list[str]]:
    """Yield the path of every key but the free names of blocks."""
    for section, content in mapping.items():
        yield [section]
        for name, block in content.items() if isinstance(content, dict) else ():
            if section not in NAMED:
                yield [section, name]
            yield from ([section, name, key] for key in (block if isinstance(block, dict) else ()))


def _with(path: list[str], value: Any) -> WrongConfig:
    mapping = whole()
    _at(mapping, path[:-1])[path[-1]] = copy.deepcopy(value)
    return WrongConfig(".".join(path), mapping)


def _at(mapping: dict, path: list[str]) -> Any:
    for key in path:
        mapping = mapping[key]
    return mapping
