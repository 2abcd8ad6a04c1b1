"""Coefficients as figures and report show them: rows of the table, with labels for the names of methods."""

import pandas as pd

from saliometer.findings.scope import Scope, method_label, within
from saliometer.reliability.rows.columns import ALL
from saliometer.reliability.sample import with_labels


def coefficient_rows(study: dict, reliability: pd.DataFrame, scope: Scope, coefficient: str) -> pd.DataFrame:
    """Return a coefficient's rows within a scope, of all items; reasons call methods by their labels."""
    rows = within(reliability, scope)
    rows = rows[(rows["coefficient"] == coefficient) & (rows["items"] == ALL)]
    labels = {name: method_label(study, name) for name in study["methods"]}
    reasons = rows["reason"].map(lambda reason: with_labels(reason, labels), na_action="ignore")
    return rows.assign(reason=reasons)


def scope_rows(study: dict, reliability: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Return the rows that bear on a scope: its own, and those over several forms, data sets or models.

    A scope column that is empty stands for all of them; reasons call methods by their labels.
    """
    rows = reliability
    for column, value in scope._asdict().items():
        rows = rows[(rows[column] == value) | rows[column].isna()]
    labels = {name: method_label(study, name) for name in study["methods"]}
    reasons = rows["reason"].map(lambda reason: with_labels(reason, labels), na_action="ignore")
    return rows.assign(reason=reasons)
