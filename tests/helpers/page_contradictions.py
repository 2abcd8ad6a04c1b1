"""What contradicts itself in a page of known parts: rows of the table, places and sentences held together."""

import re

import numpy as np

import page_claims
from page_claims import TOLD
from report_helpers import side_of
from saliometer.metrics import smallest_difference
from saliometer.reliability.codes import Code
from saliometer.reliability.rows.columns import DIFFERENCE, GENERALIZABILITY, PAIR, RANK
from saliometer.reliability.rows.sides import control_side

LEVEL = 0.05
NOTHING = "Nothing: no two methods are told from each other."


def leading_rows(section):
    """Return the rows of a section's table that are of the metric that leads its page."""
    return section.of_all[section.of_all["metric"] == section.leading]


def contradictions_of_rows(section, rows) -> list[str]:
    """Estimate, interval, p and verdict of a row, and the sets of places, say the same."""
    found, beaten, beats = [], {}, {}
    metric = section.metrics[section.leading]
    smallest = smallest_difference(metric, section.study["intervals"]["smallest_difference"])
    for _, row in rows[rows["coefficient"] == PAIR].iterrows():
        side, excluded = side_of(row), row["ci_low"] > 0 or row["ci_high"] < 0
        why = isinstance(row["reason"], str)
        what = f"{row['method_a']} and {row['method_b']}: {row['verdict']} ({row['reason']})"
        if excluded != (row["p"] <= LEVEL):
            found.append(f"{what}: interval and p")
        if (side is not None or why) != excluded and not (why and np.isnan(row["ci_low"])):
            found.append(f"{what}: interval and verdict, without a reason")
        if side:
            better_first = (row["estimate"] > 0) == metric.higher_is_better
            if (side.better == row["method_a"]) != better_first:
                found.append(f"{what}: the sign of the difference")
            if side.negligible != (abs(row["estimate"]) < smallest):
                found.append(f"{what}: its size")
            worse = row["method_b"] if better_first else row["method_a"]
            beats[side.better], beaten[worse] = beats.get(side.better, 0) + 1, beaten.get(worse, 0) + 1
    ranks = rows[(rows["coefficient"] == RANK) & rows["ci_low"].notna()]
    for _, row in ranks.iterrows():
        expected = 1 + beaten.get(row["method_a"], 0), len(ranks) - beats.get(row["method_a"], 0)
        if (row["ci_low"], row["ci_high"]) != expected or not expected[0] <= row["estimate"] <= expected[1]:
            found.append(
                f"{row['method_a']}: places {row['ci_low']} to {row['ci_high']}, by pairs {expected}"
            )
    for _, row in rows[rows["coefficient"] == DIFFERENCE].iterrows():
        side, excluded = control_side(row["verdict_code"]), row["ci_low"] > 0 or row["ci_high"] < 0
        if (side and not excluded) or (excluded and side is None and not isinstance(row["reason"], str)):
            found.append(f"{row['method_a']} and {row['method_b']}: {row['verdict']}")
        if side and side.above != (row["estimate"] > 0):
            found.append(f"{row['method_a']} and {row['method_b']}: the sign of the difference")
    for _, row in rows[rows["coefficient"] == GENERALIZABILITY].iterrows():
        pairs = rows[rows["coefficient"] == PAIR]
        if row["verdict_code"] == Code.ORDERS_ALL and (pairs["verdict_code"] == Code.UNDECIDED).any():
            found.append("G orders all methods, and some pairs are undecided")
    return found


def contradictions_of_page(section, rows, content) -> list[str]:
    """Every claim of a sentence is that of the pair's row."""
    found, texts = [], list(page_claims.sentences(content))
    pairs, n_apart, labels = {}, 0, section.labels
    for _, row in rows[rows["coefficient"] == PAIR].iterrows():
        side = side_of(row)
        n_apart += side is not None
        pair = frozenset((labels[row["method_a"]], labels[row["method_b"]]))
        pairs[pair] = side and side._replace(better=labels[side.better])
    for text in texts:
        for claim in page_claims.claims(text):
            side = pairs.get(frozenset((claim.better, claim.worse)))
            told = side is not None
            right = told == (claim.kind == TOLD)
            if told and claim.kind == TOLD:
                right = side.better == claim.better and side.negligible != claim.matters
            if not right:
                found.append(f"{text!r}, but the pair says {side}")
        counted = re.match(r"(\d+) of \d+ pairs? of methods (?:is|are) told apart", text)
        if counted and int(counted[1]) != n_apart:
            found.append(f"{text!r}, but {n_apart} are")
    found += _leads(section, texts, pairs) + _controls(section, rows, texts)
    if NOTHING in texts and n_apart:
        found.append(f"{NOTHING!r} beside {n_apart} pairs")
    return found


def _leads(section, texts, pairs) -> list[str]:
    """Who leads has the best mean of the contrasts; a lead that is certain is one over each other method."""
    found = []
    results = {r.label: r for r in section.results[section.leading] if not r.control}
    for text in texts:
        lead = re.match(r"(M\d+) leads", text)
        if lead is None:
            continue
        if results[lead[1]].rank != 1:
            found.append(f"{text!r}, but its rank is {results[lead[1]].rank}")
        others = [name for name, r in results.items() if name != lead[1] and r.rank is not None]
        sides = [pairs.get(frozenset((lead[1], name))) for name in others]
        certain = all(side is not None and side.better == lead[1] for side in sides)
        if certain != ("is not certain" not in text and "no difference was tested" not in text):
            found.append(f"{text!r}, but {sides}")
        means = re.findall(r"with (?:a mean \w+ of )?(-?[\d.]+)", text.replace("\N{MINUS SIGN}", "-"))
        higher = section.metrics[section.leading].higher_is_better
        wrong = len(means) > 1 and (float(means[0]) - float(means[1])) * (1 if higher else -1) < 0
        if wrong and "over all that it has" not in text:
            found.append(f"{text!r}: the second mean is better")
    return found


def _controls(section, rows, texts) -> list[str]:
    """What is said of a method and a control is the verdict of their difference."""
    higher, found = section.metrics[section.leading].higher_is_better, []
    words = {None: "not", True: "better", False: "worse"}
    labels, sides = section.labels, {}
    for _, row in rows[rows["coefficient"] == DIFFERENCE].iterrows():
        pair = labels[row["method_a"]], labels.get(row["method_b"])
        sides[pair] = control_side(row["verdict_code"])
    for text in texts:
        for method, control, said in page_claims.against_controls(text):
            side = sides[method, control]
            expected = words[None if side is None else side.above == higher]
            if said != expected:
                found.append(f"{text!r}, but {side}")
    return found
