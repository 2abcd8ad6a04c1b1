"""What a result depends on besides its inputs: the code and the packages that compute it.

Only content counts. The digest of a module is that of its syntax tree written out again without words for
people (``saliometer.syntax``), so layout, comments and messages change nothing, and neither do modification
times. Files of other kinds (templates, tables) count byte by byte for all modules of their folder.
"""

import ast
import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement

from saliometer.kinds import declared_in, kinds_in
from saliometer.syntax import Digests, digest_of_file, digests_of_tree

PACKAGE = "saliometer"
FOLDER = Path(__file__).parents[1]
DATA_SUFFIXES = {".csv", ".css", ".jinja", ".js"}  # what the package carries besides its modules


def code_digests(*modules: str, files: Sequence[Path] = (), labels: bool = True) -> dict[str, str]:
    """Return the digest of every module of the package that the given ones import, and of themselves.

    Parameters: dotted names such as ``saliometer.stages.maps``; ``files``, modules of the user's own, whose
    digest, in whatever order they come, is called "file"; ``labels``, whether what methods and metrics are
    called counts: it does for jobs that show it. The closure is static: it follows every import
    statement, also those inside functions, and ``kinds.import_kinds``, and knows nothing of other imports by
    a computed name; such modules (the named method) are given as further arguments. What a module reads by
    ``kinds.declared_in`` counts as that text, by folder and declaration.
    Raises FileNotFoundError for a name that is no module of the package.
    """
    names: set[str] = set()
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in files}
    waiting = [
        *modules,
        *(name for file, tree in trees.items() for name in _imports_in(tree, file.stem, False)),
    ]
    while waiting:
        name = waiting.pop()
        if name in names:
            continue
        names.add(name)
        parents = name.split(".")[:-1]
        waiting += [".".join(parents[:depth]) for depth in range(1, len(parents) + 1)]
        waiting += _read(name).imports
    counting = "with_labels" if labels else "without_labels"
    digests = {name: getattr(_read(name).digests, counting) for name in names}
    for name in names:
        digests |= _read(name).declared
    if trees:
        of_files = sorted(map(digest_of_file, trees.values()))
        digests["file"] = of_files[0] if len(of_files) == 1 else _short_digest("".join(of_files))
    for folder in {_module_path(name).parent for name in names}:
        digests |= _digests_of_data(folder)
    return dict(sorted(digests.items()))


@cache
def locked_versions(lock: Path) -> dict[str, str]:
    """Read the versions that a lock file pins for this platform and Python.

    Parameters: ``lock``, a requirements file of ``name==version ; marker`` lines (hashes and includes are
    passed over). Returns version by name.
    """
    versions = {}
    for line in lock.read_text().splitlines():
        if not re.match(r"[A-Za-z0-9]", line):
            continue
        requirement = Requirement(line.rstrip(" \\"))
        if requirement.marker is None or requirement.marker.evaluate():
            versions[requirement.name] = next(iter(requirement.specifier)).version
    return versions


@cache
def _module_path(name: str) -> Path:
    """Return the file of a module or package; its ``__init__.py`` may be missing."""
    path = FOLDER.joinpath(*name.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


class Module(NamedTuple):
    """The modules of the package that one imports, its digests, and those of declarations that it reads."""

    imports: list[str]
    digests: Digests
    declared: dict[str, str]


@cache
def _read(name: str) -> Module:
    """Read a module.

    Each module is read once in a process, however many there are; its tree, which is large, is not kept.
    """
    path = _module_path(name)
    if path.name == "__init__.py" and not path.exists():
        tree = ast.Module(body=[], type_ignores=[])
    else:
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    imports, declared = _imports_in(tree, name, path.name == "__init__.py"), _declared_in(tree)
    return Module(imports, digests_of_tree(tree), declared)


def _declared_in(tree: ast.Module) -> dict[str, str]:
    """Return the digest of the declarations of kinds that a module reads as text, by folder and name."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    texts = [
        tuple(map(ast.literal_eval, call.args))
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "declared_in"
    ]
    return {
        f"{package.split('.', 1)[1].replace('.', '/')}/{name}": _short_digest(
            json.dumps(declared_in(package, name), sort_keys=True)
        )
        for package, name in texts
    }


def _imports_in(tree: ast.Module, name: str, is_package: bool) -> list[str]:
    """Return the modules of the package that import statements name."""
    imported = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                parents = name.split(".")
                parents = parents[: len(parents) - node.level + is_package]
                origin = ".".join([*parents, origin] if origin else parents)
            imported.append(origin)
            imported += [f"{origin}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "import_kinds":
            package = name if is_package else name.rpartition(".")[0]
            kinds = kinds_in(_module_path(package).parent, ast.literal_eval(node.args[1]))
            imported += [f"{package}.{kind}" for kind in kinds]
    return [module for module in imported if _is_module(module)]


def _is_module(name: str) -> bool:
    """Tell a module of the package from an attribute of one and from other packages."""
    root, *parts = name.split(".")
    path = FOLDER.joinpath(*parts)
    return root == PACKAGE and (path.is_dir() or path.with_suffix(".py").is_file())


@cache
def _digests_of_data(folder: Path) -> dict[str, str]:
    """Return the digests of the files in a folder that are no modules, by path within the package."""
    return {
        path.relative_to(FOLDER).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for path in folder.iterdir()
        if path.suffix in DATA_SUFFIXES
    }


def _short_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
