"""Verdicts with a side: which method of a pair scores better, on which side of a control one scores."""

from collections.abc import Mapping
from typing import NamedTuple

from saliometer.reliability.codes import Code, Note, decoded, note

CEILING = "its ceiling"  # for the name of a method's own positive anchor
# By whether the difference is smaller than the smallest that matters.
A_BETTER, B_BETTER = (Code.A_BETTER, Code.A_BARELY_BETTER), (Code.B_BETTER, Code.B_BARELY_BETTER)
ABOVE, BELOW = (Code.ABOVE, Code.BARELY_ABOVE), (Code.BELOW, Code.BARELY_BELOW)
WITHDRAWN = (Code.NOT_WHERE_UNDEFINED, Code.NOT_AFTER_HOLM)


class Side(NamedTuple):
    """Which method of a pair scores better, and whether by too little to matter."""

    better: str
    worse: str
    negligible: bool


class ControlSide(NamedTuple):
    """On which side of a control a method scores, and whether by too little to matter."""

    above: bool
    negligible: bool


def verdict_of_pair(better: str, is_a: bool, negligible: bool, smallest: float) -> Note:
    """Return the verdict of a pair of which one scores better; ``smallest``, the difference that matters."""
    return note((A_BETTER if is_a else B_BETTER)[negligible], better=better, smallest=smallest)


def verdict_of_control(side: ControlSide | None, control: str, smallest: float) -> Note:
    """Return the verdict of a difference from a control; None is undecided."""
    if side is None:
        return note(Code.UNDECIDED)
    return note((ABOVE if side.above else BELOW)[side.negligible], anchor=control, smallest=smallest)


def side_of_pair(code: str | None, method_a: str, method_b: str) -> Side | None:
    """Return what the code of a pair's verdict says; None where it is undecided or none."""
    if code in A_BETTER:
        return Side(method_a, method_b, code == Code.A_BARELY_BETTER)
    return Side(method_b, method_a, code == Code.B_BARELY_BETTER) if code in B_BETTER else None


def control_side(code: str | None) -> ControlSide | None:
    """Return what the code of the verdict on a control says; None where it is undecided or none."""
    above, below = code in ABOVE, code in BELOW
    return ControlSide(above, code in (Code.BARELY_ABOVE, Code.BARELY_BELOW)) if above or below else None


def withdrawn_of(row: Mapping) -> Code | None:
    """Return why a row of the table is undecided though its interval excludes 0; None where it is not."""
    codes = [one.code for one in decoded(row["reason_codes"])]
    return next((code for code in WITHDRAWN if code in codes), None)
