"""What the page says of the ranking of the methods: how reliable, which places, whether it is repeated."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from saliometer.findings.numbers import ABSENT
from saliometer.reliability.rows.columns import GENERALIZABILITY, RANK, RETEST, SELECTED, UNDECIDED
from saliometer.reliability.sample import SEPARATED
from saliometer.report.html_tables import Cell, HtmlTable, make_table
from saliometer.report.reliability_sentences import estimate_of, reason_of, unknown_by_reason
from saliometer.report.sentences import percent, with_interval

OF_RETEST = ("icc_1_1", "noise_share", "minimal_detectable_difference")
COEFFICIENTS = (GENERALIZABILITY, RANK, SELECTED, *map(RETEST.format, OF_RETEST))


def generalizability_sentences(rows: Mapping[str, Mapping]) -> list[str]:
    """Say by each metric what it separates, and what speaks against it.

    Parameters: ``rows`` of the G coefficient by the metric's label; a metric without a row is not named.
    """
    known = [
        f"{label}: G {with_interval(estimate_of(row))}, {_verdict(row)}."
        for label, row in rows.items()
        if np.isfinite(row["estimate"])
    ]
    return known + [f"{without}." for without in unknown_by_reason(rows, "no G")]


def _verdict(row: Mapping) -> str:
    """The verdict and why; the pairs themselves are named where methods are told apart."""
    why, mark, _ = reason_of(row).partition(SEPARATED)
    why += mark.rstrip(": ")
    return f"undecided: {why}" if row["verdict"] == UNDECIDED else f"{row['verdict']} ({why})"


def rank_table(rows: pd.DataFrame, labels: Mapping[str, str], caption: str) -> HtmlTable:
    """Place by the mean, set of places and share of resamples in which it leads, of every method, best first.

    Parameters: ``rows`` of one metric, of RANK and SELECTED; ``labels`` by method.
    """
    ranks = rows[rows["coefficient"] == RANK].sort_values("estimate")
    often = rows[rows["coefficient"] == SELECTED].set_index("method_a")["estimate"]
    body = [
        [
            Cell(labels[row["method_a"]]),
            Cell(f"{row['estimate']:g}", float(row["estimate"])),
            _places(row),
            Cell(percent(often[row["method_a"]]), float(often[row["method_a"]])),
        ]
        for _, row in ranks.iterrows()
    ]
    return make_table(caption, ["Method", "Place by mean", "Places it may hold", "Best in resamples"], body)


def _places(row: Mapping) -> Cell:
    low, high = row["ci_low"], row["ci_high"]
    if not np.isfinite(low):
        return Cell(ABSENT)
    return Cell(f"{low:.0f}" if low == high else f"{low:.0f} to {high:.0f}", float(low))


def retest_sentences(rows: pd.DataFrame, labels: Mapping[str, str], metric: str) -> list[str]:
    """Say how much of a metric's scores are the explainers' own noise, or that it was not measured.

    Parameters: ``rows`` of one metric; ``labels`` by method; the metric's label, in running text.
    """
    by_method = rows.set_index(["coefficient", "method_a"])
    single, noise, least = (RETEST.format(word) for word in OF_RETEST)
    said, without = [], {}
    for method in rows.loc[rows["coefficient"] == single, "method_a"]:
        row = by_method.loc[(single, method)]
        if not np.isfinite(row["estimate"]):
            without.setdefault(reason_of(row), []).append(labels[method])
            continue
        share, difference = (by_method.loc[(name, method), "estimate"] for name in (noise, least))
        said.append(
            f"{labels[method]}: replicates agree by ICC(1,1) {with_interval(estimate_of(row))}; "
            f"{percent(share)} of the variance of {metric} over items is its own sampling noise, which "
            f"alone hardly moves two means further apart than {difference:.2g}."
        )
    return said + [f"{', '.join(names)}: {reason}." for reason, names in without.items()]
