"""The chapter on reliability of one scope: each part a question, its data, estimates, figures and caveats."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from saliometer.figures.numerals import decimal
from saliometer.figures.selection import Chosen
from saliometer.reliability.rows import (
    ACROSS,
    ALL,
    ALPHA,
    BETWEEN,
    BY_CHANCE,
    CLIFFS_DELTA,
    CONSISTENCY,
    GENERALIZABILITY,
    MEAN_RANK,
    PARALLEL,
    RETEST,
    RHO,
    RHO_MEAN,
    UNDECIDED,
)
from saliometer.report import chapter_words as words
from saliometer.report import ranking
from saliometer.report.chapter_tables import (
    consistency_table,
    differences_table,
    hardest_table,
    recognised_table,
)
from saliometer.report.figure_cards import Card
from saliometer.report.html_tables import HtmlTable, pairs_table
from saliometer.report.reliability_sentences import (
    alpha_sentences,
    correlation_sentences,
    estimate_of,
    reason_of,
)
from saliometer.report.sentences import counted, listed, with_interval
from saliometer.report.separated import Ranking, pairs_in_words, separation_sentences


class Part(NamedTuple):
    """A part of the chapter: what a reader needs to cite it.

    ``findings`` are estimates with their intervals, ``verdict`` is what follows; "more" is folded away.
    """

    key: str
    question: str
    about: str
    data: str
    findings: list[str]
    verdict: list[str]
    caveat: str
    figures: list[Card]
    tables: list[HtmlTable]
    more: str
    more_figures: list[Card]
    more_tables: list[HtmlTable]


class Material(NamedTuple):
    """What the chapter of one scope is made of.

    ``rows``: those of the scope, of all forms and settings too; ``metrics`` and ``labels`` by
    name; ``leading``: a metric's name, ``name``: what running text calls it; ``cards(kind, subjects)``: the
    figures; ``ranked``: all questions, the best first.
    """

    rows: pd.DataFrame
    metrics: Mapping[str, str]
    labels: Mapping[str, str]
    real: list[str]
    leading: str
    name: str
    over: str
    cards: Callable[[str, list[str]], list[Card]]
    scores: pd.DataFrame
    ranked: list[Chosen]
    class_name: Callable[[int], str]
    ranking: Ranking | None


def parts(material: Material) -> list[Part]:
    """Return the parts of the chapter; those of which nothing was computed are left out."""
    made = (_ranking, _places, _agreement, _anchors, _retest, _easy, _metrics, _difficulty, _recognised)
    return [part for make in made if (part := make(material)) is not None]


def _part(material: Material, key: str, about: str, caveat: str, **content) -> Part:
    nothing = {"data": "", "findings": [], "verdict": [], "figures": [], "tables": []}
    nothing |= {"more": "", "more_figures": [], "more_tables": []}
    over = {"over": material.over}
    return Part(
        key, words.QUESTIONS[key], about.format(**over), caveat=caveat.format(**over), **nothing | content
    )


def _others(material: Material) -> list[str]:
    return [name for name in material.metrics if name != material.leading]


def _of(material: Material, coefficient: str, items: str = ALL) -> pd.DataFrame:
    rows = material.rows
    return rows[(rows["coefficient"] == coefficient) & (rows["items"] == items)]


def _by_metric(material: Material, coefficient: str) -> dict[str, pd.Series]:
    """The row of each metric that has one, by the metric's label, in the order of the page."""
    found = {row["metric"]: row for _, row in _of(material, coefficient).iterrows()}
    return {label: found[name] for name, label in material.metrics.items() if name in found}


def _leading_row(material: Material, coefficient: str) -> pd.Series | None:
    return _by_metric(material, coefficient).get(material.metrics[material.leading])


def data_of(row: pd.Series | None, over: str) -> str:
    """Say what a coefficient of rankings is of: ``9 methods, 160 questions, 20 photographs.``"""
    if row is None or pd.isna(row["n_units"]):
        return ""
    said = [counted(int(row["n_units"]), "method"), counted(int(row["n_raters"]), "question")]
    if not pd.isna(row["n_clusters"]):
        said.append(f"{int(row['n_clusters'])} {over}")
    left = f"; {int(row['n_missing'])} left out, where a method is undefined" if row["n_missing"] > 0 else ""
    return f"{', '.join(said)}{left}."


def _ranking(material: Material) -> Part:
    by_metric = _by_metric(material, GENERALIZABILITY)
    row = _leading_row(material, GENERALIZABILITY)
    methods = counted(len(material.real) if row is None else int(row["n_units"]), "method")
    known = {label: one for label, one in by_metric.items() if np.isfinite(one["estimate"])}
    usable = [label for label, one in known.items() if one["verdict"] != UNDECIDED]
    verdict = [f"{listed(usable)} may be used to rank these methods."] if usable else []
    undecided = [label for label in known if label not in usable]
    verdict += [f"Undecided by {listed(undecided)}."] if undecided else []
    return _part(
        material,
        "ranking",
        words.GENERALIZABILITY,
        words.CONDITIONAL.format(methods=methods),
        data=data_of(row, material.over),
        findings=ranking.generalizability_sentences(by_metric),
        verdict=verdict,
        figures=material.cards("decision", [material.leading]) + material.cards("components", [""]),
        more="G by the other metrics",
        more_figures=material.cards("decision", _others(material)),
    )


def _places(material: Material) -> Part:
    row, found = _leading_row(material, MEAN_RANK), material.ranking
    verdict = []
    if found is not None:
        verdict.append(pairs_in_words(found, int(row["n_units"])))
        verdict += [words.TOGETHER.format(methods=listed(group)) for group in found.together]
    of_leading = material.rows[
        (material.rows["metric"] == material.leading) & (material.rows["items"] == ALL)
    ]
    caption = f"Ranks by {material.name}"
    table = ranking.rank_table(of_leading, material.labels, caption)
    pairs = differences_table(material.rows[material.rows["items"] == ALL], material.labels, material.metrics)
    return _part(
        material,
        "places",
        words.PLACES,
        words.PLACES_CAVEAT,
        data=data_of(row, material.over),
        findings=[] if found is None else separation_sentences(found),
        verdict=verdict,
        figures=material.cards("ranks", [material.leading]),
        tables=[table] if table.rows else [],
        more="Ranks by the other metrics, and all pairs with their differences",
        more_figures=material.cards("ranks", _others(material)),
        more_tables=[pairs] if pairs.rows else [],
    )


def _agreement(material: Material) -> Part:
    by_metric = _by_metric(material, ALPHA)
    findings = alpha_sentences(by_metric, material.over)
    between, band = (_leading_row(material, kind) for kind in (BETWEEN, BY_CHANCE.format(BETWEEN)))
    if between is not None and np.isfinite(between["estimate"]):
        said = (
            f"By {material.name}, the mean rho between {material.over} is "
            f"{with_interval(estimate_of(between))}"
        )
        if band is not None and np.isfinite(band["ci_low"]):
            said += f"; chance rankings reach {decimal(band['ci_low'])} to {decimal(band['ci_high'])}"
        findings.append(f"{said}.")
    return _part(
        material,
        "agreement",
        words.AGREEMENT,
        words.AGREEMENT_CAVEAT,
        data=data_of(_leading_row(material, ALPHA), material.over),
        findings=findings,
        figures=material.cards("agreement", [""]),
    )


def _anchors(material: Material) -> Part | None:
    rows = _of(material, CLIFFS_DELTA)
    if rows.empty and not material.cards("anchors", [material.leading]):
        return None
    own = rows[(rows["metric"] == material.leading) & rows["estimate"].notna()]
    name = lambda one: material.labels.get(one, str(one).replace("_", " "))  # noqa: E731
    findings = []
    for anchor, against in own.groupby("method_b", sort=False):
        above = [name(m) for m in against.loc[against["ci_low"] > 0, "method_a"]]
        below = [name(m) for m in against.loc[against["ci_high"] < 0, "method_a"]]
        rest = [name(m) for m in against["method_a"] if name(m) not in above + below]
        said = [f"above: {listed(above)}"] if above else []
        said += [f"below: {listed(below)}"] if below else []
        said += [f"not told apart: {listed(rest)}"] if rest else []
        findings.append(f"Against {name(anchor)} by {material.name}, {'; '.join(said)}.")
    data = ""
    if len(own):
        methods = counted(own["method_a"].nunique(), "method")
        shared = counted(int(own["n_units"].min()), "shared question")
        data = f"{methods}, {counted(own['method_b'].nunique(), 'control')}, at least {shared}."
    return _part(
        material,
        "anchors",
        words.ANCHORS,
        words.ANCHORS_CAVEAT,
        data=data,
        findings=findings or [f"By {material.name} no method has a control beside it."],
        figures=material.cards("anchors", [material.leading]),
        more="The other metrics",
        more_figures=material.cards("anchors", _others(material)),
    )


def _retest(material: Material) -> Part:
    rows = material.rows[(material.rows["metric"] == material.leading) & (material.rows["items"] == ALL)]
    repeated = rows[(rows["coefficient"] == RETEST.format("icc_1_1")) & rows["n_raters"].notna()]
    data = ""
    if len(repeated):
        n = counted(int(repeated["n_raters"].min()), "replicate")
        data = (
            f"{counted(len(repeated), 'stochastic method')}, {n}, {int(repeated['n_units'].max()):,} "
            f"questions."
        )
    return _part(
        material,
        "retest",
        words.RETEST,
        words.RETEST_CAVEAT,
        data=data,
        findings=ranking.retest_sentences(rows, material.labels, material.name) + _forms(material, rows),
        figures=material.cards("replicates", [""]),
    )


def _forms(material: Material, rows: pd.DataFrame) -> list[str]:
    """Say how parallel forms agree, where there are any."""
    kinds = {"icc_a_1": "rotations agree by ICC(A,1)", "icc_1_1": "redraws agree by ICC(1,1)"}
    return [
        f"{material.labels[row['method_a']]}: {said} {with_interval(estimate_of(row))}."
        for word, said in kinds.items()
        for _, row in rows[rows["coefficient"] == PARALLEL.format(word)].iterrows()
        if np.isfinite(row["estimate"])
    ]


def _easy(material: Material) -> Part:
    means = _by_metric(material, RHO_MEAN)
    row = means.get(material.metrics[material.leading])
    data = ""
    if row is not None and not pd.isna(row["n_raters"]):
        data = f"{int(row['n_raters'])} methods, {counted(int(row['n_units']), 'question')}."
    pairs = pairs_table(_of(material, RHO), material.labels, material.metrics)
    return _part(
        material,
        "easy",
        words.EASY,
        words.EASY_CAVEAT,
        data=data,
        findings=correlation_sentences(means),
        figures=material.cards("spearman", [material.leading]),
        more="Correlations by the other metrics, and all pairs with their intervals",
        more_figures=material.cards("spearman", _others(material)),
        more_tables=[pairs],
    )


def _metrics(material: Material) -> Part | None:
    table = consistency_table(_of(material, CONSISTENCY), material.labels, material.metrics)
    findings = []
    for axis in ("datasets", "models", "metrics"):
        for location in ("mean", "median"):
            for _, row in _of(material, ACROSS.format(f"{axis}_by_{location}")).iterrows():
                findings.append(_across(row, axis, location, material))
    if not table.rows and not findings:
        return None
    return _part(
        material,
        "metrics",
        words.METRICS,
        words.METRICS_CAVEAT,
        findings=findings,
        more="All pairs of metrics" if table.rows else "",
        more_tables=[table] if table.rows else [],
    )


def _across(row: pd.Series, axis: str, location: str, material: Material) -> str:
    names = {"datasets": "data sets", "models": "models", "metrics": "metrics"}
    metric = "" if pd.isna(row["metric"]) else f" by {material.metrics.get(row['metric'], row['metric'])}"
    who = f"{names[axis].capitalize()} as raters, {location}s{metric}"
    if not np.isfinite(row["estimate"]):
        return f"{who}: no alpha, {reason_of(row)}."
    sizes = f"{int(row['n_raters'])} {names[axis]}, {counted(int(row['n_units']), 'method')}"
    p = "" if pd.isna(row["p"]) else f", p {row['p']:.2g} of its exact null"
    if "drawn" in reason_of(row):
        p = p.replace("exact", "drawn")
    return f"{who}: alpha {decimal(row['estimate'])} ({sizes}{p})."


def _difficulty(material: Material) -> Part | None:
    if not material.ranked:
        return None
    table = hardest_table(
        material.ranked,
        material.scores,
        material.real,
        material.labels,
        material.leading,
        material.class_name,
        material.name,
    )
    means = np.array([question.mean for question in material.ranked])
    low, middle, high = np.quantile(means, [0.1, 0.5, 0.9])
    findings = [
        f"The middle question has a mean {material.name} of {decimal(middle)}; a tenth of them lies below "
        f"{decimal(low)}, a tenth above {decimal(high)}."
    ]
    data = f"{counted(len(means), 'question')} with a defined score."
    about = words.DIFFICULTY.format(metric=material.name)
    return _part(
        material, "difficulty", about, words.DIFFICULTY_CAVEAT, data=data, findings=findings, tables=[table]
    )


def _recognised(material: Material) -> Part | None:
    table = recognised_table(material.rows, material.metrics)
    if table is None:
        return None
    return _part(material, "recognised", words.RECOGNISED, words.RECOGNISED_CAVEAT, tables=[table])
