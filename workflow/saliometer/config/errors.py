"""Words for what is wrong with a configuration: one line, whatever is wrong and however often."""

import difflib
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from saliometer.config.places import Place, find_place

LONGEST_VALUE = 60
UNKNOWN = ("extra_forbidden", "invalid_key")
TYPES = {
    "int_type": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "names, each followed by a colon and what belongs to it",
    "model_type": "a block of keys",
    "model_attributes_type": "a block of keys",
}
WORDS = {
    "missing": "missing; this key has no default",
    "greater_than": "got {shown}, wanted more than {gt}",
    "greater_than_equal": "got {shown}, wanted at least {ge}",
    "less_than": "got {shown}, wanted less than {lt}",
    "less_than_equal": "got {shown}, wanted at most {le}",
    "finite_number": "got {shown}, wanted a finite number",
    "literal_error": "got {shown}, wanted {expected}",
    "string_too_short": "got {shown}, wanted at least {min_length} characters",
    "string_too_long": "got {shown}, wanted at most {max_length} characters",
    "string_pattern_mismatch": "got {shown}, wanted a path that ends in .py",
    "too_short": "wanted at least {min_length} of them, got {actual_length}",
    "too_long": "wanted at most {max_length} of them, got {actual_length}",
}
TEXT_FOR_NUMBER = "a number in quotes is text, and so is one like 1e-3, which YAML wants as 1.0e-3"


def one_line(error: ValidationError, model: type[BaseModel]) -> str:
    """Say in one line what is wrong with the configuration that ``model`` refused."""
    errors = [(find_place(one["loc"], model), one) for one in error.errors(include_url=False)]
    # A misspelt key that must be there would be named twice: as unknown and as missing.
    meant = {
        (*place.keys[:-1], _nearest(place.keys[-1], place.known))
        for place, one in errors
        if one["type"] in UNKNOWN
    }
    named = [(place, one) for place, one in errors if one["type"] != "missing" or (*place.keys,) not in meant]
    # Where there are two types to choose from, pydantic has one error for each.
    types: dict[tuple[str, ...], list[str]] = {}
    for place, one in named:
        types.setdefault((*place.keys,), []).append(TYPES.get(one["type"], ""))
    lines = dict.fromkeys(_mistake(place, one, types[(*place.keys,)]) for place, one in named)
    numbered = "; ".join(f"({number}) {line}" for number, line in enumerate(lines, 1))
    text = f"{len(lines)} mistakes: {numbered}" if len(lines) > 1 else next(iter(lines))
    return " ".join(f"config: {text}".splitlines())


def _mistake(place: Place, details: ErrorDetails, types: list[str]) -> str:
    """Word one error: the key's path, then what is wrong with it."""
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    path, shown = _path(place.keys), _shown(value)
    if kind in UNKNOWN:
        return f"{path}: unknown key; {_hint(place.keys[-1], place.known)}"
    if kind == "union_tag_invalid":
        return _unknown_kind(place, context["discriminator"].strip("'"), value)
    if kind == "value_error":
        return _words_of_check(place, str(context["error"]))
    if kind in TYPES:
        hint = f"; {TEXT_FOR_NUMBER}" if _is_number_as_text(value) else ""
        return f"{path}: got {shown}, wanted {' or '.join(types)}{hint}"
    words = WORDS.get(kind, "got {shown}: {message}").format(shown=shown, message=details["msg"], **context)
    return f"{path}: {words}"


def _unknown_kind(place: Place, key: str, block: Mapping) -> str:
    """Word a block whose deciding key (source, method ...), given or taken from its name, names nothing."""
    chosen, path = block[key], _path(place.keys)
    hint = _hint(chosen, place.known)
    if chosen != place.keys[-1]:
        return f"{path}.{key}: got {_shown(chosen)}, which is no {key}; {hint}"
    for other in block:
        if other != key and _nearest(other, [key]):
            return f"{_path([*place.keys, str(other)])}: unknown key; did you mean '{key}'?"
    return f"{path}: no {key} has this name; {hint}; a block of another name needs the key '{key}'"


def _words_of_check(place: Place, message: str) -> str:
    """Put the place before the words of a check beside the settings, which may open with 'key: '."""
    key, colon, words = message.partition(": ")
    if colon and key.split(".")[0] in place.known:
        return f"{_path([*place.keys, key])}: {words}"
    return f"{_path(place.keys)}: {message}"


def _is_number_as_text(value: Any) -> bool:
    return (
        isinstance(value, str)
        and re.fullmatch(r"[-+]?[0-9.]+(e[-+]?[0-9]+)?", value.strip(), re.I) is not None
    )


def _hint(word: object, known: list[str]) -> str:
    """List the known words, after the nearest one if one is near."""
    if not known:
        return "nothing can be set there"
    listed, near = ", ".join(known), _nearest(word, known)
    return f"did you mean '{near}'? (known: {listed})" if near else f"known: {listed}"


def _nearest(word: object, known: list[str]) -> str | None:
    folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(str(word).casefold(), folded, n=1)
    return folded[near[0]] if near else None


def _path(keys: list[str]) -> str:
    """Join keys by dots; a key that is no plain word is quoted, so that the line stays one line."""
    plain = (key if key.isprintable() and key.strip() == key != "" else repr(key) for key in keys)
    return ".".join(plain) or "the file"


def _shown(value: Any) -> str:
    """Name a value as a person would who looks at the YAML."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a block of keys"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, str):
        return f"the text {_shortened(repr(value))}"
    return f"the number {value}" if isinstance(value, int | float) else _shortened(repr(value))


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."
