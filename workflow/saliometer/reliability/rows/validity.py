"""Rows on how far methods score beyond controls and their own maps made blind, and below their ceilings."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from saliometer.metrics import OWN_ANCHORS, SHUFFLED_SIGNS, anchor_column
from saliometer.reliability.cliffs_delta import paired_cliffs_delta
from saliometer.reliability.clustering import intervals
from saliometer.reliability.clustering.intervals import Interval
from saliometer.reliability.difference_from_control import difference_from_control
from saliometer.reliability.rows.columns import (
    CEILING,
    CLIFFS_DELTA,
    DIFFERENCE,
    NOT_WHERE_UNDEFINED,
    UNCOUNTED,
    UNDECIDED,
    ControlSide,
    make_row,
    verdict_of_control,
)
from saliometer.reliability.rows.context import Context
from saliometer.reliability.rows.levels import OfMetric, Rows
from saliometer.reliability.sample import Comparison, describe_left_out, undefined_as_worst

NO_SIGNS = "not applicable: positive-only, it has no signs to shuffle"


def validity_rows(
    real: Comparison, controls: Comparison, methods: Mapping[str, Mapping], context: Context
) -> Iterator[dict]:
    """Yield how far every method scores above every control: mean difference and paired Cliff's delta.

    A control that is a ceiling is held against the methods alone that its block in ``methods`` says.
    """
    left_out = real.left_out | controls.left_out
    for control in [*controls.scores, *controls.left_out]:
        ceiling_of = methods[control].get("ceiling_of")
        for method in [*real.scores, *real.left_out]:
            if ceiling_of is not None and method not in ceiling_of:
                continue
            missing = {name: left_out[name] for name in (method, control) if name in left_out}
            if missing:
                yield _without(method, control, describe_left_out(missing))
                continue
            scores = real.scores[method], controls.scores[control]
            words = control if ceiling_of is None else CEILING
            yield from pair_rows(method, control, *scores, real, context, words)


def own_anchor_rows(
    real: Comparison, wide: pd.DataFrame, methods: Mapping[str, Mapping], context: Context
) -> Iterator[dict]:
    """Yield how far every method scores above its own maps with rotated labels, and with shuffled signs.

    Parameters: ``wide``, items down, (column, method) across; a metric without a column of an anchor has no
    rows for it. ``method_b`` is the anchor's name. A positive-only method has no signs to shuffle.
    """
    for anchor in OWN_ANCHORS:
        column = anchor_column(context.metric, anchor)
        if column not in wide.columns.get_level_values(0):
            continue
        for method in [*real.scores, *real.left_out]:
            if method in real.left_out:
                yield _without(method, anchor, describe_left_out({method: real.left_out[method]}))
            elif anchor == SHUFFLED_SIGNS and not methods[method]["signed"]:
                yield _without(method, anchor, NO_SIGNS)
            else:
                scores = real.scores[method], wide[column][method]
                yield from pair_rows(method, anchor, *scores, real, context)


def pair_rows(
    method: str,
    anchor: str,
    scores: pd.Series,
    anchor_scores: pd.Series,
    real: Comparison,
    context: Context,
    words: str = "",
) -> Iterator[dict]:
    """Yield the mean difference of two scores of the same questions, and their paired Cliff's delta.

    The verdict is that of the mean difference; Cliff's delta beside it says how often, and decides nothing.
    It is undecided where it would be another if an undefined score of either counted as the worst.

    Parameters: ``real``, whose clusters and links the questions have; ``words`` for the anchor in verdicts
    (default: its name).
    """
    words, how = words or anchor, intervals.counting(intervals.CLUSTER_T, real.linked)
    a, b = scores.to_numpy(), anchor_scores.to_numpy()
    n = int((~np.isnan(a - b)).sum())
    place = {"method_a": method, "method_b": anchor, "n_units": n, "n_missing": len(a) - n}
    beyond = real.linked, real.strata
    interval = difference_from_control(a, b, real.clusters, context.confidence, *beyond)
    verdict, reason = control_verdict(interval, words, context.smallest), ""
    if verdict != UNDECIDED and (np.isnan(a) != np.isnan(b)).any():
        filled = undefined_as_worst(pd.DataFrame({0: a, 1: b}), context.higher_is_better).to_numpy().T
        again = difference_from_control(*filled, real.clusters, context.confidence, *beyond)
        if not (again.low > 0 if interval.low > 0 else again.high < 0):
            verdict, reason = UNDECIDED, f"{verdict}, {NOT_WHERE_UNDEFINED}"
    undefined = "never defined on the same item"
    yield make_row(DIFFERENCE, interval, how, verdict, undefined, reason) | place
    delta = paired_cliffs_delta(a, b, real.clusters, context.confidence, *beyond)
    undefined = f"{undefined}, or always tied"
    note = ""
    if real.linked is not None and abs(delta.estimate) == 1 and not np.isnan(delta.low):
        how, note = intervals.CLUSTER_T, UNCOUNTED
    yield make_row(CLIFFS_DELTA, delta, how, "", undefined, note) | place | {"verdict": None}


def _without(method: str, anchor: str, reason: str) -> dict:
    return make_row(DIFFERENCE, reason=reason, n_units=0, method_a=method, method_b=anchor)


def control_verdict(interval: Interval, control: str, smallest: float = 0.0) -> str:
    """Say on which side of the control the whole interval lies: higher or lower scores, not better ones.

    Parameters: ``smallest``, the smallest difference that matters; a smaller estimate is named as such.
    """
    side = None
    if interval.low > 0 or interval.high < 0:
        side = ControlSide(interval.low > 0, abs(interval.estimate) < smallest)
    return verdict_of_control(side, control, smallest)


ROWS = (
    Rows(OfMetric, 60, lambda at: validity_rows(at.real, at.controls, at.methods, at.context)),
    Rows(OfMetric, 70, lambda at: own_anchor_rows(at.real, at.wide, at.methods, at.context)),
)
