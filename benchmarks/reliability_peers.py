"""Coefficients of the study by other packages, on the same data; krippendorff and pingouin are GPL."""

import numpy as np
import pandas as pd
from scipy import stats

DESIGN = {"dv": "score", "within": "column", "subject": "row"}


def means_of(data: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Return the means of the clusters, (clusters, methods)."""
    return pd.DataFrame(data[0]).groupby(data[1]).mean().to_numpy()


def _long(table: np.ndarray) -> pd.DataFrame:
    rows, columns = np.indices(table.shape)
    return pd.DataFrame({"row": rows.ravel(), "column": columns.ravel(), "score": table.ravel()})


def krippendorff_alpha(data: tuple[np.ndarray, np.ndarray]) -> float:
    """Return the ordinal alpha of the package krippendorff."""
    import krippendorff

    return krippendorff.alpha(stats.rankdata(-data[0], axis=1), level_of_measurement="ordinal")


def of_pingouin(name: str, table: np.ndarray, **arguments) -> object:
    """Call a function of the package pingouin on a table, laid out as it wants it."""
    import pingouin

    return getattr(pingouin, name)(_long(table), **arguments)
