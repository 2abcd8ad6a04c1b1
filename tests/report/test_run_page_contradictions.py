"""No two statements of a run's page disagree: chance, controls, anchors and pairs of random runs, as data."""

import re

import numpy as np
import pytest

import page_claims
import random_runs
from page_contradictions import contradictions_of_page, contradictions_of_rows, leading_rows
from saliometer.findings.scope import is_ceiling
from saliometer.metrics import ROTATED_LABELS, SHUFFLED_SIGNS, smallest_difference
from saliometer.reliability.rows.columns import DIFFERENCE
from saliometer.reliability.rows.sides import CEILING, control_side
from saliometer.report.scope_section import scope_section

pytestmark = pytest.mark.slow

NUMBERS = [pytest.param(n, marks=[] if n < 1 else pytest.mark.slow) for n in range(40)]
ANCHORS = {"Rotated labels": ROTATED_LABELS, "Shuffled signs": SHUFFLED_SIGNS, "Its ceiling": CEILING}
NAMES = r"((?:[MC]\d+(?: \([^)]*\))?(?:, | and )?)+)"
STANDINGS = ("above", "barely above", "below", "barely below", "undecided")
# What each sentence says of methods, chance and the controls.
OF_CHANCE = {
    rf"^(?:\d+ of \d+ saliency methods \()?{NAMES}\)? puts? more .* than (?:chance would|a map)": "above",
    rf"^{NAMES} puts? less .* than a map that knows nothing of it\.$": "below",
    rf"^{NAMES} lies? below chance and controls": "below",
    rf"^{NAMES} lies? above them by too little": "barely above",
    rf"^{NAMES} lies? below them by too little": "barely below",
    rf"^{NAMES} can't be told from chance or from a control": "undecided",
    rf"^That {NAMES} see the asked class, or that they do not": "undecided",
}


@pytest.mark.parametrize("number", NUMBERS)
def test_no_two_statements_of_a_runs_page_disagree(number, tmp_path):
    section = random_runs.section(number, tmp_path)
    content, rows = scope_section(section), leading_rows(section)
    texts = list(page_claims.sentences(content))
    found = contradictions_of_rows(section, rows) + contradictions_of_page(section, rows, content)
    assert found + of_chance(section, texts) + of_anchors(section, rows, texts) == []


def standing_of(section, result, rows) -> str:
    """Say from the tables alone where a method stands against chance and all controls."""
    smallest = smallest_difference(
        section.metrics[section.leading], section.study["intervals"]["smallest_difference"]
    )
    own = rows[(rows["coefficient"] == DIFFERENCE) & (rows["method_a"] == result.name)]
    controls = [name for name, block in section.study["methods"].items() if block["control"]]
    own = own[own["method_b"].isin([name for name in controls if not is_ceiling(section.study, name)])]
    sides = [control_side(row["verdict_code"]) for _, row in own.iterrows()]
    little = abs(result.mean.value - result.chance) < smallest or any(s and s.negligible for s in sides)
    above = result.mean.low > result.chance and all(side and side.above for side in sides)
    below = result.mean.high < result.chance and all(side and not side.above for side in sides)
    if not (above or below):
        return "undecided"
    return ("barely " if little else "") + ("above" if above else "below")


def of_chance(section, texts) -> list[str]:
    """What sentences say of methods and chance is what the tables say, and each is named where it belongs."""
    rows, found = leading_rows(section), []
    results = {r.label: r for r in section.results[section.leading] if not r.control}
    standing = {label: standing_of(section, r, rows) for label, r in results.items()}
    said = {label: set() for label in results}
    for text in texts:
        for pattern, expected in OF_CHANCE.items():
            if match := re.search(pattern, text):
                expected = (
                    f"barely {expected}" if "too little" in text and "barely" not in expected else expected
                )
                for name in page_claims.names(match[1]):
                    said[name].add(expected)
                    if standing[name] != expected:
                        found.append(f"{text!r}, but {name} is {standing[name]}")
        every = re.match(r"(?:Both|All \d+) saliency methods put more", text)
        found += [f"{text!r}, but {n} is {s}" for n, s in standing.items() if every and s != "above"]
        none = re.match(r"No saliency method reliably puts more", text)
        found += [f"{text!r}, but {n} is {s}" for n, s in standing.items() if none and "above" in s]
        one = re.match(r"(M\d+) puts -?[\d.]+.* of its positive relevance on the target tile, (.*);", text)
        if one and ("can't" in one[2] or "but not" in one[2]) != (standing[one[1]] == "undecided"):
            found.append(f"{text!r}, but it is {standing[one[1]]}")
        if one and "but not" not in one[2] and "can't" not in one[2]:
            right = standing[one[1]].split()[-1] == one[2].split()[0]
            right = right and ("too little" in one[2]) == standing[one[1]].startswith("barely")
            found += [] if right else [f"{text!r}, but it is {standing[one[1]]}"]
    return found + [f"{name} is {standing[name]} and nobody says so" for name in said if not said[name]]


def of_anchors(section, rows, texts) -> list[str]:
    """What is said of a method and one of its anchors is the verdict of their difference."""
    found = []
    own = rows[(rows["coefficient"] == DIFFERENCE) & rows["estimate"].notna()]
    ceilings = [name for name in section.study["methods"] if is_ceiling(section.study, name)]
    own = own.assign(method_b=own["method_b"].replace(dict.fromkeys(ceilings, CEILING)))
    for text in texts:
        anchor = next((name for words, name in ANCHORS.items() if text.startswith(f"{words}:")), None)
        if anchor is None or "By " not in text:
            continue
        said = dict.fromkeys(section.labels.values(), "clear")
        for words, kind in (
            ("not reliably above it", "behind"),
            ("above it by too little to matter", "barely"),
            ("reliably below it", "below"),
            ("by too little to matter", "barely below"),
        ):
            match = re.search(rf"(?:By \w+, |; ){words}: {NAMES}", text)
            said |= dict.fromkeys(page_claims.names(match[1]), kind) if match else {}
        for _, row in own[own["method_b"] == anchor].iterrows():
            side, label = control_side(row["verdict_code"]), section.labels[row["method_a"]]
            if anchor == CEILING:
                expected = "below" if side and not side.above else "clear"
                expected = "barely below" if expected == "below" and side.negligible else expected
            else:
                expected = "behind" if not (side and side.above) else "barely" if side.negligible else "clear"
            if said[label] != expected:
                found.append(f"{text[-200:]!r}, but {label} is {expected}: {row['estimate']:.3f}, {side}")
    return found


def test_the_runs_are_of_all_kinds(tmp_path):
    """Else the search above finds nothing because it looks at nothing."""
    seen = dict.fromkeys((*STANDINGS, *ANCHORS, "not reliably above it", "above it by too little"), 0)
    for number in range(20):
        section = random_runs.section(number, tmp_path)
        texts = list(page_claims.sentences(scope_section(section)))
        rows = leading_rows(section)
        for result in (r for r in section.results[section.leading] if not r.control):
            seen[standing_of(section, result, rows)] += 1
        for words in (*ANCHORS, "not reliably above it", "above it by too little"):
            seen[words] += sum(words in text for text in texts)
    assert min(seen.values()) > 0, seen


def test_a_page_that_contradicts_chance_or_an_anchor_is_found_out(tmp_path):
    section = random_runs.section(0, tmp_path)
    texts, rows = list(page_claims.sentences(scope_section(section))), leading_rows(section)
    name = next(r.label for r in section.results[section.leading] if not r.control)
    wrong = "below" if standing_of_label(section, name, rows) != "below" else "above"
    lie = {"below": f"{name} lies below chance and controls.", "above": f"{name} puts more than a map does."}
    assert of_chance(section, [*texts, lie[wrong]])
    told = next(text for text in texts if text.startswith("Rotated labels: "))
    behind = told[: told.index("By ")] + "By precision, "
    everyone = " and ".join(r.label for r in section.results[section.leading] if not r.control)
    lies = [behind + "all that have it lie above it.", behind + f"not reliably above it: {everyone}."]
    assert any(of_anchors(section, rows, [lie]) for lie in lies)
    assert np.isfinite(rows.loc[rows["coefficient"] == DIFFERENCE, "estimate"]).any()


def standing_of_label(section, label, rows) -> str:
    result = next(r for r in section.results[section.leading] if r.label == label)
    return standing_of(section, result, rows)
