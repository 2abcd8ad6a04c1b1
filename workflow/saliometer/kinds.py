"""Kinds: the modules of a folder that declare what makes one of them. Whatever else lies there is none."""

import ast
import re
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(__file__).parent


def kinds_in(folder: Path, declaration: str) -> tuple[str, ...]:
    """Return the names of the modules that declare a name at their top, sorted; none of them is imported.

    Parameters: ``declaration``, what each of the kinds assigns or defines, such as ``SPEC``.
    """
    declares = re.compile(rf"^(def {declaration}\(|{declaration}(: [^=]+)? = )", re.MULTILINE)
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))}
    return tuple(name for name, text in texts.items() if declares.search(text))


def import_kinds(package: str, declaration: str) -> dict[str, ModuleType]:
    """Import all kinds of a package; return them by the names of their modules, sorted.

    Parameters: ``package``, the ``__package__`` of the module that asks, written so, and ``declaration`` as a
    literal text: then the digest of code follows this call as it follows an import statement.
    """
    folder = Path(import_module(package).__file__).parent
    return {name: import_module(f"{package}.{name}") for name in kinds_in(folder, declaration)}


def declared_in(package: str, declaration: str) -> dict[str, dict[str, Any]]:
    """Return the keywords of the call that each kind declares itself with, by module; none is imported.

    So a plan knows the kinds without the libraries that they need. Parameters: literal texts, the full name
    of a package of saliometer and what its kinds declare: then the digest of code counts what they say.
    Raises ValueError for a declaration that is no call with literals as keywords alone.
    """
    folder = FOLDER.joinpath(*package.split(".")[1:])
    return {name: _keywords(folder / f"{name}.py", declaration) for name in kinds_in(folder, declaration)}


def _keywords(path: Path, declaration: str) -> dict[str, Any]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    call = next((node.value for node in tree.body if _assigns(node, declaration)), None)
    if not isinstance(call, ast.Call) or call.args or not all(keyword.arg for keyword in call.keywords):
        raise ValueError(f"{path.name}: {declaration} must be a call with keywords alone")
    return {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}


def _assigns(statement: ast.stmt, name: str) -> bool:
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)
