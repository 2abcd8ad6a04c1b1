"""What the maps of every method cost."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from saliometer.findings.numbers import ABSENT
from saliometer.findings.results import Cost, map_costs
from saliometer.findings.scope import Scope, study_within
from saliometer.report.sentences import listed
from saliometer.report.tables import Cell, HtmlTable, make_table, number_cell

DEVICES = {"cpu": "a CPU"}
OF_JOBS = "Times are of whole jobs, start of the program and writing included."


def cost_part(study: Mapping, tables: Mapping[str, pd.DataFrame], scope: Scope, titled: bool) -> dict:
    """Cost of the maps of one scope by method; ``titled`` when the page has several scopes."""
    costs = map_costs(study_within(study, scope), tables, scope)
    return {
        "title": " / ".join(scope) if titled else "",
        "sentence": f"{cost_sentence(costs)} {OF_JOBS}".strip(),
        "table": cost_table(costs),
    }


def cost_sentence(costs: Sequence[Cost]) -> str:
    """Name the cheapest and the dearest method by seconds per map; "" where nothing was timed."""
    known = sorted((cost.seconds_per_map, cost.label) for cost in costs if np.isfinite(cost.seconds_per_map))
    if not known:
        return ""
    devices = sorted({device for cost in costs for device in cost.devices})
    where = f" on {listed([DEVICES.get(name, name) for name in devices])}" if devices else ""
    (least, cheap), (most, dear) = known[0], known[-1]
    if len(known) == 1:
        return f"{cheap} took {least:.2g} s per map{where}."
    ratio = f", {most / least:.1f} times as much" if least > 0 else ""
    return f"A map took between {least:.2g} s ({cheap}) and {most:.2g} s ({dear}){where}{ratio}."


def cost_table(costs: Sequence[Cost]) -> HtmlTable:
    """Maps, seconds per map, memory and device by method."""
    rows = [
        [
            Cell(cost.label),
            Cell(f"{cost.n_maps:,}", cost.n_maps),
            number_cell(cost.seconds_per_map, 3),
            number_cell(cost.memory, 0),
            Cell(", ".join(cost.devices) or ABSENT),
        ]
        for cost in costs
    ]
    columns = ["Method", "Maps", "Seconds per map", "Peak memory, MB", "Device"]
    return make_table("Cost of the maps", columns, rows)
