"""A paragraph on methods that is ready to paste: what this run did, no more, with its references."""

import csv
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from saliometer.reliability.clustering.intervals import DYADIC
from saliometer.reliability.codes import Code, decoded, has
from saliometer.reliability.rows import columns as names
from saliometer.reliability.rows.verdicts import ENOUGH, LEVEL
from saliometer.report.sentences import counted, listed, percent

SINGLE = names.RETEST.format("icc_1_1")
ACROSS = {
    names.ACROSS.format(f"{axis}_by_{location}"): noun
    for axis, noun in (("datasets", "data sets"), ("metrics", "metrics"), ("models", "models"))
    for location in ("mean", "median")
}
HERE = Path(__file__).parent
MOSAICS, RANK_SETS, ACROSS_SETTINGS = "mosaics", "rank_sets", "across_settings"


class Paragraph(NamedTuple):
    """``sentences`` in order, and the ``references`` that they cite."""

    sentences: list[str]
    references: list[str]


def methods_paragraph(
    rows: pd.DataFrame,
    metrics: Sequence[str],
    labels: Sequence[str],
    over: str,
    confidence: float,
    mosaics: bool = True,
) -> Paragraph:
    """Write the paragraph of one scope.

    Parameters: ``rows`` of the scope, of all items; labels of the metrics and of the saliency methods;
    ``over``, what intervals generalise over; ``confidence`` in (0, 1); ``mosaics``, whether the scores are of
    the confusion matrix of maps on mosaics. A coefficient is named when at least one row has an estimate of
    it.
    """
    known = rows[rows["estimate"].notna()]
    alpha, repeated = (known[known["coefficient"] == name] for name in (names.ALPHA, SINGLE))
    items = f" on {counted(int(alpha['n_raters'].max()), 'item')}" if len(alpha) else ""
    grouped = len(alpha) and (alpha["n_clusters"] < alpha["n_raters"]).any()
    clusters = f" of {int(alpha['n_clusters'].max())} {over}" if grouped else ""
    n_replicates = repeated["n_raters"].dropna()
    words = {
        "over": over,
        "share": percent(confidence).replace(" ", ""),
        "enough": ENOUGH,
        "level": LEVEL,
        "replicates": counted(int(n_replicates.min()) if len(n_replicates) else 0, "replicate"),
        "axes": listed(sorted({ACROSS[name] for name in set(known["coefficient"]) & set(ACROSS)})),
    }
    first = (
        f"We compared {counted(len(labels), 'saliency method')} ({listed(list(labels))}) by "
        f"{listed(list(metrics))}{items}{clusters}, and measured how reliable the scores are as psychometric "
        "test scores."
    )
    done = {*_done(known), *([MOSAICS] if mosaics else [])}
    chosen = [(first, ["fresz"])]
    for row in _rows_of("methods_paragraph.csv"):
        if done & set(row["when"].split()):
            chosen.append((row["sentence"].format(**words), row["cites"].split()))
    cited = {key for _, keys in chosen for key in keys}
    return Paragraph(
        [_citing(sentence, keys) for sentence, keys in chosen],
        [work["reference"] for key, work in references().items() if key in cited],
    )


def _done(known: pd.DataFrame) -> Iterator[str]:
    """Yield what was computed, as the column "when" calls it: coefficients, intervals and codes."""
    yield from known["coefficient"].unique()
    methods = set(known["ci_method"].dropna())
    yield from methods
    if any(one.endswith(DYADIC) for one in methods):
        yield DYADIC.strip("_")
    if known.loc[known["coefficient"] == names.RANK, "ci_low"].notna().any():
        yield RANK_SETS
    if not known[known["coefficient"].isin(ACROSS)].empty:
        yield ACROSS_SETTINGS
    if any(has(decoded(codes), Code.CONDITIONAL_ON_CLASSES) for codes in known["reason_codes"].unique()):
        yield Code.CONDITIONAL_ON_CLASSES


def _citing(sentence: str, keys: Collection[str]) -> str:
    works = "; ".join(references()[key]["in_text"] for key in keys)
    return f"{sentence[:-1]} ({works})." if works else sentence


def references() -> dict[str, dict[str, str]]:
    """Return the works that the page may cite by key: in_text, what the text calls it, and reference."""
    return {row["key"]: row for row in _rows_of("references.csv")}


@cache
def _rows_of(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_text(paragraph: Paragraph) -> str:
    """Return the paragraph and its references as plain text, as it is copied."""
    return "\n\n".join([" ".join(paragraph.sentences), "\n".join(paragraph.references)])
