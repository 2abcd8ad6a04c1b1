"""Results made by hand, and a page with stand-ins for its figures."""

from pathlib import Path

import numpy as np

import synthetic_tables as synthetic
from saliometer.findings.figure_files import GROUPS, figure_files
from saliometer.findings.ranking import Ranking, Separation
from saliometer.findings.results import Difference, Estimate, MethodResult, standing_of
from saliometer.metrics.classification import METRICS
from saliometer.reliability.rows.sides import ControlSide, Side, side_of_pair
from saliometer.report.leading import leading_words
from saliometer.report.page import build_page

STAND_IN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 244.8 180"><rect width="9" height="9"/></svg>'
)
CLASS_NAMES = {index: f"class {index}" for index in range(1000)}
NAN = float("nan")
PRECISION = leading_words("precision", METRICS["precision"])


def result(label, mean, low, high, rank=1, control=False, differences=(), chance=0.25) -> MethodResult:
    """Make a method's result by precision; ``differences`` are (control, low, high)."""
    estimate = Estimate(mean, low, high)
    apart = [
        Difference(name, Estimate((a + b) / 2, a, b), side_of_bounds(a, b)) for name, a, b in differences
    ]
    return MethodResult(
        name=label.lower(),
        label=label,
        control=control,
        applicable=True,
        n=100,
        n_defined=0 if np.isnan(mean) else 100,
        mean=estimate,
        median=mean,
        rank=None if control or np.isnan(mean) else rank,
        chance=chance,
        differences=apart,
        standing=None if control else standing_of(estimate, chance, apart),
    )


def side_of(row) -> Side | None:
    """Return what a row of the table says of a pair of methods."""
    return side_of_pair(row["verdict_code"], row["method_a"], row["method_b"])


def side_of_bounds(low: float, high: float) -> ControlSide | None:
    """Return what an interval says of a method and a control."""
    return ControlSide(low > 0, False) if low > 0 or high < 0 else None


def ranking_of(*places: str, apart=(), small=(), usable=False, orders=False) -> Ranking:
    """Make a ranking of methods, best first; ``apart`` and, by too little, ``small``: pairs such as "AB"."""
    found = [Separation(one[0], one[1], 0.25, 0.01, one in small) for one in (*apart, *small)]
    together = [list(places)] if not found else []
    return Ranking({name: n for n, name in enumerate(places, 1)}, found, together, usable, orders)


def write_stand_ins(folder: Path, study: dict) -> None:
    """Write an empty picture for every figure of a study."""
    for group in GROUPS:
        for file in figure_files(group, study):
            path = folder / f"{file['stem']}.svg"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(STAND_IN)


def make_page(folder: Path, study: dict | None = None, tables: dict | None = None, **options) -> str:
    """Build the page of a made-up study."""
    study = synthetic.study() if study is None else study
    write_stand_ins(folder, study)
    tables = synthetic.tables(**options) if tables is None else tables
    return build_page(study, {"numpy": "2.4.6"}, tables, folder, CLASS_NAMES)
