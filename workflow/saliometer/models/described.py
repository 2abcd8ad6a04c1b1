"""A model described by its settings; a file of weights counts by its content."""

import hashlib
from functools import lru_cache
from pathlib import Path

from saliometer.errors import UserError
from saliometer.models.families import weights_path
from saliometer.products.files import why_no_file
from saliometer.settings import Settings

FETCHING = {"download"}


def describe_model(name: str, settings: Settings) -> dict:
    """Describe the model of a block; raises UserError for a file of weights that can't be read."""
    described = {"name": name, **settings.model_dump(exclude=FETCHING)}
    path = weights_path(settings.weights)
    return described if path is None else {**described, "weights_sha256": digest_of_weights(name, path)}


def digest_of_weights(model: str, path: Path) -> str:
    """Return the sha256 of a model's file of weights; raises UserError for one that can't be read."""
    problem = why_no_file(path)
    if problem:
        raise UserError(f"models.{model}.weights: {path}: {problem}; give a readable file of weights")
    try:
        status = path.stat()
        return _digest_of_file(path, status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise UserError(
            f"models.{model}.weights: {path}: {error.strerror}; give a readable file of weights"
        ) from None


@lru_cache
def _digest_of_file(path: Path, size: int, modified: int) -> str:
    """Hash a file once per process, as long as it looks the same."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
