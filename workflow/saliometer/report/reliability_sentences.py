"""Sentences about the reliability of scores: pure functions of rows of the reliability table."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from saliometer.findings.numbers import correlation, decimal
from saliometer.findings.results import Estimate
from saliometer.reliability.rows.columns import ALIKE, OPPOSITELY, UNDECIDED
from saliometer.report.sentences import counted, listed, with_interval

MEANINGS = {
    ALIKE: "the methods tend to find the same items easy",
    OPPOSITELY: "what is easy for one method tends to be hard for another",
    UNDECIDED: "whether the methods find the same items easy is undecided",
}


def estimate_of(row: Mapping) -> Estimate:
    """Return the estimate and interval of a row of coefficients."""
    return Estimate(float(row["estimate"]), float(row["ci_low"]), float(row["ci_high"]))


def alpha_sentences(rows: Mapping[str, Mapping], over: str) -> list[str]:
    """Say by each metric how far single items agree on the ranking of the methods, or why not known.

    Parameters: ``rows`` of the reliability table by the metric's label; ``over``, what the intervals
    generalise over. Metrics without a coefficient for the same reason share a sentence.
    """
    known = [
        f"{label}: alpha {with_interval(estimate_of(row))} for {int(row['n_units'])} methods "
        f"({counted(int(row['n_raters']), 'item')}, {int(row['n_clusters'])} {over}{_missing(row)}): "
        f"{row['verdict']}."
        for label, row in rows.items()
        if np.isfinite(row["estimate"])
    ]
    return known + [f"{without}." for without in unknown_by_reason(rows, "no alpha")]


def correlation_sentences(rows: Mapping[str, Mapping]) -> list[str]:
    """Say by each metric whether the methods find the same items easy, or why that is not known.

    Parameters: ``rows`` of the mean Spearman's rho by the metric's label.
    """
    known = [
        f"{label}: mean \N{GREEK SMALL LETTER RHO} {correlation(row['estimate'])} "
        f"{correlation_interval(estimate_of(row))} between {int(row['n_raters'])} methods: "
        f"{MEANINGS[row['verdict']]}."
        for label, row in rows.items()
        if np.isfinite(row["estimate"])
    ]
    return known + [f"{without}." for without in unknown_by_reason(rows, "no mean correlation")]


def by_cluster_sentences(
    between: Mapping | None, within: Mapping | None, metric: str, over: str
) -> list[str]:
    """Say how far methods find the same clusters easy, and the same items within them.

    Parameters: rows of the mean rho of methods between and within clusters, of one metric; ``metric``, its
    label in running text; ``over``, what the clusters are. Nothing where both are unknown.
    """
    known = [
        (row, where)
        for row, where in ((between, f"between {over} by their means"), (within, f"within {over}"))
        if row is not None and np.isfinite(row["estimate"])
    ]
    if not known:
        return []
    with_limits = any(np.isfinite(row["ci_low"]) for row, _ in known)
    said = [
        " ".join(
            [
                correlation(row["estimate"]),
                *([correlation_interval(estimate_of(row))] if with_limits else []),
                where,
            ]
        )
        for row, where in known
    ]
    why = "" if with_limits else f" ({reason_of(known[0][0])})"
    return [f"Taken apart, mean \N{GREEK SMALL LETTER RHO} by {metric} is {listed(said)}{why}."]


def correlation_interval(estimate: Estimate) -> str:
    """Return ``[.14, .54]``, or words where there is no interval."""
    if not np.isfinite(estimate.low):
        return "(no interval)"
    return f"[{correlation(estimate.low)}, {correlation(estimate.high)}]"


def unknown_by_reason(rows: Mapping[str, Mapping], what: str) -> list[str]:
    """Return ``Sensitivity and F1: no alpha, <reason>`` for each distinct reason among ``rows`` by label."""
    reasons = {label: reason_of(row) for label, row in rows.items() if not np.isfinite(row["estimate"])}
    return [
        f"{listed([label for label in reasons if reasons[label] == reason])}: {what}, {reason}"
        for reason in dict.fromkeys(reasons.values())
    ]


def reason_of(row: Mapping) -> str:
    """Return the reason that a row gives for having no estimate."""
    reason = row["reason"]
    return "no reason was recorded" if pd.isna(reason) else str(reason)


def _missing(row: Mapping) -> str:
    n = row["n_missing"]
    if pd.isna(n) or n == 0:
        return ""
    return f", {counted(int(n), 'item')} left out, where a method is undefined"


def extreme_pairs(rows: pd.DataFrame, label) -> str:
    """Name the least and the most correlated pair of methods; "" where no pair is known.

    Parameters: ``rows``, pairs of the reliability table; ``label``, a function from a method to its label.
    """
    known = rows[rows["estimate"].notna()]
    if known.empty:
        return ""
    least, most = (known.loc[known["estimate"].idxmin()], known.loc[known["estimate"].idxmax()])
    pair = "{} and {} {}".format
    low = pair(label(least["method_a"]), label(least["method_b"]), decimal(least["estimate"]))
    high = pair(label(most["method_a"]), label(most["method_b"]), decimal(most["estimate"]))
    return f"lowest: {low}" if len(known) == 1 else f"lowest: {low}; highest: {high}"
