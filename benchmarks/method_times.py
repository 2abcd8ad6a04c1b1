"""Time one method on one model: its floor, itself and its peers in turn, so that drift is shared by all."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from benchmarks.floor import Floor
from benchmarks.method_cases import FEW, maps_measured, needed_passes
from benchmarks.passes import Seconds, observed, timed
from benchmarks.peers import Task, peers_of

from saliometer import methods
from saliometer.batching import micro_batch_size

MOST_REPEATS = 15


class Effort(NamedTuple):
    """Rounds at least, seconds of a method's own time that are worth more rounds, and whether peers run."""

    repeats: int = 3
    seconds: float = 6.0
    peers: bool = True


def measure(loaded: methods.Method, floor: Floor, mosaics: dict[str, np.ndarray], effort: Effort) -> dict:
    """Return what one method needed, took and might have taken, as raw times.

    Parameters: ``mosaics`` has the arrays "mosaics", "targets" and "segments". In each round come the floor,
    the method and its peers, and at the end the floor once more.
    ``outside_share`` is the share of the method's time outside the network's passes forward, None where a
    pass also goes backward.
    """
    method, model = loaded.name, loaded.model
    maps = maps_measured(method)
    given = {name: array[:maps] for name, array in mosaics.items()}
    segments = given["segments"] if loaded.needs_segments else None
    ids = [f"sample{row}" for row in range(maps)]
    needed = needed_passes(method, maps)

    def ours():
        loaded.explain(given["mosaics"], given["targets"], ids, segments)

    with observed(model) as inside:
        total = timed(model.device, ours)
    size = given["mosaics"].shape[1:3]
    micro_batch = micro_batch_size(None, model.device.type, *size)
    task = Task(model, **given, settings=loaded.settings, micro_batch=micro_batch)
    peers = {
        name: (lambda peer=peer: peer(task))
        for name, peer in peers_of(method, model.network).items()
        if effort.peers
    }
    times = _in_turns(model.device, lambda: floor.seconds(needed), ours, peers, effort)
    whole = total.wall if model.device.type == "cuda" else total.cpu
    return {
        "model": model.name,
        "device": model.device.type,
        "size": list(size),
        "method": method,
        "settings": FEW.get(method, {}),
        "maps": maps,
        "needed": needed._asdict(),
        "counted": {"forward": inside.forward, "both": inside.both},
        "micro_batch": micro_batch,
        "outside_share": 1 - inside.seconds / whole if not needed.both else None,
        **times,
    }


def _in_turns(
    device: torch.device,
    floor: Callable[[], Seconds],
    ours: Callable[[], None],
    peers: dict[str, Callable[[], object]],
    effort: Effort,
) -> dict:
    """Return lists of [wall, cpu] seconds; the first call of each, which sets things up, is not counted."""
    found = {"floor": [], "ours": [], "peers": {name: [] for name in peers}}
    for peer in peers.values():
        timed(device, peer)
    while len(found["ours"]) < effort.repeats or (
        sum(wall for wall, _ in found["ours"]) < effort.seconds and len(found["ours"]) < MOST_REPEATS
    ):
        found["floor"].append(floor())
        found["ours"].append(timed(device, ours))
        if len(found["ours"]) <= effort.repeats:
            for name, peer in peers.items():
                found["peers"][name].append(timed(device, peer))
    found["floor"].append(floor())
    return found
