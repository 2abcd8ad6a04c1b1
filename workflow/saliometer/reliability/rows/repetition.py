"""Rows on what comes out again: replicates of stochastic methods, and parallel forms of the mosaics."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from saliometer.reliability.bland_altman import limits_of_agreement
from saliometer.reliability.clustering import intervals
from saliometer.reliability.codes import Code, Note, note
from saliometer.reliability.intraclass import AGREEMENT, ONE_WAY, intraclass_correlations
from saliometer.reliability.rows.columns import BIAS, LIMIT, PARALLEL, RETEST, make_row
from saliometer.reliability.rows.levels import OfForms, OfMetric, Rows
from saliometer.reliability.sample import QUESTION, of_questions
from saliometer.reliability.test_retest import retest_reliability

F_INTERVAL = "f_distribution"
ERROR_INTERVAL = "chi_square_or_cluster_jackknife_log"  # the wider of the two
WITHOUT_CLUSTERS = {"n_clusters": None}  # F distributions take items as independent
ROTATION = "rotation"  # forms with labelled places; other forms are random redraws


def replicate_noise(
    rows: pd.DataFrame, metric: str, methods: Mapping[str, Mapping]
) -> dict[str, tuple[float, int]]:
    """Return each method's variance of one replicate about the mean of its item, and its replicates.

    0 for methods that draw nothing, NaN where a stochastic method has one replicate. Networks drawn anew are
    replicates too, of a control, which no generalizability is asked of.
    """
    noise = {}
    for name, rows_of_method in rows.groupby("method"):
        n_replicates = rows_of_method["replicate"].nunique()
        if n_replicates > 1:
            variances = rows_of_method.groupby(QUESTION)[metric].var(ddof=1)
            noise[name] = float(variances.mean()), n_replicates
        else:
            noise[name] = (np.nan if methods[name].get("stochastic") else 0.0), 1
    return noise


def retest_rows(
    rows: pd.DataFrame, metric: str, methods: Mapping[str, Mapping], confidence: float
) -> Iterator[dict]:
    """Yield test-retest coefficients of every saliency method on which the metric is defined."""
    for name in (name for name, block in methods.items() if not block["control"]):
        rows_of_method = rows[rows["method"] == name]
        if rows_of_method[metric].isna().all():
            continue
        if rows_of_method["replicate"].nunique() < 2:
            why = [note(_why_not_measured(methods[name]))]
            yield make_row(RETEST.format("icc_1_1"), notes=why, method_a=name, n_units=len(rows_of_method))
            continue
        table = rows_of_method.pivot(index=QUESTION, columns="replicate", values=metric)
        retest = retest_reliability(of_questions(table, rows_of_method), confidence)
        sizes = {"n_raters": retest.n_replicates, "n_units": retest.n_items, "n_missing": retest.n_missing}
        by_name = {
            "icc_1_1": (retest.icc_single, F_INTERVAL),
            "icc_1_k": (retest.icc_mean, F_INTERVAL),
            "noise_share": (retest.noise_share, F_INTERVAL),
            "standard_error_of_measurement": (retest.error, ERROR_INTERVAL),
            "minimal_detectable_difference": (retest.detectable_difference, ERROR_INTERVAL),
        }
        for word, (interval, how) in by_name.items():
            undefined = [_why_undefined(retest.n_items)]
            row = make_row(RETEST.format(word), interval, how, None, undefined, method_a=name, **sizes)
            yield row | WITHOUT_CLUSTERS if how == F_INTERVAL else row


def form_rows(
    rows: pd.DataFrame, forms: Sequence[str], metric: str, methods: Mapping[str, Mapping], confidence: float
) -> Iterator[dict]:
    """Yield, for every saliency method, how well parallel forms of the same questions agree.

    Parameters: ``rows`` of one data set and model, all forms, with their clusters; the ``forms``, the
    original first. ICC(A,1) of all rotations with the original, whose places are labelled; ICC(1,1) of
    redraws; and for each further form the limits of agreement with the original.
    """
    first = forms[0]
    kinds = {
        "icc_a_1": (AGREEMENT, [form for form in forms if form.startswith(ROTATION)]),
        "icc_1_1": (ONE_WAY, [form for form in forms[1:] if not form.startswith(ROTATION)]),
    }
    for name in (name for name, block in methods.items() if not block["control"]):
        rows_of_method = rows[rows["method"] == name]
        table = rows_of_method.groupby([*QUESTION, "form"])[metric].mean().unstack("form")
        if first not in table or table[first].isna().all():
            continue
        for word, (kind, others) in kinds.items():
            if others:
                chosen = table[[first, *others]].dropna()
                correlation = intraclass_correlations(chosen.to_numpy(), confidence)[kind]
                sizes = {"n_raters": 1 + len(others), "n_units": len(chosen)}
                sizes["n_missing"] = len(table) - len(chosen)
                undefined = [_why_undefined(len(chosen))]
                row = make_row(
                    PARALLEL.format(word), correlation, F_INTERVAL, None, undefined, method_a=name, **sizes
                )
                yield row | WITHOUT_CLUSTERS
        for form in forms[1:]:
            agreement = limits_of_agreement(of_questions(table[[form, first]], rows_of_method), confidence)
            sizes = {"n_raters": 2, "n_units": agreement.n, "n_missing": agreement.n_missing}
            undefined = [note(Code.NO_ITEM_IN_BOTH if agreement.n < 1 else Code.FEW_PAIRS)]
            for word, interval in (
                (BIAS, agreement.bias),
                (LIMIT.format("lower"), agreement.lower),
                (LIMIT.format("upper"), agreement.upper),
            ):
                row = make_row(word, interval, intervals.CLUSTER_T, None, undefined, method_a=name, **sizes)
                yield row | {"form": form}


def _why_undefined(n_items: int) -> Note:
    return note(Code.NO_VARIANCE if n_items > 1 else Code.FEW_REPEATED_ITEMS)


def _why_not_measured(block: Mapping) -> Code:
    """Return why one replicate tells nothing; of a table's methods nobody knows whether they draw: None."""
    stochastic = block.get("stochastic", False)
    if stochastic is None:
        return Code.ONE_REPLICATE_OF_A_TABLE
    return Code.ONE_REPLICATE if stochastic else Code.DRAWS_NOTHING


ROWS = (
    Rows(
        OfMetric,
        80,
        lambda at: retest_rows(at.scores, at.context.metric, at.methods, at.context.confidence),
    ),
    Rows(OfForms, 10, lambda at: form_rows(at.scores, at.forms, at.metric, at.methods, at.confidence)),
)
