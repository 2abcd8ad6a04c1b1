"""Sentences about numbers: pure functions, so that what the report says follows from what was found."""

from collections.abc import Sequence

import numpy as np

from saliometer.figures.numerals import decimal, interval
from saliometer.reliability.rows import UNDECIDED
from saliometer.report.leading import LeadWords, compared
from saliometer.report.results import ABOVE, BELOW, UNDEFINED, Estimate, MethodResult

NARROW = 0.02  # intervals below this width are given with one more digit


def value_and_bounds(estimate: Estimate) -> tuple[str, str]:
    """Return ``0.78`` and ``[0.75, 0.81]``, both with the digits that the interval's width calls for."""
    digits = 3 if estimate.high - estimate.low < NARROW else 2
    return decimal(estimate.value, digits), interval(estimate.low, estimate.high, digits)


def with_interval(estimate: Estimate) -> str:
    """Return ``0.78 [0.75, 0.81]``; words where there is no interval, and for NaN."""
    if np.isnan(estimate.value):
        return "undefined"
    value, bounds = value_and_bounds(estimate)
    return f"{value} {bounds or '(no interval)'}"


def listed(words: Sequence[str]) -> str:
    """Join words as an English list: ``a``, ``a and b``, ``a, b and c``; "" for none."""
    *first, last = words or [""]
    return f"{', '.join(first)} and {last}" if first else last


def counted(n: int, singular: str, plural: str | None = None) -> str:
    """Return a count with its noun: ``1 photograph``, ``20 photographs``, ``1,000 mosaics``."""
    return f"{n:,} {singular if n == 1 else plural or singular + 's'}"


def percent(share: float) -> str:
    """Return a share in [0, 1] as a percentage without decimals."""
    return "undefined" if np.isnan(share) else f"{100 * share:.0f} %"


def leading_sentence(result: MethodResult, n_ranked: int, target_tiles: int, words: LeadWords) -> str:
    """Say what a method's mean of the leading metric is, and how that compares."""
    if result.verdict == UNDEFINED:
        return f"{result.label} has no defined {words.name} on any map: {words.undefined_when}."
    where = "target tile" if target_tiles == 1 else "target tiles"
    said = words.has.format(mean=with_interval(result.mean), target=where)
    return f"{result.label} {said}, {comparison_words(result)}; rank {result.rank} of {n_ranked}."


def comparison_words(result: MethodResult) -> str:
    """Say how a mean compares with chance and with each control."""
    chance = decimal(result.chance)
    controls = listed([difference.control for difference in result.differences])
    if result.verdict in (ABOVE, BELOW):
        side = result.verdict.split()[0]
        return f"{side} chance ({chance})" + (f" and {side} {controls}" if controls else "")
    if np.isnan(result.mean.low):
        return f"which can't be told from chance ({chance}) without an interval"
    if result.mean.low <= result.chance <= result.mean.high:
        return f"which can't be told from chance ({chance})"
    side = "above" if result.mean.low > result.chance else "below"
    unclear = [d.control for d in result.differences if not _agrees(d.estimate, side)]
    return f"{side} chance ({chance}) but not reliably {side} {listed(unclear)}"


def _agrees(difference: Estimate, side: str) -> bool:
    return difference.low > 0 if side == "above" else difference.high < 0


def headline(results: Sequence[MethodResult], words: LeadWords) -> list[str]:
    """Say in two or three sentences what the leading metric of all methods comes to."""
    real = [result for result in results if not result.control]
    if not real:
        return ["No saliency method was measured, only controls: there is nothing to rank."]
    controls = [result.label for result in results if result.control and not result.ceiling]
    by_verdict = {
        verdict: [result.label for result in real if result.verdict == verdict]
        for verdict in (ABOVE, BELOW, UNDECIDED, UNDEFINED)
    }
    noun = "control" if len(controls) == 1 else "controls"
    beyond = f"than chance would ({decimal(real[0].chance)})"
    beyond += f" and than the {noun} {listed(controls)}" if controls else ""
    said = []
    if by_verdict[ABOVE]:
        who = _who(by_verdict[ABOVE], len(real))
        said.append(f"{who} {compared(words.stands, len(by_verdict[ABOVE]) == 1, True)} {beyond}.")
    else:
        said.append(f"No saliency method reliably {compared(words.stands, True, True)} {beyond}.")
    if by_verdict[UNDECIDED]:
        said.append(f"{listed(by_verdict[UNDECIDED])} can't be told from chance or from a control.")
    if by_verdict[BELOW]:
        verb = "lies" if len(by_verdict[BELOW]) == 1 else "lie"
        said.append(f"{listed(by_verdict[BELOW])} {verb} below chance and controls.")
    if by_verdict[UNDEFINED]:
        said.append(f"{listed(by_verdict[UNDEFINED])}: {words.name} is undefined on every map.")
    return said + leader_sentences(real, words.name)


def _who(labels: list[str], n: int) -> str:
    if len(labels) == n and n > 1:
        return "Both saliency methods" if n == 2 else f"All {n} saliency methods"
    if len(labels) == 1 or n == 1:
        return labels[0]
    return f"{len(labels)} of {n} saliency methods ({listed(labels)})"


def leader_sentences(real: Sequence[MethodResult], metric: str, best: str = "highest") -> list[str]:
    """Say who leads by a metric, and whether the lead is clear; nothing for fewer than two ranked methods.

    Parameters: ``best``, what the mean of the first one is.
    """
    ranked = sorted((r for r in real if r.rank is not None), key=lambda r: (r.rank, r.label))
    if len(ranked) < 2:
        return []
    first, second = ranked[:2]
    if first.rank == second.rank:
        tied = [r.label for r in ranked if r.rank == first.rank]
        return [f"{listed(tied)} share the {best} mean, {with_interval(first.mean)}."]
    rivals = [r.label for r in ranked[1:] if not separated(first.mean, r.mean)]
    lead = f"{first.label} leads with a mean {metric} of {with_interval(first.mean)}"
    lead += f", before {second.label} with {with_interval(second.mean)}"
    if any(np.isnan(result.mean.low) for result in ranked):
        return [f"{lead}; without intervals the lead is not certain."]
    if not rivals:
        return [f"{lead}; its interval lies apart from those of all the others."]
    whose = "that" if len(rivals) == 1 else "those"
    return [f"{lead}; its interval overlaps {whose} of {listed(rivals)}, so the lead is not certain."]


def separated(one: Estimate, other: Estimate) -> bool:
    """Tell whether two intervals lie apart, which is stricter than a test of the difference."""
    return bool(one.low > other.high or other.low > one.high)
