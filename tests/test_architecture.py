"""Arrows run one way: stages -> rooms -> foundation (DESIGN.md)."""

import ast
from pathlib import Path

import pytest

import saliometer

PACKAGE = Path(saliometer.__file__).parent
FOUNDATION = {
    "agreement",
    "batching",
    "cells",
    "dialects",
    "errors",
    "files",
    "installed",
    "manifests",
    "origin_files",
    "origins",
    "paths",
    "progress",
    "seals",
    "seeds",
    "settings",
    "shards",
    "syntax",
    "tables",
}
ALLOWED = {
    **dict.fromkeys(FOUNDATION, FOUNDATION),
    "images": FOUNDATION,
    "mosaics": FOUNDATION,
    "drawing": FOUNDATION | {"mosaics"},
    "segments": FOUNDATION,
    "models": FOUNDATION,
    "methods": FOUNDATION,
    "redraws": FOUNDATION | {"images", "models"},
    "metrics": FOUNDATION,
    "reliability": FOUNDATION | {"metrics"},
    "given": FOUNDATION | {"metrics", "reliability", "summary"},
    "summary": FOUNDATION | {"metrics", "reliability"},
    "figures": FOUNDATION | {"metrics", "reliability"},
    "report": FOUNDATION | {"metrics", "reliability", "figures"},
    "verification": FOUNDATION,
    "output_folder": FOUNDATION,
    "provenance": {"syntax"},
    "snapshot": set(),
    "failures": set(),
    "interruption": set(),
    "run_locks": {"ownership"},
    "future_times": FOUNDATION | {"ownership", "wanted"},
    "demand": FOUNDATION | {"mosaics"},
    "overview": FOUNDATION,
}
# Imported by its rules, by no stage.
FOR_THE_WORKFLOW = {
    "provenance",
    "interruption",
    "run_locks",
    "future_times",
    "demand",
    "overview",
    "snapshot",
    "failures",
}
ROOMS = set(ALLOWED) - FOR_THE_WORKFLOW
CONFIG_PARTS = ("checks", "errors", "groups", "input", "methods", "names")
ALLOWED |= {
    "stages": ROOMS,
    "study": FOUNDATION | {"output_folder", "given", "reliability", "figures", "report", "stages"},
    "config": ROOMS
    | {f"config_{name}" for name in ("checks", "errors", "groups", "input", "methods", "names")},
    "config_checks": FOUNDATION | {"methods", "models", "mosaics", "config_methods"},
    "config_names": set(),
    "config_methods": FOUNDATION | {"methods"},
    "config_errors": FOUNDATION | {"config_places"},
    "config_places": set(),
    "config_groups": set(),
    "config_input": FOUNDATION,
    "config_files": FOUNDATION | {"config_input"},
    "config_schema": {"config", "config_input", "methods"},
    "study_description": ROOMS | {"config", "config_methods"},
    "jobs": ROOMS | {"config", "config_methods", "provenance", "study_description"},
    "wanted": ROOMS | {"config", "config_methods", "jobs", "study_description"},
    "comparison": FOUNDATION | {"wanted"},
    "ownership": FOUNDATION | {"figures", "wanted"},
    "records": FOUNDATION | {"wanted", "comparison"},
    "documentation": ROOMS | {"config", "config_methods", "config_schema", "settings_tables"},
    "settings_tables": FOUNDATION | {"config"},
}
# This command compares a run's folder with what its config would make; no job runs it, so none grows stale.
MORE_FOR_MODULES = {
    "stages/check.py": {
        "config",
        "config_files",
        "jobs",
        "wanted",
        "comparison",
        "ownership",
        "study_description",
    }
}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem != "__init__")


def room_of(path: Path) -> str:
    """Return the top-level module or folder of the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """Return the rooms that any import statement of a file names."""
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        rooms |= {name.split(".")[1] for name in names if name.startswith("saliometer.")}
    return rooms


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_follow_the_arrows(path):
    room = room_of(path)
    assert room in ALLOWED, f"{room}: a new room needs its arrows here"
    more = MORE_FOR_MODULES.get(path.relative_to(PACKAGE).as_posix(), set())
    assert imported_rooms(path) - {room} <= ALLOWED[room] | more


def test_the_package_knows_nothing_of_snakemake():
    words = ("import snakemake", "from snakemake")
    assert not [path for path in MODULES if any(word in path.read_text() for word in words)]


def test_tests_leave_no_room_out():
    assert {room_of(path) for path in MODULES} <= set(ALLOWED)
