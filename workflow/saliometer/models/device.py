"""Where the networks run, and with what arithmetic."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from typing import TYPE_CHECKING

from saliometer.errors import UserError
from saliometer.models.cards import claim_card

if TYPE_CHECKING:
    import torch

DEVICES = ("auto", "cpu", "cuda")
FIRST_CARD = Path("/dev/nvidia0")
# Of mallopt, in glibc's malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
LARGEST_INT = 2**31 - 1


def gpus_per_job(name: str) -> int:
    """Return how many GPUs a job asks its scheduler for, without importing torch.

    One for "cuda"; for "auto" one where this machine shows an NVIDIA card, so that without one nothing
    caps how many jobs run side by side.
    """
    return int(name == "cuda" or (name == "auto" and FIRST_CARD.exists()))


def choose_device(name: str, granted_gpus: int = 0) -> torch.device:
    """Return the device of a job: "auto" is CUDA where there is one, else the CPU.

    Parameters: ``granted_gpus``, how many GPUs the scheduler gave the job.
    Raises UserError when CUDA is asked for, or a GPU was granted, and no CUDA is found: a job that waited
    for a GPU must not crawl along on a CPU unnoticed. Only "cpu" is content with an unused grant.
    """
    import torch

    if name not in DEVICES:
        raise UserError(f"device {name!r} is unknown; choose one of {', '.join(DEVICES)}")
    if name == "cpu":
        return torch.device("cpu")
    if torch.cuda.is_available():
        return torch.device("cuda")
    if granted_gpus > 0:
        raise UserError(
            f"device {name}: the job was granted {granted_gpus} GPU(s) but torch finds no CUDA; "
            "check the driver and CUDA_VISIBLE_DEVICES, or set the device to cpu"
        )
    if name == "cuda":
        raise UserError(
            "device cuda: torch finds no CUDA; check the driver, or set the device to auto or cpu"
        )
    return torch.device("cpu")


def prepare_device(name: str, granted_gpus: int = 0) -> torch.device:
    """Choose the device of a stage command and set its process up for repeatable results.

    As ``choose_device``, with a card of its own where there are several (call it before torch is imported);
    then one thread on a CPU, whose arithmetic is repeatable by that alone, and deterministic arithmetic on
    a GPU.
    """
    if name != "cpu":
        claim_card(granted_gpus)
    device = choose_device(name, granted_gpus)
    if device.type == "cpu":
        use_one_thread()
        keep_freed_memory()
    else:
        use_deterministic_arithmetic()
    return device


def use_one_thread() -> None:
    """Let torch compute with one CPU thread: jobs run side by side, and threads would fight for cores."""
    import torch

    torch.set_num_threads(1)


def keep_freed_memory() -> None:
    """Let this process keep memory that it has freed, where its C library is glibc; elsewhere do nothing.

    By default glibc hands arrays of a few megabytes back to the system, and to get each anew, filled with
    zeros, costs a tenth of a pass forward and backward.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return
    for parameter in (M_MMAP_THRESHOLD, M_TRIM_THRESHOLD):
        mallopt(parameter, LARGEST_INT)


def place(network: torch.nn.Module, device: torch.device) -> torch.nn.Module:
    """Put a network on its device, its weights in the memory format that is fastest there.

    On a CPU channels come last, which convolutions hand on to all that follows. Results are the same but for
    rounding. On CUDA nothing was measured, and torch's own format stays.
    """
    import torch

    network = network.to(device)
    return network.to(memory_format=torch.channels_last) if device.type == "cpu" else network


def use_deterministic_arithmetic() -> None:
    """Make the same work on the same device give the same bytes: full float32, no racing kernels.

    Call it before the first work on a GPU, and not for a CPU: torch takes seconds to load what it needs for
    it. Kernels without a deterministic form warn and run.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    import torch

    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = True
    torch.use_deterministic_algorithms(True, warn_only=True)
    # Meant for finding reads of unset memory; it costs a pass over every new tensor.
    torch.utils.deterministic.fill_uninitialized_memory = False


def describe_device(device: torch.device) -> str:
    """Return the words that a product records: "cpu", or "cuda" with the name of the card."""
    import torch

    if device.type == "cuda":
        return f"cuda ({torch.cuda.get_device_name(device)})"
    return device.type
