"""Rows on how far methods score beyond controls and their own maps made blind, and below their ceilings."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from saliometer.metrics import OWN_ANCHORS, SHUFFLED_SIGNS, anchor_column
from saliometer.reliability.cliffs_delta import difference_from_control, paired_cliffs_delta
from saliometer.reliability.clustering import intervals
from saliometer.reliability.clustering.intervals import Interval
from saliometer.reliability.codes import Code, Note, note
from saliometer.reliability.rows.columns import CLIFFS_DELTA, DIFFERENCE, make_row
from saliometer.reliability.rows.context import Context
from saliometer.reliability.rows.levels import OfMetric, Rows
from saliometer.reliability.rows.sides import CEILING, ControlSide, verdict_of_control
from saliometer.reliability.sample import Sample, notes_on_left_out, undefined_as_worst


def validity_rows(
    real: Sample, controls: Sample, methods: Mapping[str, Mapping], context: Context
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
                yield _without(method, control, notes_on_left_out(missing))
                continue
            pair = pair_of(real, method, control, controls.scores[control])
            words = control if ceiling_of is None else CEILING
            yield from pair_rows(pair, context, words)


def own_anchor_rows(
    real: Sample, wide: pd.DataFrame, methods: Mapping[str, Mapping], context: Context
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
                yield _without(method, anchor, notes_on_left_out({method: real.left_out[method]}))
            elif anchor == SHUFFLED_SIGNS and not methods[method]["signed"]:
                yield _without(method, anchor, [note(Code.NO_SIGNS)])
            else:
                yield from pair_rows(pair_of(real, method, anchor, wide[column][method]), context)


def pair_of(real: Sample, method: str, anchor: str, anchor_scores: pd.Series) -> Sample:
    """Return the questions with two scores each: of a method among the real ones, and of an anchor."""
    scores = [real.scores[method], anchor_scores]
    return real.with_scores(pd.concat(scores, axis=1, keys=[method, anchor]))


def pair_rows(pair: Sample, context: Context, words: str = "") -> Iterator[dict]:
    """Yield the mean difference of two scores of the same questions, and their paired Cliff's delta.

    The verdict is that of the mean difference; Cliff's delta beside it says how often, and decides nothing.
    It is undecided where it would be another if an undefined score of either counted as the worst.

    Parameters: ``pair``, as ``pair_of``; ``words`` for the anchor in verdicts (default: its name).
    """
    method, anchor = pair.scores
    words, how = words or anchor, intervals.counting(intervals.CLUSTER_T, pair.links)
    n = int(pair.defined.sum())
    place = {"method_a": method, "method_b": anchor, "n_units": n, "n_missing": len(pair) - n}
    interval = difference_from_control(pair, context.confidence)
    verdict, withdrawn = control_verdict(interval, words, context.smallest), []
    if verdict.code != Code.UNDECIDED and (pair.scores.isna().sum(axis=1) == 1).any():
        filled = undefined_as_worst(pair, context.higher_is_better)
        again = difference_from_control(filled, context.confidence)
        if not (again.low > 0 if interval.low > 0 else again.high < 0):
            withdrawn = [note(Code.NOT_WHERE_UNDEFINED, verdict=verdict)]
            verdict = note(Code.UNDECIDED)
    undefined = [note(Code.NO_SHARED_ITEM)]
    yield make_row(DIFFERENCE, interval, how, verdict, undefined, withdrawn) | place
    delta = paired_cliffs_delta(pair, context.confidence)
    notes = []
    if pair.links is not None and abs(delta.estimate) == 1 and not np.isnan(delta.low):
        how, notes = intervals.CLUSTER_T, [note(Code.SHARED_NOT_COUNTED)]
    undefined = [*undefined, note(Code.OR_ALWAYS_TIED)]
    yield make_row(CLIFFS_DELTA, delta, how, None, undefined, notes) | place


def _without(method: str, anchor: str, notes: Sequence[Note]) -> dict:
    return make_row(DIFFERENCE, notes=notes, n_units=0, method_a=method, method_b=anchor)


def control_verdict(interval: Interval, control: str, smallest: float = 0.0) -> Note:
    """Say on which side of the control the whole interval lies: higher or lower scores, not better ones.

    Parameters: ``smallest``, the smallest difference that matters; a smaller estimate is named as such.
    """
    side = None
    if interval.low > 0 or interval.high < 0:
        side = ControlSide(interval.low > 0, abs(interval.estimate) < smallest)
    return verdict_of_control(side, control, smallest)


ROWS = (
    Rows(OfMetric, 60, lambda at: validity_rows(at.real, at.controls, at.methods, at.context)),
    Rows(OfMetric, 70, lambda at: own_anchor_rows(at.real, at.sample.scores, at.methods, at.context)),
)
