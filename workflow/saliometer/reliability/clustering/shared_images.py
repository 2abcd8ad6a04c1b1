"""Mosaics that share photographs are not independent, whatever their clusters: pairs of rows that are linked.

While images last the drawing uses none twice; where it must, a variance counts the covariance of every two
rows that share one (``design_effect``).
"""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import sparse

MOSAIC = ["dataset", "form", "mosaic"]
MOST_LINKS = 50_000_000  # what two gigabytes hold
TOO_MANY: Literal["too many"] = "too many"  # links to list
Links = sparse.csr_array | Literal["too many"] | None


def shared_images(rows: pd.DataFrame, clusters: ArrayLike, tiles: pd.DataFrame) -> Links:
    """Tell which rows of different clusters show a common image.

    Parameters
    ----------
    rows : columns dataset, form, mosaic; N rows of any kind about mosaics
    clusters : array of shape (N,), labels
    tiles : columns dataset, form, mosaic, image: what each tile shows

    Returns a symmetric boolean array of shape (N, N); rows of one mosaic have all of its images in common.
    None where no two rows have; TOO_MANY where more than MOST_LINKS pairs may have.
    """
    number, known = pd.factorize(pd.MultiIndex.from_frame(rows[MOSAIC]))
    shown = tiles[[*MOSAIC, "image"]].drop_duplicates()
    mosaic = known.get_indexer(pd.MultiIndex.from_frame(shown[MOSAIC]))
    shown, mosaic = shown[mosaic >= 0], mosaic[mosaic >= 0]
    image = pd.factorize(pd.MultiIndex.from_frame(shown[["dataset", "image"]]))[0]
    n_rows = np.bincount(number, minlength=len(known))
    shows = _incidence(mosaic, image, len(known), image.max(initial=-1) + 1)
    if ((shows.T @ n_rows) ** 2).sum() + (n_rows**2).sum() > MOST_LINKS:
        return TOO_MANY
    one = sparse.eye_array(len(known), dtype=np.int32)
    of_row = _incidence(np.arange(len(rows)), number, len(rows), len(known))
    pairs = (of_row @ (shows @ shows.T + one) @ of_row.T).tocoo()
    codes = pd.factorize(np.asarray(clusters))[0]
    differ = codes[pairs.row] != codes[pairs.col]
    if not differ.any():
        return None
    ends = pairs.row[differ], pairs.col[differ]
    return sparse.csr_array((np.ones(differ.sum(), dtype=bool), ends), shape=pairs.shape)


def links_among(links: Links, chosen: np.ndarray) -> Links:
    """Return the links among the rows that a boolean array of shape (N,) chooses."""
    if links is None or links is TOO_MANY or chosen.all():
        return links
    return links[chosen][:, chosen]


def _incidence(rows: np.ndarray, columns: np.ndarray, n_rows: int, n_columns: int) -> sparse.csr_array:
    ones = np.ones(len(rows), dtype=np.int32)
    return sparse.csr_array((ones, (rows, columns)), shape=(n_rows, n_columns))
