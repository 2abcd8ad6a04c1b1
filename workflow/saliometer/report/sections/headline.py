"""What leads the page: where the methods stand against chance, and who leads by how certain a lead."""

from collections.abc import Sequence

import numpy as np

from saliometer.findings.numbers import decimal
from saliometer.findings.ranking import Ranking
from saliometer.findings.results import MethodResult, Standing
from saliometer.report.leading import LeadWords, compared
from saliometer.report.order_sentences import lead_sentence
from saliometer.report.sentences import listed, with_interval

ONLY_CONTROLS = "No saliency method was measured, only controls: there is nothing to rank."
INDEPENDENT = "Items assumed independent."
WHERE_DEFINED = "on the items on which all are defined"
UNTESTED = "fewer than two items have a score of every method, so no difference was tested"
# What is said of the methods of each standing but the first, ABOVE.
STANDINGS = {
    Standing.BARELY_ABOVE: "{who} {lies} above them by too little to matter.",
    Standing.BARELY_BELOW: "{who} {lies} below them by too little to matter.",
    Standing.UNDECIDED: "{who} can't be told from chance or from a control.",
    Standing.BELOW: "{who} {lies} below chance and controls.",
    Standing.UNDEFINED: "{who}: {metric} is undefined on every map.",
}


def headline(results: Sequence[MethodResult], words: LeadWords, ranking: Ranking | None) -> list[str]:
    """Say in two or three sentences what the leading metric of all methods comes to."""
    real = [result for result in results if not result.control]
    if not real:
        return [ONLY_CONTROLS]
    if all(result.rank is None for result in real):
        return [f"No method has a defined {words.name}."]
    leaders = leader_sentences(real, words.name, ranking)
    if not np.isnan(real[0].chance):
        return chance_sentences(results, real, words) + leaders
    best = min((result for result in real if result.rank is not None), key=lambda result: result.rank)
    return leaders or [f"{best.label} has a mean {words.name} of {with_interval(best.mean)}."]


def chance_sentences(
    results: Sequence[MethodResult], real: Sequence[MethodResult], words: LeadWords
) -> list[str]:
    """Say which methods are above chance and every control, and which are not."""
    controls = [result.label for result in results if result.control and not result.ceiling]
    noun = "control" if len(controls) == 1 else "controls"
    than = f"than chance would ({decimal(real[0].chance)})"
    than += f" and than the {noun} {listed(controls)}" if controls else ""
    of = {kind: [result.label for result in real if result.standing == kind] for kind in Standing}
    n_above = len(of[Standing.ABOVE])
    if n_above:
        first = f"{_who(of[Standing.ABOVE], len(real))} {compared(words.stands, n_above, True)} {than}."
    elif of[Standing.BARELY_ABOVE]:
        stands = compared(words.stands, 1, True)
        first = f"No saliency method {stands} {than} by a difference that matters."
    else:
        first = f"No saliency method reliably {compared(words.stands, 1, True)} {than}."
    return [first] + [
        text.format(who=listed(of[kind]), lies="lies" if len(of[kind]) == 1 else "lie", metric=words.name)
        for kind, text in STANDINGS.items()
        if of[kind]
    ]


def _who(labels: list[str], n: int) -> str:
    if len(labels) == n and n > 1:
        return "Both saliency methods" if n == 2 else f"All {n} saliency methods"
    if len(labels) == 1 or n == 1:
        return labels[0]
    return f"{len(labels)} of {n} saliency methods ({listed(labels)})"


def leader_sentences(real: Sequence[MethodResult], metric: str, ranking: Ranking | None) -> list[str]:
    """Say who leads by a metric, and whether the lead is clear; nothing for fewer than two ranked methods.

    Who leads, and how clearly, is ``ranking``'s.
    """
    ranked = sorted((one for one in real if one.rank is not None), key=lambda one: (one.rank, one.label))
    if len(ranked) < 2:
        return []
    first, second = ranked[:2]
    complete = all(one.n_defined == one.n for one in ranked)
    where = "" if complete else f" {WHERE_DEFINED}"
    if first.rank == second.rank:
        tied = [one.label for one in ranked if one.rank == first.rank]
        value = f", {with_interval(first.mean)}" if complete else ""
        return [f"{listed(tied)} share the best mean{value}{where}."]
    lead = f"{first.label} leads{where} with a mean {metric} of {with_interval(first.mean)}"
    lead += f", before {second.label} with {with_interval(second.mean)}"
    lead += "" if complete else " (each over all that it has)"
    return [f"{lead}; {UNTESTED if ranking is None else lead_sentence(ranking)}."]


def rank_in_words(result: MethodResult, real: Sequence[MethodResult]) -> str:
    """Say the rank of a method among those that have one, and over which items where that is not all."""
    ranked = [one for one in real if one.rank is not None]
    where = "" if all(one.n_defined == one.n for one in ranked) else f" {WHERE_DEFINED}"
    return f"rank {result.rank} of {len(ranked)}{where}"
