"""Which few items the panels show: chosen by a rule, never by hand."""

from typing import NamedTuple

import numpy as np
import pandas as pd


class Chosen(NamedTuple):
    """An item (mosaic and asked target), and its mean score over the real methods."""

    mosaic: str
    target: int
    mean: float


def choose_items(scores: pd.DataFrame, methods: list[str], metric: str) -> dict[str, Chosen]:
    """Choose the best, the median and the worst three items of one scope.

    Parameters: ``scores``, the wide table within one scope; ``methods``, the real methods; ``metric``,
    one that is better when higher. Items are ordered by their mean score over those methods, each on
    its first replicate, skipping methods that are undefined there; of equal means the lower mosaic id and
    target comes first. The median is the lower one of an even number. Returns {} when no item has a
    defined score; a second or third worst is there only where there are so many.
    """
    ordered = rank_items(scores, methods, metric)
    if not ordered:
        return {}
    n = len(ordered)
    places = {"best": 0, "median": n // 2, "worst": n - 1, "worst_2": n - 2, "worst_3": n - 3}
    return {choice: ordered[place] for choice, place in places.items() if place >= 0}


def rank_items(
    scores: pd.DataFrame, methods: list[str], metric: str, higher_is_better: bool = True
) -> list[Chosen]:
    """Return all items of one scope with a defined score, best first; see ``choose_items``."""
    rows = scores[scores["method"].isin(methods)].sort_values("replicate")
    rows = rows.drop_duplicates(["mosaic", "target", "method"])
    means = rows.groupby(["mosaic", "target"])[metric].mean().dropna()
    # The mean of a few floats depends on nothing here, but ties must not hang on its last bit.
    ordered = means.round(12).sort_index().sort_values(ascending=not higher_is_better, kind="stable")
    return [Chosen(*item, float(mean)) for item, mean in ordered.items()]


def scores_of(scores: pd.DataFrame, item: Chosen, metric: str) -> dict[str, float]:
    """Return the score of each method on one item, on its first replicate; NaN where undefined."""
    rows = scores[(scores["mosaic"] == item.mosaic) & (scores["target"] == item.target)]
    rows = rows.sort_values("replicate").drop_duplicates("method")
    return dict(zip(rows["method"], rows[metric].astype(np.float64), strict=True))
