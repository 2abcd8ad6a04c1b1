"""A paragraph on methods that is ready to paste: what this run did, no more, with its references."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from saliometer.reliability.clustering.intervals import CLUSTER_T, DYADIC, DYADIC_T
from saliometer.reliability.clustering.labels import CONDITIONAL
from saliometer.reliability.rows import columns as names
from saliometer.reliability.rows.form_variance import DESIGNS
from saliometer.reliability.rows.verdicts import ENOUGH, LEVEL
from saliometer.report.references import IN_TEXT, REFERENCES
from saliometer.report.sentences import counted, listed, percent


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
    the confusion matrix of maps on mosaics. A coefficient is named when at least
    one row has an estimate of it.
    """
    known = rows[rows["estimate"].notna()]
    done = set(known["coefficient"])
    share = percent(confidence).replace(" ", "")
    said, cited = [], []

    def tell(when: bool, sentence: str, *keys: str) -> None:
        if when:
            called = "; ".join(IN_TEXT[key] for key in keys)
            said.append(f"{sentence[:-1]} ({called})." if called else sentence)
            cited.extend(key for key in keys if key not in cited)

    def has(*coefficients: str) -> bool:
        return any(one in done for one in coefficients)

    sizes = known[known["coefficient"] == names.ALPHA]
    items = f" on {counted(int(sizes['n_raters'].max()), 'item')}" if len(sizes) else ""
    clusters = f" of {int(sizes['n_clusters'].max())} {over}" if len(sizes) else ""
    tell(
        True,
        f"We compared {counted(len(labels), 'saliency method')} ({listed(list(labels))}) by "
        f"{listed(list(metrics))}{items}{clusters}, "
        "and measured how reliable the scores are as psychometric test scores.",
        "fresz",
    )
    tell(
        mosaics,
        "Scores are those of the confusion matrix of relevance on mosaics of images.",
        "arias",
        "confusion",
    )
    tell(
        has(names.ALPHA),
        "Agreement of single items on the ranking of the methods is Krippendorff's ordinal alpha.",
        "krippendorff",
    )
    tell(
        has(names.BETWEEN),
        f"The mean of Spearman's rho over pairs of items of different {over} leaves out what "
        f"items of "
        "the same one share.",
        "kendall",
    )
    tell(
        has(names.CONCORDANCE),
        "Exchangeability of the methods was tested with Kendall's W by permuting the methods' labels within "
        f"{over}.",
        "kendall",
    )
    tell(
        has(names.GENERALIZABILITY),
        "The reliability of differences between the methods' means is the coefficient G of generalizability "
        f"theory, with methods as objects and items nested in {over}; its {share} interval, by the "
        f"jackknife over {over}, is for these methods.",
        "cronbach",
        "brennan",
        "efron",
    )
    tell(
        has(names.GENERALIZABILITY),
        f"A metric counts as separating these methods when the lower end of that interval is at least "
        f"{ENOUGH:.2f}, p of the permutation test is below {LEVEL} after Holm's adjustment for the "
        "metrics, and methods are told apart by more than their sampling noise and the smallest difference "
        "that "
        "matters; all inference is conditional "
        "on the methods compared.",
        "holm",
    )
    ranked = known[known["coefficient"] == names.RANK]
    tell(
        bool(ranked["ci_low"].notna().any()),
        f"Pairs of methods were compared by the differences of their means, with simultaneous {share} "
        f"intervals from the largest t over all pairs with the signs of {over} flipped; the sets of places "
        "that methods may hold follow from them.",
        "mogstad",
    )
    tell(
        has(names.CLIFFS_DELTA),
        "Methods were held against controls on the same items by paired Cliff's delta.",
        "cliff",
    )
    intervals = set(known["ci_method"].dropna())
    tell(
        bool(intervals & {CLUSTER_T, DYADIC_T}),
        f"Intervals of means and differences take {over} as clusters, of any sizes (CR2, Student's t with "
        "Satterthwaite's degrees of freedom).",
        "bell",
        "pustejovsky",
    )
    tell(
        any(one.endswith(DYADIC) for one in intervals),
        f"Intervals and tests count every two items of different {over} that share an image: the variance is "
        "dyadic-robust, in rank statistics and correlations by first-order design effects.",
        "aronow",
        "rao",
    )
    fixed = known["reason"].fillna("").str.contains(CONDITIONAL).any()
    tell(bool(fixed), "Intervals are over images within the two classes, which are taken as fixed.")
    tell(
        has(names.RHO),
        "Whether two methods find the same items easy is Spearman's rho between them.",
        "kendall",
    )
    tell(
        has(f"{names.METHODS_WITHIN}_mean"),
        f"It was taken apart into that of means of {over} and that within them (stratified).",
        "taylor",
    )
    tell(
        has(names.CONSISTENCY),
        "Internal consistency is Spearman's rho between two metrics over the maps of a method.",
        "tomsett",
    )
    replicates = known[known["coefficient"] == names.RETEST.format("icc_1_1")]
    tell(
        bool(len(replicates)),
        f"Stochastic methods had {counted(_count(replicates), 'replicate')}, whose agreement is ICC(1,1).",
        "shrout",
        "mcgraw",
    )
    tell(bool(len(replicates)), "Differences of replicates were plotted against their mean.", "bland")
    forms = {names.PARALLEL.format("icc_a_1"), names.PARALLEL.format("icc_1_1")} & done
    tell(bool(forms), "Agreement of parallel forms of the mosaics is the intraclass correlation.", "mcgraw")
    over_forms = {names.FORMS_GENERALIZABILITY.format(kind) for kind in DESIGNS} & done
    tell(
        bool(over_forms),
        "Variance components over forms treat rotations as crossed, redraws as nested.",
        "brennan",
    )
    tell(names.BIAS in done, "Their bias is given with limits of agreement.", "bland")
    across = [one for one in done if str(one).startswith(names.ACROSS.format(""))]
    axes = sorted({one.split("_")[-3].replace("datasets", "data sets") for one in across})
    tell(
        bool(across),
        f"Agreement of rankings across {listed(axes)} is alpha with its permutation null.",
        "krippendorff",
    )
    return Paragraph(said, [REFERENCES[key] for key in REFERENCES if key in cited])


def _count(rows: pd.DataFrame) -> int:
    found = rows["n_raters"].dropna()
    return int(found.min()) if len(found) else 0


def as_text(paragraph: Paragraph) -> str:
    """Return the paragraph and its references as plain text, as it is copied."""
    return "\n\n".join([" ".join(paragraph.sentences), "\n".join(paragraph.references)])
