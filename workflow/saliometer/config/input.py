"""A configuration before it is checked: what is left out is filled in, what came as text is read again."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from saliometer.errors import UserError

DEEPEST = 30  # levels of blocks and lists; a configuration has five
LONGEST_NUMBER = 100  # digits
TRUTHS = ("true", "false")
FILE, SCORES = "file", "scores"
# By the key that says what a block is: the key that says so too, being of one kind of block alone.
TELLING = {"method": FILE, "source": SCORES}


def check_sound(mapping: Any) -> None:
    """Refuse what no configuration holds, wherever it stands: structures too deep, NULs and endless numbers.

    Raises UserError that names the key.
    """
    waiting: list[tuple[tuple[str, ...], Any]] = [((), mapping)]
    while waiting:
        keys, value = waiting.pop()
        where = f"config: {'.'.join(keys)}"
        if len(keys) > DEEPEST:
            raise UserError(f"config: {keys[0]}: more than {DEEPEST} levels of blocks and lists; correct it")
        if isinstance(value, str) and "\0" in value:
            raise UserError(f"{where}: holds a NUL ({value}); take it out")
        if isinstance(value, int) and abs(value) >= 10**LONGEST_NUMBER:
            n_digits = int(abs(value).bit_length() * math.log10(2)) + 1
            raise UserError(f"{where}: a number of {n_digits:,} digits; at most {LONGEST_NUMBER}")
        if isinstance(value, Mapping):
            waiting += [((*keys, str(key)), item) for key, item in value.items()]
        elif isinstance(value, list | tuple):
            waiting += [((*keys, str(number)), item) for number, item in enumerate(value)]


def filled_in(data: Any, plain_blocks: Iterable[str], deciding_keys: Mapping[str, str]) -> Any:
    """Let a block with nothing in it mean its defaults, and a block's name what it is.

    Parameters: ``plain_blocks``, keys that hold one block; ``deciding_keys``, the keys that hold named
    blocks, with the key that says what each of those is. What is no mapping is returned as it is, to be
    refused.
    """
    if not isinstance(data, Mapping):
        return data
    filled = dict(data)
    for section in plain_blocks:
        if section in filled and filled[section] is None:
            filled[section] = {}
    for section, key in deciding_keys.items():
        if isinstance(filled.get(section), Mapping):
            filled[section] = {name: _with_key(name, key, block) for name, block in filled[section].items()}
    return filled


def blocks_of_names(data: Any) -> Any:
    """Let a list of names mean blocks with nothing in them, and a block with nothing in it its defaults.

    What is neither is returned as it is, to be refused. Raises ValueError for a name that is listed twice.
    """
    if isinstance(data, list) and all(isinstance(name, str) for name in data):
        twice = sorted({name for name in data if data.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)}: listed more than once; list each once")
        data = dict.fromkeys(data)
    if not isinstance(data, Mapping):
        return data
    return {name: {} if block is None else block for name, block in data.items()}


def _with_key(name: Any, key: str, block: Any) -> Any:
    if block is None or (isinstance(block, Mapping) and block.get(key) is None):
        return {**(block or {}), key: _kind(name, key, block or {})}
    return block


def _kind(name: Any, key: str, block: Mapping) -> str:
    """Say what a block is that does not: of the file or table that it brings, else what its name says."""
    for of_key, of_kind in TELLING.items():
        if key == of_key and of_kind in block:
            return of_kind
    return str(name)


def read_again(command_line: Mapping) -> dict:
    """Read what Snakemake's --config leaves as text: every scalar inside a block or a list.

    The scalars at the top are typed already, but for ``true`` and ``false``. Texts that mean no number, truth
    or nothing stay texts.
    """
    return {
        key: value if isinstance(value, str) and value not in TRUTHS else _read(value)
        for key, value in command_line.items()
    }


def _read(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _read(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_read(item) for item in value]
    if not isinstance(value, str):
        return value
    try:
        scalar = yaml.safe_load(value)
    except yaml.YAMLError:
        return value  # no YAML by itself, as "*.jpg" is none
    return scalar if scalar is None or isinstance(scalar, bool | int | float) else value


def laid_over(below: Any, above: Any) -> Any:
    """Merge two nested mappings, the second one winning; neither is changed."""
    if not isinstance(below, Mapping) or not isinstance(above, Mapping):
        return above
    return {**below, **{key: laid_over(below.get(key), value) for key, value in above.items()}}
