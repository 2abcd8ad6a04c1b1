"""An environment that holds the packages of envs/lock.txt and no other, as `make demo` builds it.

Installing it takes minutes and gigabytes. Here its files are links to those of the environment that runs the
tests, which holds all of them: an interpreter, scripts and packages of its own, also in every subprocess.
"""

import venv
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path, PurePath

from packaging.utils import canonicalize_name

from saliometer.plan.provenance import locked_versions

ROOT = Path(__file__).parents[2]
SCRIPT = """\
#!{python}
import sys
from {module} import {function}
sys.exit({function}())
"""


def locked_distributions() -> list[Distribution]:
    """Return what is installed of envs/lock.txt. Raises PackageNotFoundError where something is missing."""
    return [distribution(name) for name in sorted(locked_versions(ROOT / "envs" / "lock.txt"))]


def make(folder: Path) -> Path:
    """Make the environment in a folder; return its folder of programs."""
    venv.create(folder, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    locked = locked_distributions()
    programs = folder / "bin"
    names = {canonicalize_name(each.name) for each in locked}
    _link(packages, locked, [each for each in distributions() if canonicalize_name(each.name) not in names])
    for each in locked:
        for entry in each.entry_points.select(group="console_scripts"):
            script = programs / entry.name
            script.write_text(
                SCRIPT.format(python=programs / "python", module=entry.module, function=entry.attr)
            )
            script.chmod(0o755)
    (packages / "saliometer.pth").write_text(f"{ROOT / 'workflow'}\n")  # as an editable install
    return programs


def _link(packages: Path, locked: list[Distribution], others: list[Distribution]) -> None:
    """Link the files of distributions, whole folders where no other distribution has files."""
    shared = {PurePath(*file.parts[:1]) for each in others for file in _files(each)}
    targets: dict[PurePath, Path] = {}
    for each in locked:
        for file in _files(each):
            top = PurePath(*file.parts[:1])
            name = file if top in shared else top
            targets[name] = Path(str(each.locate_file(name)))
    for name, target in targets.items():
        (packages / name).parent.mkdir(parents=True, exist_ok=True)
        (packages / name).symlink_to(target)


def _files(each: Distribution) -> list[PurePath]:
    """Return the files of a distribution in site-packages, without scripts and what Python compiles.

    An older pip installs some from their sources, which list files that are not there, and their folder of
    metadata under another name.
    """
    files = [PurePath(file) for file in each.files or [] if Path(str(each.locate_file(file))).exists()]
    metadata = PurePath(each._path.name)
    return [metadata, *(file for file in files if ".." not in file.parts and file.suffix != ".pyc")]
