"""What a method asks of a network: how many images pass through it, and how long they take."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import NamedTuple

import torch


class Passes(NamedTuple):
    """Images that pass forward alone, and images that pass forward and backward to the input."""

    forward: int
    both: int


class Seconds(NamedTuple):
    """How long something took by the clock on the wall, and how long this process computed on the CPU."""

    wall: float
    cpu: float


@dataclass
class Inside:
    """What happened inside a network: images that passed, and seconds of the passes forward."""

    forward: int = 0
    both: int = 0
    seconds: float = 0.0


def timed(device: torch.device, work: Callable[[], object]) -> Seconds:
    """Do the work once; on a GPU, until it is done there."""
    _wait(device)
    wall, cpu = perf_counter(), process_time()
    work()
    _wait(device)
    return Seconds(perf_counter() - wall, process_time() - cpu)


def decisive(device: torch.device, seconds: Seconds) -> float:
    """Return the time that counts: of one thread, what it computed; of a GPU, what one waits for."""
    return seconds.wall if device.type == "cuda" else seconds.cpu


@contextmanager
def observed(model) -> Iterator[Inside]:
    """While open, count the images that pass through a model, and the time that they take forward.

    An image whose graph reaches back to the network's own input counts as one that passes backward too.
    """
    inside = Inside()
    passing = model.passing().network

    def before(module, arguments):
        started.append(_now(model.device))

    def after(module, arguments, output):
        inside.seconds += _now(model.device) - started.pop()
        kind = "both" if torch.is_grad_enabled() and arguments[0].requires_grad else "forward"
        setattr(inside, kind, getattr(inside, kind) + len(arguments[0]))

    started: list[float] = []
    handles = [passing.register_forward_pre_hook(before), passing.register_forward_hook(after)]
    try:
        yield inside
    finally:
        for handle in handles:
            handle.remove()


def _now(device: torch.device) -> float:
    _wait(device)
    return perf_counter() if device.type == "cuda" else process_time()


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
