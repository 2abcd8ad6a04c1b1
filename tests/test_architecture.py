"""Arrows run one way, from the top floor of the house down, and never between rooms of one floor."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import saliometer

PACKAGE = Path(saliometer.__file__).parent
# A room imports from the floors below its own. Rooms of one floor know nothing of each other.
FLOORS = (
    ("study",),
    ("stages",),
    ("audit",),
    ("plan",),
    ("config", "report", "figures"),
    ("findings", "table_study"),
    ("summary",),
    ("reliability",),
    ("images", "mosaics", "models", "methods", "metrics"),
    ("shards", "tables"),
    ("running",),
    ("products", "settings", "batching", "cells", "dialects"),
    ("errors", "seeds", "progress", "syntax", "kinds"),
)
# The floors within a room; "" are the modules that lie in no folder of it.
INNER_FLOORS = {
    "methods": ("", "engines"),
    "metrics": ("", "engines"),
    "reliability": ("rows", "", "clustering"),
}
# What a job of a stage imports makes its products stale: nothing that plans is in it.
OF_NO_JOB = {"config", "plan", "running"}
# This command compares a run's folder with what its config would make; no job runs it, so none grows stale.
NO_JOB = "stages/check.py"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def parts_of(path: Path) -> tuple[str, ...]:
    """Return the folders and the name of a module within the package."""
    return path.relative_to(PACKAGE).with_suffix("").parts


def imports_of(path: Path) -> set[tuple[str, ...]]:
    """Return the modules of the package that any import statement of a file names, by their parts."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        found |= {_module(name) for name in names if name.startswith("saliometer.")}
    return found


def _module(name: str) -> tuple[str, ...]:
    """Return the parts of the module that a dotted name is, or is an attribute of."""
    parts = tuple(name.split(".")[1:])
    inner = PACKAGE.joinpath(*parts)
    return parts if inner.is_dir() or inner.with_suffix(".py").is_file() else parts[:-1]


def floor_of(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def inner_floor_of(parts: tuple[str, ...]) -> int:
    floors = INNER_FLOORS[parts[0]]
    return floors.index(parts[1] if len(parts) > 2 and parts[1] in floors else "")


def test_every_room_stands_on_one_floor():
    on_floors = [room for rooms in FLOORS for room in rooms]
    assert sorted(on_floors) == sorted({parts_of(path)[0] for path in MODULES})


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_down(path):
    parts = parts_of(path)
    for target in imports_of(path):
        if target[0] != parts[0]:
            assert floor_of(target[0]) > floor_of(parts[0]), f"{target} is not below"
        elif parts[0] in INNER_FLOORS and parts[-1] != "__init__" and len(target) > 1:
            is_folder = PACKAGE.joinpath(*target).is_dir()
            assert inner_floor_of((*target, "") if is_folder else target) >= inner_floor_of(parts), target


def test_no_modules_import_each_other_in_a_circle():
    graph = {parts_of(path): imports_of(path) - {parts_of(path)} for path in MODULES}
    list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("stages/*.py")), ids=lambda path: path.stem)
def test_a_job_imports_nothing_that_plans(path):
    if path != PACKAGE / NO_JOB:
        assert not {target[0] for target in imports_of(path)} & OF_NO_JOB


def test_the_package_knows_of_snakemake_in_one_module():
    words = ("import snakemake", "from snakemake")
    knowing = [path for path in MODULES if any(word in path.read_text() for word in words)]
    assert knowing == [PACKAGE / "running" / "snakemake.py"]
