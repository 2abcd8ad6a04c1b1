"""What a table of scores must be like; every mistake is one line with the file and the rows."""

import difflib
from collections.abc import Sequence
from itertools import islice

import numpy as np
import pandas as pd

from saliometer.errors import UserError
from saliometer.table_study.decimals import NUMBERS
from saliometer.table_study.files import in_rows, listed

# What a study of minutes can hold: each metric has figures of its own, and methods are compared in pairs.
MOST = {"metrics": 200, "methods": 200, "combinations of data set, form and model": 200}
MOST_COMPARED = 1000  # names of further columns that are held against those of optional ones
RANGE = (1e-50, 1e50)
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
UNDEFINED = ("", "nan", "na", "null", "none")  # in any case of letters


def check_columns(columns: Sequence[str], needed: Sequence[str], optional: Sequence[str], path) -> None:
    """Raise UserError when a needed column is missing, or a further one is an optional one misspelt."""
    missing = [name for name in needed if name not in columns]
    if missing:
        noun = "column" if len(missing) == 1 else "columns"
        raise UserError(
            f"{path}: row 1: no {noun} {', '.join(missing)} (found: {listed(columns)}); a table of scores "
            f"has {', '.join(needed)}, and may have {', '.join(optional)}, with commas, semicolons or tabs "
            "between them"
        )
    absent = [name for name in optional if name not in columns]
    for name in islice((name for name in columns if name not in (*needed, *optional)), MOST_COMPARED):
        meant = difflib.get_close_matches(name.lower(), absent, 1, 0.8)
        if meant:
            raise UserError(f"{path}: row 1: column {name!r}: did you mean {meant[0]!r}? Rename it")


def check_names(cells: pd.DataFrame, columns: Sequence[str], path) -> None:
    """Raise UserError for a name with a control character, other than those that part lines and words."""
    for name in columns:
        texts = pd.Series(cells[name].unique(), dtype=object)
        wrong = texts[texts.str.contains(CONTROL)]
        if len(wrong):
            rows = cells.index[cells[name] == wrong.iloc[0]]
            raise UserError(
                f"{path}: {in_rows(rows)}: {name} holds a control character ({wrong.iloc[0]!r}); take it out"
            )


def check_count(what: str, names: Sequence[str], path) -> None:
    """Raise UserError for more names of a kind than a study can hold."""
    if len(names) > MOST[what]:
        raise UserError(
            f"{path}: {len(names):,} {what} ({listed(map(str, names))}); a study takes at most {MOST[what]}, "
            "so give each part a table of its own"
        )


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
        of_item = several[(several[list(item)] == first[list(item)]).all(axis=1)]
        raise UserError(
            f"{path}: {in_rows(of_item.index)}: item {first[item[-1]]} is in the clusters "
            f"{', '.join(of_item['cluster'])}; an item belongs to one"
        )


def numbers(column: pd.Series, path, sign: str = ".") -> pd.Series:
    """Return a column of text as float64, NaN where undefined; the name of the column is in messages.

    Parameters: ``sign`` of decimals. Raises UserError for text and for an infinite score.
    """
    undefined = column.str.lower().isin(UNDEFINED)
    plain = column.str.fullmatch(NUMBERS[sign])
    text = column[~undefined & ~plain]
    infinite = text[text.str.lower().str.fullmatch(r"[+-]?inf(inity)?")]
    values = column.where(plain).str.replace(sign, ".", regex=False).astype(float)
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


def check_range(scores: pd.Series, metrics: pd.Series | str, path) -> None:
    """Raise UserError for scores whose powers can't be computed with.

    Parameters: ``scores`` float64; ``metrics``, the metric of each, or of all. Variances of variances take
    the fourth power: beyond RANGE that is infinite, and where a metric's largest score is below it, nothing.
    """
    sizes = scores.abs()
    lowest, highest = RANGE
    too_large = sizes.index[sizes > highest]
    if len(too_large):
        raise UserError(
            f"{path}: {in_rows(too_large)}: score {scores[too_large[0]]:g} is beyond {highest:g}; give its "
            "metric in another unit, or its logarithm"
        )
    largest = (
        sizes.groupby(metrics).max() if isinstance(metrics, pd.Series) else pd.Series({metrics: sizes.max()})
    )
    too_small = largest.index[(largest > 0) & (largest < lowest)]
    if len(too_small):
        raise UserError(
            f"{path}: metric {too_small[0]!r}: no score is beyond {largest[too_small[0]]:g}, and less than "
            f"{lowest:g} can't be computed with; give it in another unit, or its logarithm"
        )
