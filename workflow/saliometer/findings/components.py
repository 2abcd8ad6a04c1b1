"""Variance components and the design of a run, read back from the rows of the table of coefficients."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from saliometer.reliability.decision_study import DecisionStudy, decision_study
from saliometer.reliability.generalizability import Components
from saliometer.reliability.rows.columns import GENERALIZABILITY, RETEST, VARIANCE

# What each component is of, in the order of every figure and text.
PARTS = {
    "method": "methods",
    "method_class": "methods \N{MULTIPLICATION SIGN} {over}",
    "residual": "methods \N{MULTIPLICATION SIGN} items, rest",
    "replicate": "methods\N{RIGHT SINGLE QUOTATION MARK} own noise",
    "class": "{over}, for all alike",
    "item": "items, for all alike",
}
MORE = 4  # times as many items in each cluster, and as many replicates of each, as other designs have


class Design(NamedTuple):
    """What the D-study of one metric starts from.

    ``clusters`` and ``items``, the run's own C and its items per cluster (their mean, where clusters are
    of several sizes); ``replicates`` of each item; ``g``, the row of the G coefficient.
    """

    components: Components
    clusters: int
    items: float
    replicates: int | None
    g: pd.Series


def components_by_name(rows: pd.DataFrame) -> dict[str, tuple[float, str]]:
    """Return each component and the reason for its being undefined ("" otherwise), by the names in PARTS.

    Parameters: ``rows`` of one metric within one scope; {} where no component is among them.
    """
    by_coefficient = rows.drop_duplicates("coefficient").set_index("coefficient")
    return {
        name: (float(by_coefficient.loc[kind, "estimate"]), _text(by_coefficient.loc[kind, "reason"]))
        for name, kind in ((name, VARIANCE.format(name)) for name in PARTS)
        if kind in by_coefficient.index
    }


def design_of_run(rows: pd.DataFrame) -> Design | None:
    """Return the design of one metric within one scope; None where its G coefficient is undefined."""
    of_g, parts = rows[rows["coefficient"] == GENERALIZABILITY], components_by_name(rows)
    if of_g.empty or not np.isfinite(of_g["estimate"].iloc[0]) or not parts:
        return None
    g, values = of_g.iloc[0], {name: value for name, (value, _) in parts.items()}
    repeated = rows[(rows["coefficient"] == RETEST.format("icc_1_1")) & rows["n_raters"].notna()]
    known = np.isfinite(values.get("replicate", np.nan)) and len(repeated)
    components = Components(
        values["method"],
        values["class"],
        values["item"],
        values["method_class"],
        values["residual"],
        values.get("replicate", np.nan),
    )
    clusters, items = int(g["n_clusters"]), float(g["n_raters"])
    return Design(
        components, clusters, items / clusters, int(repeated["n_raters"].min()) if known else None, g
    )


def predicted(
    design: Design, clusters: np.ndarray, items: float, replicates: float | None = None
) -> DecisionStudy:
    """Return what a design with other numbers would give, NaN where unknown.

    Parameters: ``items`` in each cluster; ``replicates`` of each item, None for the run's own.
    """
    replicates = design.replicates if replicates is None else replicates
    return decision_study(design.components, clusters, items, replicates)


def clusters_needed(design: Design, reliability: float, items: float | None = None) -> float:
    """Return the number of clusters with which G reaches ``wanted``; inf if none does, NaN if unknown.

    Parameters: ``items`` in each cluster, None for the run's own. With one cluster's error e and the
    methods' component v, G = v / (v + e / C) reaches w at C = w e / ((1 - w) v).
    """
    study = decision_study(design.components, 1, design.items if items is None else items, design.replicates)
    method, error = max(design.components.method, 0.0), float(study.relative_error)
    if np.isnan(error):
        return float("nan")
    if method == 0:
        return float("inf")
    exact = reliability / (1 - reliability) * error / method
    return float(max(1, np.ceil(exact - 1e-9)))


def shares(parts: dict[str, tuple[float, str]]) -> dict[str, float]:
    """Return each component's share of their sum, negative and undefined ones as 0; {} without any."""
    values = {name: max(value, 0.0) if np.isfinite(value) else 0.0 for name, (value, _) in parts.items()}
    total = sum(values.values())
    return {name: value / total for name, value in values.items()} if total > 0 else {}


def is_noisy(design: Design) -> bool:
    """Tell whether the methods' own noise was measured and is there, so that replicates matter."""
    return design.replicates is not None and design.components.replicate > 0


def _text(reason) -> str:
    return "" if pd.isna(reason) else str(reason)
