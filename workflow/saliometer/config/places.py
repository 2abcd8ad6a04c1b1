"""Where in a configuration an error is, and what may stand there, read off the types of the settings."""

import types
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from typing_extensions import is_typeddict

NAME_ITSELF = "[key]"  # pydantic's mark of an error in a name, not in what belongs to it
UNIONS = (Union, types.UnionType)


class Place(NamedTuple):
    """Where an error is: the keys down to it, and what may stand there.

    ``known`` are the keys that the enclosing block has, or the values that its deciding key may take.
    """

    keys: list[str]
    known: list[str]


def find_place(location: tuple[str | int, ...], model: type[BaseModel]) -> Place:
    """Follow an error's location down the types; drop the tags that pydantic puts between the keys."""
    keys: list[str] = []
    known: list[str] = []
    current: Any = model
    for step in location:
        if step in (variants := _variants(current)):
            current = variants[step]
        elif step == NAME_ITSELF or _is_choice_of_types(current):
            current = None
        else:
            known = _known(current) if _is_block(_bare(current)) else _known(current) or known
            keys.append(str(step))
            current = _below(current, step)
    return Place(keys, _known(current) or known)


def _below(current: Any, step: str | int) -> Any:
    """Return the type that stands at a key of a block, a name of named blocks or a position of a list."""
    current = _bare(current)
    if _is_block(current):
        return _keys_of(current).get(step)
    return get_args(current)[-1] if get_origin(current) in (dict, list) else None


def _known(current: Any) -> list[str]:
    """Return the words that may stand at a place: keys of a block, kinds of a block, values of a choice."""
    if variants := _variants(current):
        return list(variants)
    current = _bare(current)
    if _is_block(current):
        return list(_keys_of(current))
    return [str(value) for value in get_args(current)] if get_origin(current) is Literal else []


def _variants(current: Any) -> dict[str, type[BaseModel]]:
    """Return the blocks of a union by the value of the key that decides between them."""
    for mark in getattr(current, "__metadata__", ()):
        if key := getattr(mark, "discriminator", None):
            blocks = get_args(get_args(current)[0])
            return {get_args(block.model_fields[key].annotation)[0]: block for block in blocks}
    return {}


def _bare(current: Any) -> Any:
    """Take Annotated and "or None" off a type."""
    if get_origin(current) is Annotated:
        return _bare(get_args(current)[0])
    if get_origin(current) in UNIONS:
        choices = [choice for choice in get_args(current) if choice is not types.NoneType]
        return _bare(choices[0]) if len(choices) == 1 else current
    return current


def _is_choice_of_types(current: Any) -> bool:
    """Tell a plain union such as ``int | str``, whose members' names pydantic puts into the location."""
    return not _variants(current) and get_origin(_bare(current)) in UNIONS


def _is_block(current: Any) -> bool:
    return is_typeddict(current) or (isinstance(current, type) and issubclass(current, BaseModel))


def _keys_of(block: Any) -> dict[str, Any]:
    """Return the type of each key of a block."""
    if is_typeddict(block):
        return block.__annotations__
    return {key: field.annotation for key, field in block.model_fields.items()}
