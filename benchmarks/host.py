"""What a measurement was made on and with, for the JSON that keeps it."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version

PACKAGES = ("snakemake", "pandas", "pydantic", "zarr", "torch")


def describe_host() -> dict:
    """Return date, system, CPUs, and the versions of Python and of the packages that take the time."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": platform.system(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "load": os.getloadavg()[0],
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
    }
