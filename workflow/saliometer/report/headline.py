"""What leads the page: where the methods stand against chance, and who leads by how certain a lead."""

from collections.abc import Sequence

import numpy as np

from saliometer.findings.numbers import decimal
from saliometer.findings.results import (
    ABOVE,
    BARELY_ABOVE,
    BARELY_BELOW,
    BELOW,
    UNDEFINED,
    MethodResult,
)
from saliometer.reliability.rows.columns import UNDECIDED
from saliometer.report.leading import LeadWords, compared
from saliometer.report.sentences import listed, with_interval
from saliometer.report.separated import TOO_LITTLE, Ranking, difference_in_words, lead_sentence

WHERE_DEFINED = "on the items on which all are defined"
UNTESTED = "fewer than two items have a score of every method, so no difference was tested"


def rank_words(result: MethodResult, real: Sequence[MethodResult]) -> str:
    """Say the rank of a method among those that have one, and over which items where that is not all."""
    ranked = [one for one in real if one.rank is not None]
    where = "" if all(one.n_defined == one.n for one in ranked) else f" {WHERE_DEFINED}"
    return f"rank {result.rank} of {len(ranked)}{where}"


def leading_sentence(
    result: MethodResult, real: Sequence[MethodResult], target_tiles: int, words: LeadWords
) -> str:
    """Say what a method's mean of the leading metric is, and how that compares."""
    if result.verdict == UNDEFINED:
        return f"{result.label} has no defined {words.name} on any map: {words.undefined_when}."
    where = "target tile" if target_tiles == 1 else "target tiles"
    said = words.has.format(mean=with_interval(result.mean), target=where)
    return f"{result.label} {said}, {comparison_words(result)}; {rank_words(result, real)}."


def comparison_words(result: MethodResult) -> str:
    """Say how a mean compares with chance and with each control."""
    chance = decimal(result.chance)
    if result.verdict in (ABOVE, BELOW, BARELY_ABOVE, BARELY_BELOW):
        side = result.verdict.split()[0]
        controls = listed([difference.control for difference in result.differences])
        said = f"{side} chance ({chance})" + (f" and {side} {controls}" if controls else "")
        return said + (f", {_least(result)}" if result.verdict in (BARELY_ABOVE, BARELY_BELOW) else "")
    if np.isnan(result.mean.low):
        return f"which can't be told from chance ({chance}) without an interval"
    if result.mean.low <= result.chance <= result.mean.high:
        return f"which can't be told from chance ({chance})"
    above = result.mean.low > result.chance
    side = "above" if above else "below"
    unclear = [
        d.control + (f" ({d.withdrawn})" if d.withdrawn else "")
        for d in result.differences
        if d.side is None or d.side.above != above
    ]
    return f"{side} chance ({chance}) but not reliably {side} {listed(unclear)}"


def _least(result: MethodResult) -> str:
    """Say by how little a method differs from chance or from the nearest control."""
    near = [(abs(result.mean.value - result.chance), "chance")]
    near += [(abs(one.estimate.value), one.control) for one in result.differences]
    size, what = min(near)
    return f"from {what} by {difference_in_words(size)} alone{TOO_LITTLE}"


def headline(results: Sequence[MethodResult], words: LeadWords, ranking: Ranking | None) -> list[str]:
    """Say in two or three sentences what the leading metric of all methods comes to."""
    real = [result for result in results if not result.control]
    if not real:
        return ["No saliency method was measured, only controls: there is nothing to rank."]
    controls = [result.label for result in results if result.control and not result.ceiling]
    by_verdict = {
        verdict: [result.label for result in real if result.verdict == verdict]
        for verdict in (ABOVE, BARELY_ABOVE, BELOW, BARELY_BELOW, UNDECIDED, UNDEFINED)
    }
    noun = "control" if len(controls) == 1 else "controls"
    beyond = f"than chance would ({decimal(real[0].chance)})"
    beyond += f" and than the {noun} {listed(controls)}" if controls else ""
    said = []
    if by_verdict[ABOVE]:
        who = _who(by_verdict[ABOVE], len(real))
        said.append(f"{who} {compared(words.stands, len(by_verdict[ABOVE]) == 1, True)} {beyond}.")
    elif by_verdict[BARELY_ABOVE]:
        said.append(
            f"No saliency method {compared(words.stands, True, True)} {beyond} by a difference that matters."
        )
    else:
        said.append(f"No saliency method reliably {compared(words.stands, True, True)} {beyond}.")
    for verdict, side in ((BARELY_ABOVE, "above"), (BARELY_BELOW, "below")):
        if by_verdict[verdict]:
            verb = "lies" if len(by_verdict[verdict]) == 1 else "lie"
            said.append(f"{listed(by_verdict[verdict])} {verb} {side} them by too little to matter.")
    if by_verdict[UNDECIDED]:
        said.append(f"{listed(by_verdict[UNDECIDED])} can't be told from chance or from a control.")
    if by_verdict[BELOW]:
        verb = "lies" if len(by_verdict[BELOW]) == 1 else "lie"
        said.append(f"{listed(by_verdict[BELOW])} {verb} below chance and controls.")
    if by_verdict[UNDEFINED]:
        said.append(f"{listed(by_verdict[UNDEFINED])}: {words.name} is undefined on every map.")
    return said + leader_sentences(real, words.name, ranking)


def _who(labels: list[str], n: int) -> str:
    if len(labels) == n and n > 1:
        return "Both saliency methods" if n == 2 else f"All {n} saliency methods"
    if len(labels) == 1 or n == 1:
        return labels[0]
    return f"{len(labels)} of {n} saliency methods ({listed(labels)})"


def leader_sentences(
    real: Sequence[MethodResult], metric: str, ranking: Ranking | None, best: str = "highest"
) -> list[str]:
    """Say who leads by a metric, and whether the lead is clear; nothing for fewer than two ranked methods.

    Parameters: ``best``, what the mean of the first one is. Who leads, and how clearly, is ``ranking``'s.
    """
    ranked = sorted((r for r in real if r.rank is not None), key=lambda r: (r.rank, r.label))
    if len(ranked) < 2:
        return []
    first, second = ranked[:2]
    complete = all(r.n_defined == r.n for r in ranked)
    where = "" if complete else f" {WHERE_DEFINED}"
    if first.rank == second.rank:
        tied = [r.label for r in ranked if r.rank == first.rank]
        value = f", {with_interval(first.mean)}" if complete else ""
        return [f"{listed(tied)} share the {best} mean{value}{where}."]
    lead = f"{first.label} leads{where} with a mean {metric} of {with_interval(first.mean)}"
    lead += f", before {second.label} with {with_interval(second.mean)}"
    lead += "" if complete else " (each over all that it has)"
    return [f"{lead}; {UNTESTED if ranking is None else lead_sentence(ranking)}."]
