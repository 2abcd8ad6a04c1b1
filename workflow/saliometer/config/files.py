"""The file of a configuration, read so that whatever is wrong with it is one line.

Snakemake reads it too, and takes the last one of a key that is given twice.
"""

import codecs
import json
from collections.abc import Hashable
from pathlib import Path
from typing import Any, NoReturn

import yaml

from saliometer.config.input import DEEPEST, LONGEST_NUMBER
from saliometer.errors import UserError, first_line
from saliometer.products.files import why_no_file

OTHER_ENCODINGS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


def read_config(path: str | Path) -> dict:
    """Read a configuration of YAML or JSON.

    Raises UserError, in one line that names the file and where there is one the line in it, for a file that
    can't be read, is no UTF-8, no YAML, empty, has a key twice, refers to itself or is nested too deep.
    """
    path = Path(path)
    problem = why_no_file(path)
    if problem:
        raise UserError(f"{path}: {problem}; give a readable config")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: can't be read ({error.strerror}); give a readable config") from None
    settings = _parsed(path, _decoded(path, content))
    if settings is None:
        raise UserError(f"{path}: is empty; give it the blocks datasets, models and methods")
    if not isinstance(settings, dict):
        raise UserError(f"{path}: holds no keys at its top; give it the blocks datasets, models and methods")
    return settings


def _decoded(path: Path, content: bytes) -> str:
    for mark, name in OTHER_ENCODINGS.items():
        if content.startswith(mark):
            raise UserError(f"{path}: is {name}; save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UserError(
            f"{path}: line {line}: holds a byte {content[error.start]:#04x} that is no UTF-8; save it so"
        ) from None


def _parsed(path: Path, text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=lambda pairs: _without_doubles(path, pairs))
    except (ValueError, RecursionError):
        pass  # YAML, which says where it is wrong
    try:
        loader = _Loader(text)
        loader.file = path
        return loader.get_single_data()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}:" if mark else ""
        reason = getattr(error, "problem", None) or first_line(error)
        raise UserError(f"{path}:{where} not a readable config ({reason}); correct it") from None


def _without_doubles(path: Path, pairs: list[tuple[str, Any]]) -> dict:
    block: dict[str, Any] = {}
    for key, value in pairs:
        if key in block:
            raise UserError(f"{path}: the key {key!r} is given twice in one block; keep one of them")
        block[key] = value
    return block


class _Loader(yaml.SafeLoader):
    """A loader of plain values that refuses what can't be meant; ``file`` is the one that is read."""

    file: Path
    depth = 0

    def compose_node(self, parent, index):
        """Compose as YAML does, and refuse nodes too deep and those that hold themselves."""
        event = self.peek_event()
        open_nodes = self.__dict__.setdefault("open_nodes", [])
        if isinstance(event, yaml.AliasEvent) and event.anchor in open_nodes:
            self._refuse(event.start_mark, f"*{event.anchor} stands inside of what it names")
        open_nodes.append(getattr(event, "anchor", None))
        if len(open_nodes) > DEEPEST:
            self._refuse(event.start_mark, f"more than {DEEPEST} levels of blocks and lists")
        try:
            return super().compose_node(parent, index)
        finally:
            open_nodes.pop()

    def construct_mapping(self, node, deep=False):
        """Construct as YAML does, and refuse a key that is there twice."""
        seen: dict[Hashable, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
                continue
            line = seen.setdefault(key.value, key.start_mark.line + 1)
            if line != key.start_mark.line + 1:
                self._refuse(key.start_mark, f"the key {key.value!r} is in line {line} too; keep one of them")
        return super().construct_mapping(node, deep=deep)

    def construct_yaml_int(self, node):
        """Construct as YAML does, and refuse numbers that nobody means."""
        if len(node.value) > LONGEST_NUMBER:
            self._refuse(node.start_mark, f"a number of {len(node.value):,} digits; at most {LONGEST_NUMBER}")
        return super().construct_yaml_int(node)

    def _refuse(self, mark: yaml.Mark, what: str) -> NoReturn:
        raise UserError(f"{self.file}: line {mark.line + 1}: {what}")


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_yaml_int)
