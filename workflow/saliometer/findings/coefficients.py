"""Coefficients as figures and report show them: rows of the table, with labels for the names of methods."""

from collections.abc import Mapping

import pandas as pd

from saliometer.findings.scope import Scope, method_label, within
from saliometer.reliability.codes import Note, decoded
from saliometer.reliability.rows.columns import ALL
from saliometer.reliability.rows.words import text_of


def coefficient_rows(study: dict, reliability: pd.DataFrame, scope: Scope, coefficient: str) -> pd.DataFrame:
    """Return a coefficient's rows within a scope, of all items; reasons call methods by their labels."""
    rows = within(reliability, scope)
    return with_labels(study, rows[(rows["coefficient"] == coefficient) & (rows["items"] == ALL)])


def scope_rows(study: dict, reliability: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Return the rows that bear on a scope: its own, and those over several forms, data sets or models.

    A scope column that is empty stands for all of them; reasons call methods by their labels.
    """
    rows = reliability
    for column, value in scope._asdict().items():
        rows = rows[(rows[column] == value) | rows[column].isna()]
    return with_labels(study, rows)


def with_labels(study: dict, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with their reasons in words again, which call methods by their labels."""
    labels = {name: method_label(study, name) for name in study["methods"]}
    texts = {codes: text_of(decoded(codes), labels) for codes in rows["reason_codes"].dropna().unique()}
    return rows.assign(reason=rows["reason_codes"].map(texts))


def notes_of(row: Mapping) -> tuple[Note, ...]:
    """Return the reasons of a row as codes with arguments."""
    return decoded(row["reason_codes"])
