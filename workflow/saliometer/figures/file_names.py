"""Names of files and folders for what users name as they like."""

import hashlib
import re

SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,79}")


def safe_name(name: str) -> str:
    """Return a name that a file can have: itself, or its letters and digits with a digest of it."""
    if SAFE.fullmatch(name):
        return name
    letters = re.sub(r"[^A-Za-z0-9_.+-]+", "_", name).strip("_.")[:60]
    return f"{letters or 'name'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
