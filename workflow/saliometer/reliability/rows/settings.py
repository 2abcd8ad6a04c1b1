"""Rows on whether data sets, models or metrics rank the methods alike by their means."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from saliometer.reliability.across_settings import agreement_across_settings
from saliometer.reliability.clustering.intervals import Interval
from saliometer.reliability.codes import Code, note
from saliometer.reliability.rows.columns import ACROSS, make_row
from saliometer.reliability.rows.levels import OfSettings, Rows
from saliometer.seeds import seed_from

LOCATIONS = ("mean", "median")
GROUP = ["dataset", "model", "method"]
FEWEST_SETTINGS = 2
NOT_FREE = (note(Code.NO_P, why=(note(Code.METRICS_NOT_FREE),)),)


def free_quantities(scores: pd.DataFrame, metrics: Mapping) -> pd.DataFrame:
    """Return a column for each quantity that stands for a metric and is free of the others.

    Parameters: ``scores``, the wide table (rows as there in the result); ``metrics`` by name, with ``free``.
    """
    free = {metric.free.name: metric.free for metric in metrics.values() if metric.free}
    quantities = {
        name: one.of(*(scores[column] for column in one.columns))
        for name, one in free.items()
        if set(one.columns) <= set(scores)
    }
    return pd.DataFrame(quantities, index=scores.index)


def setting_rows(scores: pd.DataFrame, metrics: Mapping, methods: Mapping[str, Mapping]) -> Iterator[dict]:
    """Yield the agreement of settings as raters of the saliency methods, by means and by medians.

    Parameters: ``scores`` of one form, the wide table; ``metrics`` that are no aliases. Data sets are
    compared within a model and metric, models within a data set and metric, metrics within a data set and
    model; metrics that need negative relevance are compared over signed methods alone. Of metrics the
    ``free_quantities`` are the raters: seven metrics of a confusion matrix have three degrees of freedom, and
    equal methods would seem to be ranked alike. Where there are none, all metrics are, without a p.
    """
    real = [name for name, block in methods.items() if not block["control"]]
    names = list(metrics)
    of_real = scores[scores["method"].isin(real)]
    groups = of_real.groupby(GROUP)[names]
    free = free_quantities(of_real, metrics)
    enough = free.shape[1] >= FEWEST_SETTINGS
    signs = np.array([1 if metrics[name].higher_is_better else -1 for name in names])
    raters = free if enough else of_real[names] * signs
    for location in LOCATIONS:
        table = groups.agg(location)
        for metric, described in metrics.items():
            chosen = [name for name in real if methods[name]["signed"] or not described.needs_negative]
            for axis, other in (("dataset", "model"), ("model", "dataset")):
                for value, part in table[metric].groupby(level=other):
                    place = {other: value, "metric": metric}
                    yield from _row(f"{axis}s", location, part.droplevel(other).unstack(), chosen, place)
        of_methods = raters.groupby([of_real[key] for key in GROUP]).agg(location)
        for (dataset, model), part in of_methods.groupby(level=["dataset", "model"]):
            of_metrics = part.droplevel(["dataset", "model"]).T
            place = {"dataset": dataset, "model": model}
            for row in _row("metrics", location, of_metrics, real, place):
                yield _of_free(row, list(free)) if enough else _without_p(row)


def _of_free(row: dict, names: list[str]) -> dict:
    return row | {"notes": (note(Code.FREE_METRICS, metrics=names), *row["notes"])}


def _without_p(row: dict) -> dict:
    return row if np.isnan(row["estimate"]) else row | {"p": np.nan, "notes": NOT_FREE}


def _row(axis: str, location: str, table: pd.DataFrame, methods: list[str], place: dict) -> Iterator[dict]:
    """Yield the row of one table (settings, methods); nothing where there is one setting."""
    chosen = table[[name for name in methods if name in table]].dropna(axis=1, how="any")
    if len(chosen) < FEWEST_SETTINGS:
        return
    coefficient = ACROSS.format(f"{axis}_by_{location}")
    agreement = agreement_across_settings(
        chosen.to_numpy(), seed_from("reliability", coefficient, *place.values())
    )
    interval = Interval(agreement.estimate, np.nan, np.nan, agreement.p, 0)
    if np.isnan(agreement.estimate):
        notes = [note(Code.FEW_SETTINGS_METHODS)]
    else:
        null = Code.NULL_COUNTED if agreement.exact else Code.NULL_DRAWN
        notes = [note(null, mean=agreement.null_mean, sd=agreement.null_sd)]
        notes += [note(Code.ATTAINABLE, alphas=agreement.upper)] if agreement.upper else []
    sizes = {"n_raters": agreement.n_settings, "n_units": agreement.n_methods, "n_clusters": None}
    yield make_row(coefficient, interval, **place) | sizes | {"notes": tuple(notes)}


ROWS = (Rows(OfSettings, 10, lambda at: setting_rows(at.scores, at.metrics, at.methods)),)
