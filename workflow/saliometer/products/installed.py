"""The packages that are installed, which are what runs, whatever a lock or a job names.

A local label (2.15.0+cpu) names another build of the same version: it counts as that version.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata

from saliometer.errors import UserError

INSTALL = "python -m pip install --require-hashes -r envs/lock.txt"


@cache
def installed_version(package: str) -> str | None:
    """Return the version of an installed package, None for one that is not there."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def differences(named: Mapping[str, str]) -> list[str]:
    """Say in words which packages are not installed in the versions that are named."""
    return [
        f"{package} {installed_version(package) or 'none'} is installed where {version} is named"
        for package, version in sorted(named.items())
        if not is_same(installed_version(package), version)
    ]


def is_same(installed: str | None, named: str) -> bool:
    """Tell whether an installed version is the one named, whatever its local label."""
    return installed is not None and named in (installed, installed.partition("+")[0])


def check_locked(locked: Mapping[str, str]) -> None:
    """Raise UserError, one line, where packages are not installed as the lock says."""
    if differing := differences(locked):
        raise UserError(
            f"envs/lock.txt: {_first_of(differing)}; run {INSTALL}, or give --config "
            "allow_other_versions=true: then results say that they were made with what is installed"
        )


def check_versions_of_job(named: Mapping[str, str]) -> None:
    """Raise UserError, one line, where this machine has other packages than the job was planned with."""
    if differing := differences(named):
        raise UserError(
            f"--job: on this machine {_first_of(differing)}; install what the run was planned with: {INSTALL}"
        )


def ran_with(
    packages: Iterable[str], of_inputs: Iterable[Mapping[str, list[str]]] = ()
) -> dict[str, list[str]]:
    """Return the versions that ran, labels and all: those installed here, and those of what was read.

    Parameters: ``packages`` of this job; ``of_inputs``, what this returned for each of its inputs. Returns a
    sorted list of versions by package, for the parts of a run may run on several machines.
    """
    versions_of = {package: {installed_version(package) or "none"} for package in packages}
    for ran in of_inputs:
        for package, versions in ran.items():
            versions_of.setdefault(package, set()).update(versions)
    return {package: sorted(versions) for package, versions in sorted(versions_of.items())}


def _first_of(differing: list[str]) -> str:
    return differing[0] + (f" (and {len(differing) - 1} more)" if len(differing) > 1 else "")
