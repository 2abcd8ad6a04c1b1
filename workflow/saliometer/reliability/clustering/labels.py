"""Which rows of a table of scores belong together.

Two classes are no sample of classes: where a data set asks for two, they are taken as fixed, its photographs
as what is drawn, and its intervals are conditional on these classes. (Student's t with one degree of freedom
keeps its level, at the price of intervals that say nothing.)
"""

import pandas as pd

from saliometer.errors import UserError

MOSAIC = ["dataset", "form", "mosaic"]
FIXED = 2  # classes


def cluster_labels(rows: pd.DataFrame, tiles: pd.DataFrame, clusters: str) -> pd.Series:
    """Return the cluster of every row of a table: its own column ``cluster`` where it has one.

    Parameters
    ----------
    rows : columns dataset, form, mosaic, target (scores or predictions)
    tiles : columns dataset, form, mosaic, class, image: what each tile shows
    clusters : "target_class", the asked class; or "target_image", the image on the tile that shows it

    Returns a Series with the index of ``rows``. Rows of one mosaic that was asked for several classes fall in
    different clusters (``shared_images`` links them). In data sets of ``fixed_classes`` it is the image on
    the target tile, or the mosaic where the target is on several, instead of the class.
    Raises UserError for "target_image" when a target is on several tiles of a mosaic, or on none.
    """
    if "cluster" in rows:
        return rows["cluster"]
    if clusters == "target_class":
        return _unless_fixed(rows, tiles)
    return _target_images(rows, tiles)


def strata_labels(rows: pd.DataFrame, clusters: str) -> pd.Series:
    """Return of every row the fixed class in which its cluster lies, one and the same where none is fixed.

    Parameters and index as for ``cluster_labels``, of the same rows.
    """
    fixed = set() if "cluster" in rows or clusters != "target_class" else fixed_classes(rows)
    return rows["target"].astype(str).where(rows["dataset"].isin(fixed), "").rename("stratum")


def fixed_classes(rows: pd.DataFrame) -> set[str]:
    """Return the data sets of a table with columns dataset and target that ask for two classes in all."""
    counts = rows.groupby("dataset")["target"].nunique()
    return set(counts.index[counts == FIXED])


def _unless_fixed(rows: pd.DataFrame, tiles: pd.DataFrame) -> pd.Series:
    """The target of each row, or what is drawn of it where the classes are fixed."""
    is_fixed = rows["dataset"].isin(fixed_classes(rows))
    if not is_fixed.any():
        return rows["target"].rename("cluster")
    labels = rows["target"].astype(object).rename("cluster")
    for _, part in rows[is_fixed].groupby("dataset"):
        questions = part[[*MOSAIC, "target"]].drop_duplicates()
        shown = questions.merge(tiles.rename(columns={"class": "target"}), on=[*MOSAIC, "target"])
        one = len(shown) == len(questions) and not shown.duplicated([*MOSAIC, "target"]).any()
        labels.loc[part.index] = _target_images(part, tiles) if one else part["mosaic"]
    return labels


def _target_images(rows: pd.DataFrame, tiles: pd.DataFrame) -> pd.Series:
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
    images = image.reindex(pd.MultiIndex.from_frame(rows[[*MOSAIC, "target"]]))
    return pd.Series(images.to_numpy(), index=rows.index, name="cluster")
