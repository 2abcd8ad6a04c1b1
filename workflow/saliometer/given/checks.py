"""What a table of scores must be like; every mistake is one line with the file and the rows."""

import difflib
from collections.abc import Sequence

import numpy as np
import pandas as pd

from saliometer.errors import UserError
from saliometer.given.files import in_rows

UNDEFINED = ("", "nan", "na", "null", "none")  # in any case of letters


def check_columns(cells: pd.DataFrame, needed: Sequence[str], optional: Sequence[str], path) -> None:
    """Raise UserError when a needed column is missing, or a further one is an optional one misspelt."""
    found = ", ".join(cells.columns)
    missing = [name for name in needed if name not in cells]
    if missing:
        noun = "column" if len(missing) == 1 else "columns"
        raise UserError(
            f"{path}: row 1: no {noun} {', '.join(missing)} (found: {found}); a table of scores has "
            f"{', '.join(needed)}, and may have {', '.join(optional)}, with commas between them"
        )
    for name in (name for name in cells if name not in (*needed, *optional)):
        meant = difflib.get_close_matches(name.lower(), [c for c in optional if c not in cells], 1, 0.8)
        if meant:
            raise UserError(f"{path}: row 1: column {name!r}: did you mean {meant[0]!r}? Rename it")


def check_filled(cells: pd.DataFrame, columns: Sequence[str], path) -> None:
    """Raise UserError for an empty cell in one of some columns."""
    for name in columns:
        rows = cells.index[cells[name] == ""]
        if len(rows):
            raise UserError(f"{path}: {in_rows(rows)}: no {name}; fill it in, or leave the column out")


def check_unique(cells: pd.DataFrame, keys: Sequence[str], path) -> None:
    """Raise UserError for a score that is there twice, naming its rows."""
    twice = cells.duplicated(list(keys), keep=False)
    if twice.any():
        first = cells[twice].iloc[0]
        same = (cells[list(keys)] == first[list(keys)]).all(axis=1)
        what = ", ".join(f"{key} {first[key]}" for key in keys)
        more = len(cells[twice]) - int(same.sum())
        others = f"; {more:,} more rows are such" if more else ""
        raise UserError(
            f"{path}: {in_rows(cells.index[same])}: the same score twice ({what}){others}; keep one"
        )


def check_clusters(cells: pd.DataFrame, item: Sequence[str], path) -> None:
    """Raise UserError for an item that is in several clusters."""
    pairs = cells.drop_duplicates([*item, "cluster"])
    several = pairs[pairs.duplicated(list(item), keep=False)]
    if len(several):
        first = several.iloc[0]
        own = several[(several[list(item)] == first[list(item)]).all(axis=1)]
        raise UserError(
            f"{path}: {in_rows(own.index)}: item {first[item[-1]]} is in the clusters "
            f"{', '.join(own['cluster'])}; an item belongs to one"
        )


def numbers(column: pd.Series, path) -> pd.Series:
    """Return a column of text as float64, NaN where undefined; the name of the column is in messages.

    Raises UserError for text and for an infinite score.
    """
    undefined = column.str.lower().isin(UNDEFINED)
    plain = column.str.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
    text = column[~undefined & ~plain]
    infinite = text[text.str.lower().str.fullmatch(r"[+-]?inf(inity)?")]
    values = column.where(plain).astype(float)
    infinite = pd.concat([infinite, column[np.isinf(values)]])  # 1e999 is too
    text = text.drop(infinite.index, errors="ignore")
    if len(text):
        raise UserError(
            f"{path}: {in_rows(text.index)}: {column.name} is {text.iloc[0]!r}, which is no number; leave "
            "the cell empty where a score is undefined"
        )
    if len(infinite):
        raise UserError(
            f"{path}: {in_rows(infinite.index)}: {column.name} is infinite ({infinite.iloc[0]}); leave the "
            "cell empty if it is undefined"
        )
    return values
