"""Which rows of a table of scores belong together."""

import pandas as pd

from saliometer.errors import UserError

MOSAIC = ["dataset", "form", "mosaic"]


def cluster_labels(rows: pd.DataFrame, tiles: pd.DataFrame, clusters: str) -> pd.Series:
    """Return the cluster of every row of a table: its own column ``cluster`` where it has one.

    Parameters
    ----------
    rows : columns dataset, form, mosaic, target (scores or predictions)
    tiles : columns dataset, form, mosaic, class, image: what each tile shows
    clusters : "target_class", the asked class; or "target_image", the image on the tile that shows it

    Returns a Series with the index of ``rows``. The dependence of rows of one mosaic that was asked for
    several classes is not modelled: they fall in different clusters.
    Raises UserError for "target_image" when a target is on several tiles of a mosaic, or on none.
    """
    if "cluster" in rows:
        return rows["cluster"]
    if clusters == "target_class":
        return rows["target"].rename("cluster")
    questions = rows[[*MOSAIC, "target"]].drop_duplicates()
    shown = questions.merge(tiles.rename(columns={"class": "target"}), on=[*MOSAIC, "target"], how="left")
    if shown["image"].isna().any():
        lost = shown[shown["image"].isna()].iloc[0]
        raise UserError(
            f"tiles: mosaic {lost['mosaic']} of {lost['dataset']} has no tile of class {lost['target']} that "
            "the scores ask for; run the summary stage again"
        )
    if shown.duplicated([*MOSAIC, "target"]).any():
        raise UserError(
            "intervals.clusters: target_image needs mosaics with one target tile, these have several; "
            "use target_class"
        )
    image = shown.set_index([*MOSAIC, "target"])["image"]
    found = image.reindex(pd.MultiIndex.from_frame(rows[[*MOSAIC, "target"]]))
    return pd.Series(found.to_numpy(), index=rows.index, name="cluster")
