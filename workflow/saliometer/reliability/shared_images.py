"""Mosaics that share photographs are not independent, whatever their clusters: pairs of rows that are linked.

While images last the drawing uses none twice; where it must, the variance of a mean counts the covariance of
every two rows that share one (dyadic-robust: Aronow, Samii & Assenova, Cluster-robust variance estimation for
dyadic data, Political Analysis 23, 2015; Cameron & Miller, 2014).
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import sparse

MOSAIC = ["dataset", "form", "mosaic"]
MOST_LINKS = 50_000_000  # what two gigabytes hold


def shared_images(rows: pd.DataFrame, clusters: ArrayLike, tiles: pd.DataFrame) -> sparse.csr_array | None:
    """Tell which rows of different clusters show a common image.

    Parameters
    ----------
    rows : columns dataset, form, mosaic; N rows of any kind about mosaics
    clusters : array of shape (N,), labels
    tiles : columns dataset, form, mosaic, image: what each tile shows

    Returns a symmetric boolean array of shape (N, N); rows of one mosaic have all of its images in common.
    None where no two rows have, and where more than MOST_LINKS pairs have: then hardly any are independent,
    and no variance follows from those that are.
    """
    number, known = pd.factorize(pd.MultiIndex.from_frame(rows[MOSAIC]))
    shown = tiles[[*MOSAIC, "image"]].drop_duplicates()
    mosaic = known.get_indexer(pd.MultiIndex.from_frame(shown[MOSAIC]))
    shown, mosaic = shown[mosaic >= 0], mosaic[mosaic >= 0]
    image = pd.factorize(pd.MultiIndex.from_frame(shown[["dataset", "image"]]))[0]
    n_rows = np.bincount(number, minlength=len(known))
    shows = _incidence(mosaic, image, len(known), image.max(initial=-1) + 1)
    if ((shows.T @ n_rows) ** 2).sum() + (n_rows**2).sum() > MOST_LINKS:
        return None
    one = sparse.eye_array(len(known), dtype=np.int32)
    of_row = _incidence(np.arange(len(rows)), number, len(rows), len(known))
    pairs = (of_row @ (shows @ shows.T + one) @ of_row.T).tocoo()
    codes = pd.factorize(np.asarray(clusters))[0]
    apart = codes[pairs.row] != codes[pairs.col]
    if not apart.any():
        return None
    ends = pairs.row[apart], pairs.col[apart]
    return sparse.csr_array((np.ones(apart.sum(), dtype=bool), ends), shape=pairs.shape)


def _incidence(rows: np.ndarray, columns: np.ndarray, n_rows: int, n_columns: int) -> sparse.csr_array:
    ones = np.ones(len(rows), dtype=np.int32)
    return sparse.csr_array((ones, (rows, columns)), shape=(n_rows, n_columns))
