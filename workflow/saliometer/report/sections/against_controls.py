"""Methods against controls, where no chance level is known: better, worse, or not told apart."""

from collections.abc import Sequence

from saliometer.findings.results import Difference, MethodResult
from saliometer.metrics import MetricSpec
from saliometer.report.sentences import TOO_LITTLE, listed, size_in_words, with_reason

BETTER, WORSE, UNCLEAR = "better than", "worse than", "not told apart from"


def control_sentences(
    real: Sequence[MethodResult], metric: MetricSpec, sides: Sequence[str] = (BETTER, WORSE, UNCLEAR)
) -> list[str]:
    """Say of each control which methods are better than it, which are worse, and which are not told apart.

    Parameters: ``sides``, what to speak of.
    """
    sentences = []
    for control in dict.fromkeys(one.control for result in real for one in result.differences):
        groups: dict[str, list[str]] = {}
        for result in real:
            for one in (one for one in result.differences if one.control == control):
                groups.setdefault(_side(one, metric.higher_is_better), []).append(_with_size(result, one))
        sentences += [
            f"{listed(groups[side])}: {side} the control {control} by {metric.label}."
            for side in sides
            if side in groups
        ]
    return sentences


def _side(difference: Difference, higher_is_better: bool) -> str:
    if difference.side is None:
        return UNCLEAR
    return BETTER if difference.side.above == higher_is_better else WORSE


def _with_size(result: MethodResult, difference: Difference) -> str:
    """Name a method; with its difference where that is too small to matter, or why it is not told apart."""
    if difference.withdrawn or not (difference.side and difference.side.negligible):
        return with_reason(result.label, difference.withdrawn)
    return f"{result.label} (by {size_in_words(difference.estimate.value)}{TOO_LITTLE})"
