"""The scores: what each method reaches by the leading metric, and by all others."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from saliometer.findings.numbers import ABSENT, decimal
from saliometer.findings.results import MethodResult, Standing
from saliometer.findings.scope import within
from saliometer.metrics import MetricSpec, describe, metrics_of
from saliometer.report.leading import LeadWords
from saliometer.report.material import Material
from saliometer.report.pictures.scope_figures import cards_of_scores
from saliometer.report.sections.against_controls import control_sentences
from saliometer.report.sections.headline import rank_in_words
from saliometer.report.sentences import TOO_LITTLE, counted, listed, size_in_words, with_interval, with_reason
from saliometer.report.tables import NOT_APPLICABLE, Cell, HtmlTable, estimate_cell, make_table, number_cell

LEADING = (
    "{meaning} A map that knows nothing of the class reaches the share of such tiles on average, which is "
    "called chance here. A method is above chance when the whole {confidence} interval over the {over} is "
    "above that, and its difference from every control is above 0, also after Holm's adjustment."
)
LEADING_OF_TABLE = "{meaning} Means are over all defined scores, with {confidence} intervals over the {over}."
CHANCE, NO_CHANCE = "Chance is {chance}.", "The table does not tell what chance would score."
UNDEFINED = "Undefined scores are left out and counted, never taken as 0."
SIDES = {
    Standing.ABOVE: "above",
    Standing.BARELY_ABOVE: "above",
    Standing.BELOW: "below",
    Standing.BARELY_BELOW: "below",
}
BARELY = (Standing.BARELY_ABOVE, Standing.BARELY_BELOW)
STANDINGS = {
    Standing.ABOVE: "above chance",
    Standing.BARELY_ABOVE: "above chance by too little to matter",
    Standing.BELOW: "below chance",
    Standing.BARELY_BELOW: "below chance by too little to matter",
    Standing.UNDECIDED: "undecided",
    Standing.UNDEFINED: "undefined",
    None: ABSENT,
}


def leading_is(metric: MetricSpec, of_table: bool, confidence: str, over: str) -> str:
    """Say what the leading metric is, and when a method is above chance by it."""
    if of_table:
        meaning = f"{metric.label}: {metric.meaning[0].upper()}{metric.meaning[1:]}."
        return LEADING_OF_TABLE.format(meaning=meaning, confidence=confidence, over=over)
    meaning = f"{metric.label} is the {metric.meaning}."
    return LEADING.format(meaning=meaning, confidence=confidence, over=over)


def leading_part(material: Material) -> dict:
    """The leading metric: chance, a sentence for each method, a table and the figure."""
    results = material.results[material.leading]
    label, chance = material.metrics[material.leading].label, results[0].chance
    real = [result for result in results if not result.control]
    real = sorted(real, key=lambda one: (one.rank or np.inf, one.label))
    if material.of_table:
        about, caption = NO_CHANCE, f"{label} by method"
        sentences = [mean_sentence(result, real, material.words) for result in real]
        sentences += control_sentences(real, material.metrics[material.leading])
    else:
        about, caption = CHANCE.format(chance=decimal(chance)), f"{label} by method; chance {decimal(chance)}"
        target_tiles = material.study["mosaics"]["target_tiles"]
        sentences = [leading_sentence(result, real, target_tiles, material.words) for result in real]
    return {
        "chance": about,
        "sentences": sentences,
        "table": leading_table(results, caption),
        "figures": cards_of_scores(material, [material.leading]),
    }


def leading_sentence(
    result: MethodResult, real: Sequence[MethodResult], target_tiles: int, words: LeadWords
) -> str:
    """Say what a method's mean of the leading metric is, and how that compares."""
    if result.standing == Standing.UNDEFINED:
        return f"{result.label} has no defined {words.name} on any map: {words.undefined_when}."
    target = "target tile" if target_tiles == 1 else "target tiles"
    mean = words.has.format(mean=with_interval(result.mean), target=target)
    return f"{result.label} {mean}, {_against_chance(result)}; {rank_in_words(result, real)}."


def mean_sentence(result: MethodResult, real: Sequence[MethodResult], words: LeadWords) -> str:
    """Say what a method's mean is, where no chance level is known."""
    if result.rank is None:
        return f"{result.label} has no defined {words.name}."
    mean = words.has.format(mean=with_interval(result.mean))
    return f"{result.label} {mean}; {rank_in_words(result, real)}."


def _against_chance(result: MethodResult) -> str:
    """Say how a mean compares with chance and with each control."""
    chance = f"chance ({decimal(result.chance)})"
    if result.standing in SIDES:
        side = SIDES[result.standing]
        controls = listed([difference.control for difference in result.differences])
        text = f"{side} {chance}" + (f" and {side} {controls}" if controls else "")
        return f"{text}, {_nearest(result)}" if result.standing in BARELY else text
    if np.isnan(result.mean.low):
        return f"which can't be told from {chance} without an interval"
    if result.mean.low <= result.chance <= result.mean.high:
        return f"which can't be told from {chance}"
    above = result.mean.low > result.chance
    side = "above" if above else "below"
    unclear = [
        with_reason(one.control, one.withdrawn)
        for one in result.differences
        if one.side is None or one.side.above != above
    ]
    return f"{side} {chance} but not reliably {side} {listed(unclear)}"


def _nearest(result: MethodResult) -> str:
    """Say by how little a method differs from chance or from the nearest control."""
    sizes = [(abs(result.mean.value - result.chance), "chance")]
    sizes += [(abs(one.estimate.value), one.control) for one in result.differences]
    size, what = min(sizes)
    return f"from {what} by {size_in_words(size)} alone{TOO_LITTLE}"


def leading_table(results: Sequence[MethodResult], caption: str) -> HtmlTable:
    """Rank, mean, median, differences from the controls, and standing or number of scores, best first."""
    controls = list(dict.fromkeys(one.control for result in results for one in result.differences))
    with_chance = not all(np.isnan(result.chance) for result in results)
    last = "Verdict" if with_chance else "Scores"
    columns = ["Method", "Rank", "Mean [interval]", "Median", *(f"minus {name}" for name in controls), last]
    rows = []
    for result in sorted(results, key=lambda one: (one.control, one.rank or np.inf)):
        differences = {one.control: estimate_cell(one.estimate) for one in result.differences}
        role = ("ceiling" if result.ceiling else "control") if result.control else ABSENT
        verdict = Cell(role if result.control else STANDINGS[result.standing])
        rows.append(
            [
                Cell(result.label),
                Cell(role) if result.rank is None else Cell(str(result.rank), result.rank),
                estimate_cell(result.mean),
                number_cell(result.median),
                *(differences.get(name, Cell(ABSENT)) for name in controls),
                verdict if with_chance else Cell(f"{result.n_defined:,}", result.n_defined),
            ]
        )
    return make_table(caption, columns, rows)


def other_parts(material: Material) -> list[dict]:
    """What is said of each family's metrics beside the leading one; families without others have no part."""
    return [part for family in material.study["metrics"] if (part := _of_family(material, family))]


def _of_family(material: Material, family: str) -> dict:
    metrics = metrics_of(family, material.study["metrics"][family])
    names = [name for name in metrics if name in material.metrics and name != material.leading]
    if not names:
        return {}
    by_label = {material.metrics[name].label: material.results[name] for name in names}
    module = describe(family)
    return {
        "title": "of the table" if material.of_table else module.LABEL,
        "about": module.ABOUT,
        "meanings": meanings_table([metrics[name] for name in names]),
        "table": metrics_table(by_label, "Mean [interval] by metric"),
        "notes": not_applicable_sentences([one for results in by_label.values() for one in results]),
        "figures": cards_of_scores(material, names),
    }


def metrics_table(by_metric: Mapping[str, Sequence[MethodResult]], caption: str) -> HtmlTable:
    """Mean and interval by metric of every method that any of them applies to.

    Parameters: ``by_metric`` maps a metric's label to the results of all methods, in one order.
    """
    rows = [
        [
            Cell(results[0].label),
            *(estimate_cell(one.mean) if one.applicable else Cell(NOT_APPLICABLE) for one in results),
        ]
        for results in zip(*by_metric.values(), strict=True)
        if any(one.applicable for one in results)
    ]
    return make_table(caption, ["Method", *by_metric], rows)


def meanings_table(metrics: Sequence[MetricSpec]) -> HtmlTable:
    """What each metric is."""
    rows = [[Cell(one.label), Cell(f"{one.meaning[0].upper()}{one.meaning[1:]}.")] for one in metrics]
    return make_table("What these metrics are", ["Metric", "Meaning"], rows)


def not_applicable_sentences(results: Sequence[MethodResult]) -> list[str]:
    """Name the methods that a metric does not apply to, in one sentence; none when there are none."""
    labels = list(dict.fromkeys(result.label for result in results if not result.applicable))
    return [f"Not applicable to {listed(labels)}: their maps have no negative relevance."] if labels else []


def undefined_part(material: Material) -> list[str]:
    """Count the undefined scores of every shown metric, with their reasons."""
    rows = within(material.tables["undefined"], material.scope)
    noun = "score" if material.of_table else "map"
    return undefined_sentences(rows, material.labels, material.metrics, noun)


def undefined_sentences(
    undefined: pd.DataFrame, labels: Mapping[str, str], metrics: Mapping[str, MetricSpec], noun: str = "map"
) -> list[str]:
    """List scores that are undefined, other than by not being applicable, with their reasons.

    Parameters: ``undefined``, rows of that table; ``labels`` of methods; ``metrics``, those to speak of.
    """
    rows = undefined[undefined["metric"].isin(metrics) & undefined["applicable"]]
    return [
        f"{metrics[row.metric].label} of {labels[row.method]}: undefined on {counted(int(row.n), noun)} "
        f"({row.reason})."
        for row in rows.itertuples()
    ]
