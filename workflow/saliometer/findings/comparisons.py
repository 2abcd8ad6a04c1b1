"""Comparisons of methods each on its own network: rows of several networks as if they were one's.

A comparison is a mapping of networks to the methods that stand for them, such as ``{"resnet50": ["gradcam",
"lrp"], "bcos_resnet50": ["bcos"]}``; its name takes the place of a model's in the column ``model``. A
difference between two methods of a comparison may be one of their networks.
"""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

Members = Mapping[str, Sequence[str]]
OF_METHODS = ("scores", "summary", "undefined")  # tables whose rows may be those of a comparison too
OF_MOSAIC = ["dataset", "form", "mosaic"]


def relabelled(table: pd.DataFrame, name: str, members: Members) -> pd.DataFrame:
    """Return the rows of a comparison's methods, each on its own network, with its name as their model.

    Parameters: ``table`` with columns model and method; ``name`` and ``members`` of the comparison.
    """
    chosen = pd.Series(False, index=table.index)
    for model, methods in members.items():
        chosen |= (table["model"] == model) & table["method"].isin(list(methods))
    return table[chosen].assign(model=name)


def recognised_by_all(recognised: pd.DataFrame, name: str, members: Members) -> pd.DataFrame:
    """Return the mosaics that all networks of a comparison recognise, with its name as their model.

    Parameters: ``recognised``, one row or more for each data set, form, mosaic and model that recognises it.
    """
    rows = recognised[recognised["model"].isin(list(members))]
    by_how_many = rows.groupby(OF_MOSAIC)["model"].nunique()
    return by_how_many[by_how_many == len(members)].reset_index()[OF_MOSAIC].assign(model=name)


def with_comparisons(tables: Mapping[str, pd.DataFrame], study: Mapping) -> dict[str, pd.DataFrame]:
    """Return tables with the rows of every comparison of a study added to those that are of methods."""
    comparisons = study.get("comparisons", {})
    return {
        name: _stacked(table, [relabelled(table, *comparison) for comparison in comparisons.items()])
        if name in OF_METHODS
        else table
        for name, table in tables.items()
    }


def estimated_with_comparisons(
    estimate: Callable[[pd.DataFrame, pd.DataFrame | None], pd.DataFrame],
    scores: pd.DataFrame,
    recognised: pd.DataFrame | None,
    comparisons: Mapping[str, Members],
) -> pd.DataFrame:
    """Estimate the coefficients of the models, and under them those of each comparison for itself.

    Parameters: ``estimate``, a function from scores and recognised mosaics to a table of coefficients, which
    thus never holds a comparison against the networks that it is made of.
    """
    mixed = [
        estimate(
            relabelled(scores, name, members),
            None if recognised is None else recognised_by_all(recognised, name, members),
        )
        for name, members in sorted(comparisons.items())
    ]
    return _stacked(estimate(scores, recognised), mixed)


def _stacked(table: pd.DataFrame, further: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([table, *further], ignore_index=True) if further else table
