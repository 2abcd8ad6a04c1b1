"""What a measurement was made on and with, for the JSON that keeps it."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("snakemake", "pandas", "pydantic", "zarr", "torch")


def describe_host(more: Sequence[str] = ()) -> dict:
    """Return date, system, CPUs, and the versions of Python and of the packages that take the time.

    Parameters: ``more``, packages of which the version matters too, where they are installed.
    """
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": platform.system(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "load": os.getloadavg()[0],
        "versions": {"python": platform.python_version(), **_versions([*PACKAGES, *more])},
    }


def _versions(packages: Sequence[str]) -> dict[str, str]:
    found = {}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
