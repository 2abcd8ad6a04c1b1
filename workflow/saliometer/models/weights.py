"""Reading weights files safely, fitting them to networks, and random weights that are the same each time."""

from __future__ import annotations

import hashlib
import pickle
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from saliometer.errors import UserError, first_line
from saliometer.products.files import why_no_file
from saliometer.seeds import seed_from

if TYPE_CHECKING:
    import torch

KEYS_SHOWN = 3
# Words of torch: of what TorchScript saved, and of its option that lets files run no code.
ARCHIVE, SAFETY = "TorchScript", "weights_only"
# What reading a damaged file was seen to raise, beside pickle's own error.
UNPICKLING_FAILURES = (
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
)
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_SD = (0.229, 0.224, 0.225)


def read_state(path: Path) -> Mapping[str, torch.Tensor]:
    """Read a state dict from a ``.safetensors`` file or one that ``torch.save`` wrote.

    Only tensors are unpickled, so a file can't run code. Raises UserError naming the file when it is
    missing, unreadable, or anything but a state dict.
    """
    problem = why_no_file(path)
    if problem:
        raise UserError(f"{path}: {problem}; check the path in `weights`")
    state = _read_safetensors(path) if path.suffix == ".safetensors" else _read_pickle(path)
    if not _is_state(state):
        raise UserError(
            f"{path}: holds {_kind(state)}, not a state dict; save `network.state_dict()` as it is"
        )
    return state


def fit_state(
    network: torch.nn.Module, state: Mapping[str, torch.Tensor], path: Path, architecture: str
) -> None:
    """Load a state dict into a network, whole.

    Parameters: ``path`` and ``architecture`` are for the message alone.
    Raises UserError naming the file and the first keys that are missing, unexpected, of another shape, or
    hold something else than floating-point numbers where the network has those, which torch casts in silence.
    Counts of training batches may be missing: they change nothing after training.
    """
    of_network = network.state_dict()
    wrong = [
        f"{key} ({str(state[key].dtype).removeprefix('torch.')}{_unusual(state[key])})"
        for key in of_network.keys() & state.keys()
        if _unusual(state[key])
        or (of_network[key].is_floating_point() and not state[key].is_floating_point())
    ]
    if wrong:
        (tensors,) = _listed("", sorted(wrong))
        raise UserError(
            f"{path}: does not fit {architecture}: no plain tensors of floating-point numbers: {tensors}; "
            "save `network.state_dict()` of a network that is not quantised"
        )
    try:
        outcome = network.load_state_dict(state, strict=False)
    except RuntimeError as error:
        # One line for the network and one for each tensor whose shape is another.
        problems = _listed("", [line.strip().rstrip(".") for line in str(error).splitlines()[1:]])
    else:
        missing = [key for key in outcome.missing_keys if not key.endswith("num_batches_tracked")]
        problems = _listed("missing ", missing) + _listed("unexpected ", outcome.unexpected_keys)
    if problems:
        raise UserError(
            f"{path}: does not fit {architecture}: {'; '.join(problems)}; give weights "
            "of this very architecture with the 1000 classes of ImageNet, or set another architecture"
        )


def check_sha256(path: Path, expected: str, remedy: str) -> None:
    """Raise UserError, ending in ``remedy``, unless the file's SHA-256 begins with ``expected`` (hex)."""
    problem = why_no_file(path)
    if problem:
        raise UserError(f"{path}: {problem}; {remedy}")
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    if not digest.startswith(expected):
        raise UserError(
            f"{path}: damaged or altered weights (sha256 {digest[: len(expected)]} where {expected} "
            f"is expected); {remedy}"
        )


@contextmanager
def seeded_initialisation(architecture: str) -> Iterator[None]:
    """Make the networks built inside draw the same initial weights in every run, on any device.

    The caller's own random numbers go on as if nothing had been drawn.
    """
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_from("weights", architecture))
        yield


def _read_safetensors(path: Path) -> Mapping[str, torch.Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise UserError(f"{path}: not a readable safetensors file ({error})") from error


def _read_pickle(path: Path) -> object:
    import torch

    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise UserError(
            f"{path}: not a file of weights alone, or damaged; save `network.state_dict()` by torch.save"
        ) from error
    except UNPICKLING_FAILURES as error:
        if ARCHIVE in str(error):
            raise UserError(
                f"{path}: holds a TorchScript program, not a state dict; save `network.state_dict()` by "
                "torch.save"
            ) from error
        # torch's own words may advise to switch off what keeps a file from running code.
        reason = type(error).__name__ if SAFETY in str(error) else first_line(error)
        raise UserError(f"{path}: not a readable weights file ({reason})") from error


def _unusual(tensor: torch.Tensor) -> str:
    """Say what keeps a tensor from being read as numbers, "" where nothing does."""
    import torch

    if tensor.is_meta:
        return ", without values"
    return "" if tensor.layout is torch.strided else f", {str(tensor.layout).removeprefix('torch.')}"


def _is_state(value: object) -> bool:
    import torch

    return isinstance(value, Mapping) and all(
        isinstance(key, str) and isinstance(entry, torch.Tensor) for key, entry in value.items()
    )


def _kind(value: object) -> str:
    if isinstance(value, Mapping):
        return f"a dict with keys {', '.join(map(str, list(value)[:KEYS_SHOWN]))}"
    return f"a {type(value).__name__}"


def _listed(kind: str, entries: list[str]) -> list[str]:
    """Return nothing for nothing, else one phrase with the first of the entries."""
    if not entries:
        return []
    more = f" and {len(entries) - KEYS_SHOWN} more" if len(entries) > KEYS_SHOWN else ""
    return [f"{kind}{', '.join(entries[:KEYS_SHOWN])}{more}"]
