"""All that the page says of one data set, form and model of somebody's table of scores."""

from collections.abc import Sequence

import numpy as np

from saliometer.findings.results import MethodResult
from saliometer.findings.scope import clusters_in_words, within
from saliometer.reliability.rows.columns import GENERALIZABILITY
from saliometer.report.context_sentences import form_sentences
from saliometer.report.html_tables import Cell, HtmlTable, estimate_cell, make_table, number_cell
from saliometer.report.leading import named_words
from saliometer.report.reliability_sentences import unknown_by_reason
from saliometer.report.scope_section import ScopeSection
from saliometer.report.table_study.sentences import (
    control_sentences,
    given_headline,
    may_conclude_given,
    may_not_conclude_given,
    mean_sentence,
)

CHANCE = "The table does not tell what chance would score."


class GivenSection(ScopeSection):
    """The same parts as of a run, without those for which a table of scores has no data."""

    singles = "single items"

    def __init__(self, study, tables, scope, figures):
        """Compute the results of every metric; ``figures`` is the folder of the figures."""
        super().__init__(study, tables, scope, figures, {})
        self.metric = self.shown[self.leading]
        self.words = named_words(self.metric)

    def context(self, reduced: list[str], titled: bool) -> dict:
        """Return everything for the template; ``titled`` when the page has several scopes."""
        results, over = self.results[self.leading], clusters_in_words(self.study)
        rows = self._by_metric(self._rows(GENERALIZABILITY))
        return {
            "title": " / ".join(self.scope) if titled else "",
            "unrecognised": [],
            "caveat": [],
            "form": form_sentences(self.study, self.tables["scores"], self.scope),
            "anchors": {"sentences": []},
            "headline": given_headline(results, self.metric, over, self.ranking),
            "leading": self._leading(),
            "panels": [],
            "others": [self._given_others()] if len(self.metrics) > 1 else [],
            "undefined": self._undefined(),
            "reliability": self._reliability(),
            "may": may_conclude_given(results, self.metric, rows, self.ranking),
            "may_not": may_not_conclude_given(
                results,
                self.study,
                over,
                unknown_by_reason(self._by_metric(self.alphas), "no alpha"),
                self.ranking,
            ),
        }

    def _leading(self) -> dict:
        results = self.results[self.leading]
        real = sorted((r for r in results if not r.control), key=lambda r: (r.rank or np.inf, r.label))
        sentences = [mean_sentence(result, real, self.metric) for result in real]
        return {
            "chance": CHANCE,
            "sentences": sentences + control_sentences(real, self.metric),
            "table": _table_of(results, f"{self.metric.label} by method"),
            "figures": self.drawn.of_metrics("scores", [self.leading]),
        }

    def _given_others(self) -> dict:
        found = self._others("given")
        return found | {"title": "of the table"}

    def _undefined(self) -> list[str]:
        rows = within(self.tables["undefined"], self.scope)
        rows = rows[rows["metric"].isin(self.metrics)]
        return [
            f"{self.metrics[row.metric]} of {self.labels[row.method]}: {row.n:,} undefined ({row.reason})."
            for row in rows.itertuples()
        ]


def _table_of(results: Sequence[MethodResult], caption: str) -> HtmlTable:
    """Rank, mean, median, differences from the controls and numbers of scores, best first."""
    controls = list(dict.fromkeys(d.control for result in results for d in result.differences))
    columns = ["Method", "Rank", "Mean [interval]", "Median", *(f"minus {c}" for c in controls), "Scores"]
    rows = []
    for result in sorted(results, key=lambda r: (r.control, r.rank or np.inf)):
        differences = {d.control: estimate_cell(d.estimate) for d in result.differences}
        rank = "control" if result.control else "\N{EN DASH}"
        rows.append(
            [
                Cell(result.label),
                Cell(rank) if result.rank is None else Cell(str(result.rank), result.rank),
                estimate_cell(result.mean),
                number_cell(result.median),
                *(differences.get(control, Cell("\N{EN DASH}")) for control in controls),
                Cell(f"{result.n_defined:,}", result.n_defined),
            ]
        )
    return make_table(caption, columns, rows)
