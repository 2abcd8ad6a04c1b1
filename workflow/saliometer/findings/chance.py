"""The level of a metric that a map reaches which knows nothing of the target."""

import pandas as pd

from saliometer.findings.scope import Scope, within
from saliometer.metrics import MetricSpec

LEVELS = {"0": 0.0, "0.5": 0.5}


def tiles_within(tables: dict[str, pd.DataFrame], scope: Scope) -> pd.DataFrame:
    """Return what the tiles of a scope show: no tile, where the scores were given without mosaics."""
    return within(tables["tiles"], scope) if "tiles" in tables else pd.DataFrame(columns=["mosaic", "class"])


def chance_level(metric: MetricSpec, scores: pd.DataFrame, tiles: pd.DataFrame) -> float:
    """Return the chance level of a metric within one scope, NaN where it depends on the map.

    Parameters: ``scores`` with columns mosaic and target, ``tiles`` with columns mosaic and class.
    The metric's own note says what its level is. Where that is p, the share of tiles that show the
    target, it is taken from the mosaics as they were drawn and averaged over the items asked.
    """
    if metric.chance_note == "p":
        return float(target_shares(scores, tiles).mean())
    return LEVELS.get(metric.chance_note, float("nan"))


def target_shares(scores: pd.DataFrame, tiles: pd.DataFrame) -> pd.Series:
    """Return the share of tiles that show the target, by mosaic and target, for all items asked."""
    items = scores[["mosaic", "target"]].drop_duplicates()
    shares = tiles.groupby("mosaic")["class"].value_counts(normalize=True)
    shares.index = shares.index.set_names(["mosaic", "target"])
    return shares.reindex(pd.MultiIndex.from_frame(items), fill_value=0.0)
