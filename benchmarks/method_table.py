"""What was measured of the methods, in the words and figures of a table."""

from itertools import pairwise
from statistics import median

from benchmarks.generated import Row

GOALS = {"cpu": 1.10, "cuda": 1.15}
OUTSIDE_GOAL = 0.05
OUTSIDE = ("lime", "shap")  # the methods with a goal for the work outside the model
HEAD = (
    "Method",
    "Maps",
    "Passes: forward + both",
    "Floor (s)",
    "Ours (s)",
    "Ours / floor",
    "Peers (s)",
    "Outside the model",
    "Memory (MB)",
)


def least(times: list, device: str) -> float:
    """Return the least of [wall, cpu] seconds: computed ones of a CPU, waited ones of a GPU."""
    return min(wall if device == "cuda" else cpu for wall, cpu in times)


def ratio(entry: dict) -> float:
    """Return how many times its floor a method took: the median over rounds, each against its two floors.

    A round's own time lies between those of its neighbours, so a machine that is slow for a while is for all.
    """
    which = 0 if entry["device"] == "cuda" else 1
    floors, ours = ([times[which] for times in entry[name]] for name in ("floor", "ours"))
    around = pairwise(floors)
    return median(own / ((before + after) / 2) for own, (before, after) in zip(ours, around, strict=True))


def row(entry: dict) -> Row:
    """Return the cells of a method's row, in the order of HEAD."""
    device = entry["device"]
    mark = "" if ratio(entry) <= GOALS[device] else " (missed)"
    own = least(entry["ours"], device)
    peers = [f"{name} {least(times, device):.2f}" for name, times in entry["peers"].items()]
    slower = [name for name, times in entry["peers"].items() if least(times, device) < own]
    outside = entry["outside_share"]
    return (
        f"`{entry['method']}`",
        str(entry["maps"]),
        f"{entry['needed']['forward']} + {entry['needed']['both']}",
        f"{least(entry['floor'], device):.2f}",
        f"{own:.2f}",
        f"{ratio(entry):.2f}{mark}",
        ", ".join(peers) + (f" (faster: {', '.join(slower)})" if slower else ""),
        "" if outside is None else f"{100 * outside:.1f} %",
        f"{entry['bytes'] / 1e6:.0f}" if entry.get("bytes") is not None else "",
    )


def misses(entries: list[dict]) -> list[str]:
    """Say in a line each which goals were missed, and by how much."""
    found = []
    for entry in entries:
        device, where = entry["device"], f"`{entry['method']}` on {entry['model']}"
        if ratio(entry) > GOALS[device]:
            found.append(f"{where}: {ratio(entry):.2f} times its floor (goal {GOALS[device]:.2f})")
        own = least(entry["ours"], device)
        for name, times in entry["peers"].items():
            if least(times, device) < own:
                found.append(f"{where}: {own / least(times, device):.2f} times the time of {name}")
        if entry["method"] in OUTSIDE and entry["outside_share"] > OUTSIDE_GOAL:
            found.append(
                f"{where}: {100 * entry['outside_share']:.1f} % of its time outside the model (goal 5 %)"
            )
    return found
