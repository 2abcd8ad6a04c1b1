"""Rows on whether data sets, models or metrics rank the methods alike by their means."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from saliometer.reliability.across_settings import agreement_across_settings
from saliometer.reliability.intervals import Interval
from saliometer.reliability.rows import ACROSS, make_row
from saliometer.seeds import seed_from

LOCATIONS = ("mean", "median")
FEWEST_SETTINGS = 2


def setting_rows(scores: pd.DataFrame, metrics: Mapping, methods: Mapping[str, Mapping]) -> Iterator[dict]:
    """Yield the agreement of settings as raters of the saliency methods, by means and by medians.

    Parameters: ``scores`` of one form, the wide table; ``metrics`` that are no aliases. Data sets are
    compared within a model and metric, models within a data set and metric, metrics within a data set and
    model; metrics that need negative relevance are compared over signed methods alone.
    """
    real = [name for name, block in methods.items() if not block["control"]]
    names = list(metrics)
    groups = scores[scores["method"].isin(real)].groupby(["dataset", "model", "method"])[names]
    for location in LOCATIONS:
        table = groups.agg(location)
        for metric, described in metrics.items():
            chosen = [name for name in real if methods[name]["signed"] or not described.needs_negative]
            for axis, other in (("dataset", "model"), ("model", "dataset")):
                for value, part in table[metric].groupby(level=other):
                    place = {other: value, "metric": metric}
                    yield from _row(f"{axis}s", location, part.droplevel(other).unstack(), chosen, place)
        signs = np.array([1 if metrics[name].higher_is_better else -1 for name in names])
        for (dataset, model), part in table.groupby(level=["dataset", "model"]):
            of_metrics = (part.droplevel(["dataset", "model"]) * signs).T
            place = {"dataset": dataset, "model": model}
            yield from _row("metrics", location, of_metrics, real, place)


def _row(axis: str, location: str, table: pd.DataFrame, methods: list[str], place: dict) -> Iterator[dict]:
    """Yield the row of one table (settings, methods); nothing where there is one setting."""
    chosen = table[[name for name in methods if name in table]].dropna(axis=1, how="any")
    if len(chosen) < FEWEST_SETTINGS:
        return
    coefficient = ACROSS.format(f"{axis}_by_{location}")
    found = agreement_across_settings(
        chosen.to_numpy(), seed_from("reliability", coefficient, *place.values())
    )
    interval = Interval(found.estimate, np.nan, np.nan, found.p, 0)
    row = make_row(coefficient, interval, **place) | {
        "n_raters": found.n_settings,
        "n_units": found.n_methods,
    }
    if np.isnan(found.estimate):
        yield row | {
            "reason": "fewer than two methods defined in all of them, or all tied",
            "n_clusters": None,
        }
        return
    count = "counted" if found.exact else "drawn"
    attainable = ", ".join(f"{value:.3f} (P {p:.3g})" for value, p in found.upper)
    null = f"null {count}: mean {found.null_mean:.3f}, sd {found.null_sd:.3f}"
    reason = f"{null}; attainable {attainable}" if attainable else null
    yield row | {"reason": reason, "n_clusters": None}
