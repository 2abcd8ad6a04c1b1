"""The floor of a method: the passes that it needs, at the best rate at which its network does such passes."""

from collections.abc import Callable
from copy import deepcopy
from typing import NamedTuple

import torch
from benchmarks.passes import Passes, Seconds, decisive, timed

MICRO_BATCHES = (1, 2, 4, 8, 16)
FORMATS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
KINDS = Passes._fields
SWEEPS = 3


class Way(NamedTuple):
    """How images go through a network: in what memory format, and how many at once."""

    memory_format: str
    micro_batch: int


class Floor:
    """The passes of one network on one device, each kind in the way that was the fastest.

    ``rates`` are seconds per image, by kind and way, the least of some sweeps over all ways: what is slow for
    a while, because the machine has other work, is slow for all of them.
    """

    def __init__(self, model, inputs: torch.Tensor, sweeps: int = SWEEPS):
        self.device = model.device
        self.inputs = inputs
        self.networks = {
            name: deepcopy(model.passing().network).to(memory_format=format)
            for name, format in FORMATS.items()
        }
        ways = [Way(name, size) for name in FORMATS for size in MICRO_BATCHES]
        self.rates: dict[str, dict[Way, float]] = {kind: {} for kind in KINDS}
        for sweep in range(sweeps + 1):
            for kind in KINDS:
                for way in ways:
                    seconds = decisive(self.device, timed(self.device, self._passes(kind, way)))
                    if sweep:  # the first one warms up
                        known = self.rates[kind].get(way, float("inf"))
                        self.rates[kind][way] = min(known, seconds / way.micro_batch)
        self.best = {kind: min(rates, key=rates.get) for kind, rates in self.rates.items()}

    def seconds(self, needed: Passes) -> Seconds:
        """Measure the passes in the best way: whole micro-batches, of which the needed share counts."""
        wall = cpu = 0.0
        for kind, count in zip(KINDS, needed, strict=True):
            if not count:
                continue
            work, size = self._passes(kind, self.best[kind]), self.best[kind].micro_batch
            rounds = -(-count // size)
            taken = timed(self.device, lambda work=work, rounds=rounds: [work() for _ in range(rounds)])
            share = count / (rounds * size)
            wall, cpu = wall + share * taken.wall, cpu + share * taken.cpu
        return Seconds(wall, cpu)

    def _passes(self, kind: str, way: Way) -> Callable[[], object]:
        network, memory_format = self.networks[way.memory_format], FORMATS[way.memory_format]
        repeated = self.inputs[torch.arange(way.micro_batch) % len(self.inputs)]
        inputs = repeated.contiguous(memory_format=memory_format)

        def forward():
            with torch.no_grad():
                network(inputs)

        def both():
            leaf = inputs.detach().requires_grad_()
            torch.autograd.grad(network(leaf)[:, 0].sum(), leaf)

        return {"forward": forward, "both": both}[kind]
