"""Files of weights that their authors publish: looked for in torch.hub's folder, fetched only if allowed."""

import re
from pathlib import Path

from saliometer.errors import UserError
from saliometer.models.weights import check_sha256


def published_file(url: str, weights: str, architecture: str, download: bool) -> Path:
    """Return the file of published weights, fetched first where it is missing and that is allowed.

    Parameters: ``url``, where the weights are published; their name and the architecture's, for the message.
    Raises UserError for a file that is missing, or can't be fetched.
    """
    import torch

    path = Path(torch.hub.get_dir()) / "checkpoints" / file_name(url)
    if not path.is_file():
        if not download:
            raise UserError(
                f"model {architecture}: weights {weights} are not at {path}; put {url} there, or "
                "set `download: true`"
            )
        _fetch(url, path)
    return path


def check_published(path: Path) -> None:
    """Raise UserError unless a file has the SHA-256 whose first digits its published name holds."""
    check_sha256(path, _digest_in(path.name), "fetch it again; a file of your own needs another name")


def file_name(url: str) -> str:
    """Return the name under which a file is published."""
    return Path(url).name


def _fetch(url: str, path: Path) -> None:
    """Download a file whole or not at all."""
    import torch

    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        torch.hub.download_url_to_file(url, str(path), hash_prefix=_digest_in(path.name), progress=False)
    except (OSError, RuntimeError) as error:
        raise UserError(f"{path}: could not be fetched from {url} ({error}); put it there by hand") from error


def _digest_in(name: str) -> str:
    """Return the first digits of a SHA-256 that publishers put before the suffix of a file's name."""
    match = re.search(r"-([0-9a-f]{8,})\.", name)
    return match[1] if match else ""
