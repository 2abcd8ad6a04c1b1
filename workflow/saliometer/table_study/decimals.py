"""The sign of decimals in numbers that are written as text."""

import re
from collections.abc import Mapping

import pandas as pd

from saliometer.errors import UserError

NUMBER = r"[+-]?(\d+{sign}?\d*|{sign}\d+)([eE][+-]?\d+)?"
NUMBERS = {sign: re.compile(NUMBER.format(sign=re.escape(sign))) for sign in ".,"}
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")  # what may be thousands as well


def decimal_sign(columns: Mapping[str, pd.Series], separator: str | None, path) -> str:
    """Return the sign of decimals in columns of numbers written as text: "." or ",".

    Parameters: ``separator`` of the cells, None where it is not known. Raises UserError, naming two cells,
    where some have a point and some a comma, and for commas that may part thousands as well.
    """
    with_sign: dict[str, list[tuple[int, str, str]]] = {".": [], ",": []}
    possible_thousands = True
    for name, column in columns.items():
        for sign, cells in with_sign.items():
            holding = column[column.str.contains(sign, regex=False)]
            numbers = holding[holding.str.fullmatch(NUMBERS[sign])]
            if len(numbers):
                cells.append((numbers.index[0], name, numbers.iloc[0]))
            if sign == "," and len(numbers):
                possible_thousands &= bool(numbers.str.fullmatch(THOUSANDS).all())
    points, commas = with_sign["."], with_sign[","]
    if points and commas:
        (row, name, cell), (other, of, point) = commas[0], points[0]
        raise UserError(
            f"{path}: row {row}: {name} is {cell!r}, and in row {other} {of} is {point!r}: decimals with a "
            "comma and with a point; write all with a point"
        )
    if commas and possible_thousands and separator != ";":
        row, name, cell = commas[0]
        raise UserError(
            f"{path}: row {row}: {name} is {cell!r}: thousands or a decimal comma? Write it without commas"
        )
    return "," if commas else "."
