"""The figure of the methods' times: ours and the peers', in floors."""

from pathlib import Path

from benchmarks.method_table import GOALS, least, ratio
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

INCHES_PER_METHOD = 0.3
OURS, GOAL = "#000000", "#595959"
MARKS = {  # of each package: its marker and colour
    "captum": ("x", "#D55E00"),
    "grad-cam": ("+", "#009E73"),
    "lime": ("v", "#56B4E9"),
    "shap": ("^", "#0072B2"),
    "zennit": ("s", "#CC79A7"),
}
TICKS = (1, 1.5, 2, 3, 4, 6, 8, 12, 16)


def draw(entries: list[dict], path: Path) -> None:
    """Draw a panel for each model: a row for each method, a dot for us and a mark for each other package."""
    names = list(dict.fromkeys(entry["model"] for entry in entries))
    methods = list(dict.fromkeys(entry["method"] for entry in entries))
    height = 1.6 + INCHES_PER_METHOD * len(methods)
    figure = Figure(figsize=(1.5 + 3.3 * len(names), height), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(1, len(names), squeeze=False, sharex=True, sharey=True)[0]
    shown = {}
    for axes, name in zip(panels, names, strict=True):
        shown |= _panel(axes, [entry for entry in entries if entry["model"] == name], methods)
        axes.set_title(name, fontsize=10, loc="left")
    # An axis that is shared is turned and labelled once.
    panels[0].invert_yaxis()
    panels[0].set_yticks(range(len(methods)), methods)
    low, high = panels[0].get_xlim()
    ticks = [tick for tick in TICKS if low <= tick <= high]
    panels[0].set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    panels[0].set_xticks([], minor=True)
    figure.supxlabel("seconds, as a multiple of the floor", fontsize=9)
    names = sorted(shown, key=lambda name: (not name.startswith(("ours", "goal")), name))
    handles = [shown[name] for name in names]
    figure.legend(handles, names, loc="outside upper center", ncols=len(names), frameon=False)
    figure.savefig(path, dpi=150, metadata={"Software": None})


def _panel(axes, entries: list[dict], methods: list[str]) -> dict:
    """Draw one model's methods; return a handle of each kind of mark by its name."""
    goal = GOALS[entries[0]["device"]]
    shown = {}
    axes.axvline(1, color=GOAL, linewidth=0.8)
    shown[f"goal, {goal:.2f}"] = axes.axvline(goal, color=GOAL, linewidth=0.8, linestyle=":")
    axes.set_xscale("log")
    for entry in entries:
        row, floor = methods.index(entry["method"]), least(entry["floor"], entry["device"])
        for name, times in entry["peers"].items():
            marker, colour = MARKS[name]
            multiple = least(times, entry["device"]) / floor
            (shown[name],) = axes.plot(multiple, row, marker, color=colour, markersize=6, linestyle="none")
        (shown["ours"],) = axes.plot(ratio(entry), row, "o", color=OURS, markersize=4, linestyle="none")
    axes.grid(axis="y", color="#E5E5E5", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    return shown
