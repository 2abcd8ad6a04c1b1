"""All that the page says of one data set, form and model."""

from pathlib import Path

import numpy as np
import pandas as pd

from saliometer.figures import figure_files
from saliometer.figures.coefficients import coefficient_rows
from saliometer.figures.numerals import decimal
from saliometer.figures.scope import (
    Scope,
    clusters_in_words,
    leading_metric,
    method_label,
    real_methods,
    shown_methods,
    shown_metrics,
    within,
)
from saliometer.figures.selection import choose_questions, scores_of
from saliometer.metrics import describe, metrics_of
from saliometer.reliability.rows import ALPHA, CLIFFS_DELTA, DIFFERENCE, GENERALIZABILITY, RHO, RHO_MEAN
from saliometer.report import figure_cards, ranking, wording
from saliometer.report.anchors import anchor_sentences, anchors_table, with_ceilings
from saliometer.report.conclusions import may_conclude, may_not_conclude
from saliometer.report.context_sentences import not_applicable_sentences, undefined_sentences
from saliometer.report.html_tables import leading_table, meanings_table, metrics_table, pairs_table
from saliometer.report.leading import leading_words
from saliometer.report.reliability_sentences import (
    alpha_sentences,
    correlation_sentences,
    unknown_by_reason,
)
from saliometer.report.results import method_results
from saliometer.report.sentences import headline, leading_sentence


class ScopeSection:
    """Collects the parts of the page that are about one scope; ``context`` returns them."""

    def __init__(self, study, tables, scope: Scope, figures: Path, class_names: dict[int, str]):
        """Compute the results of every metric; ``figures`` is the folder of the figures."""
        self.study, self.tables, self.scope, self.class_names = study, tables, scope, class_names
        self.figures = figures
        shown = shown_metrics(study)
        self.metrics = {name: metric.label for name, metric in shown.items()}
        self.leading = leading_metric(study)
        self.words = leading_words(self.leading, shown[self.leading])
        self.labels = {name: method_label(study, name) for name in shown_methods(study)}
        self.results = {name: method_results(study, tables, scope, name) for name in self.metrics}
        self.alphas, self.pairs, self.means = (self._rows(name) for name in (ALPHA, RHO, RHO_MEAN))

    def context(self, reduced: list[str], titled: bool) -> dict:
        """Return everything for the template; ``titled`` when the page has several scopes."""
        return {
            "title": " / ".join(self.scope) if titled else "",
            "headline": headline(self.results[self.leading], self.words),
            "leading": self._leading(),
            "anchors": self._anchors(),
            "panels": self._panels(),
            "others": [part for family in self.study["metrics"] if (part := self._others(family))],
            "undefined": self._undefined(),
            "reliability": self._reliability(),
            "may": may_conclude(self.results[self.leading], self._alpha_verdict(), self.words),
            "may_not": self._may_not(reduced),
        }

    def _leading(self) -> dict:
        results = self.results[self.leading]
        n_ranked = sum(result.rank is not None for result in results)
        target_tiles = self.study["mosaics"]["target_tiles"]
        real = sorted((r for r in results if not r.control), key=lambda r: (r.rank or np.inf, r.label))
        chance = decimal(results[0].chance)
        return {
            "chance": wording.CHANCE.format(chance=chance),
            "sentences": [leading_sentence(result, n_ranked, target_tiles, self.words) for result in real],
            "table": leading_table(results, f"{self.metrics[self.leading]} by method; chance {chance}"),
            "figures": self._cards("scores", [self.leading]),
        }

    def _anchors(self) -> dict:
        rows = pd.concat([self._rows(DIFFERENCE), self._rows(CLIFFS_DELTA)])
        rows = with_ceilings(self.study, rows[rows["metric"] == self.leading])
        caption = wording.ANCHORS_CAPTION.format(metric=self.metrics[self.leading])
        return {
            "sentences": anchor_sentences(rows, self.labels, self.words.name),
            "table": anchors_table(self.study, rows, self.labels, caption),
        }

    def _others(self, family: str) -> dict:
        """What is said of a family's metrics beside the leading one; {} when it has no other."""
        metrics = metrics_of(family, self.study["metrics"][family])
        names = [name for name in metrics if name in self.metrics and name != self.leading]
        if not names:
            return {}
        by_metric = {self.metrics[name]: self.results[name] for name in names}
        module = describe(family)
        return {
            "title": module.LABEL,
            "about": module.ABOUT,
            "meanings": meanings_table([metrics[name] for name in names]),
            "table": metrics_table(by_metric, "Mean [interval] by metric"),
            "notes": not_applicable_sentences([result for name in names for result in self.results[name]]),
            "figures": self._cards("scores", names),
        }

    def _undefined(self) -> list[str]:
        undefined = within(self.tables["undefined"], self.scope)
        return undefined_sentences(undefined, self.labels.get, shown_metrics(self.study))

    def _reliability(self) -> dict:
        over = clusters_in_words(self.study)
        alphas, means = (self._by_metric(rows) for rows in (self.alphas, self.means))
        further = {name: self._rows(name) for name in ranking.COEFFICIENTS}
        of_leading = pd.concat(rows[rows["metric"] == self.leading] for rows in further.values())
        caption = wording.RANKS_CAPTION.format(metric=self.words.name)
        return {
            "generalizability": ranking.generalizability_sentences(
                self._by_metric(further[GENERALIZABILITY])
            ),
            "ranks": ranking.rank_table(of_leading, self.labels, caption),
            "retest": ranking.retest_sentences(of_leading, self.labels, self.words.name),
            "alpha": alpha_sentences(alphas, over),
            "alpha_figures": self._cards("reliability", [""]),
            "correlations": correlation_sentences(means),
            "leading_correlation": self._cards("reliability", [self.leading]),
            "other_correlations": self._cards("reliability", [m for m in self.metrics if m != self.leading]),
            "pairs": pairs_table(self.pairs, self.labels, self.metrics),
        }

    def _rows(self, coefficient: str) -> pd.DataFrame:
        return coefficient_rows(self.study, self.tables["reliability"], self.scope, coefficient)

    def _by_metric(self, rows: pd.DataFrame) -> dict[str, pd.Series]:
        """The row of each metric that has one, by the metric's label, in the order of the page."""
        found = {row["metric"]: row for _, row in rows.iterrows()}
        return {label: found[name] for name, label in self.metrics.items() if name in found}

    def _alpha_verdict(self) -> str | None:
        row = self._by_metric(self.alphas).get(self.metrics[self.leading])
        return None if row is None or pd.isna(row["verdict"]) else row["verdict"]

    def _may_not(self, reduced: list[str]) -> list[str]:
        accuracy = within(self.tables["accuracy"], self.scope)
        return may_not_conclude(
            self.results[self.leading],
            n_clusters=int(accuracy["n_clusters"].iloc[0]),
            over=clusters_in_words(self.study),
            seen=float(accuracy["top5"].iloc[0]),
            reduced=reduced,
            without_alpha=unknown_by_reason(self._by_metric(self.alphas), "no alpha"),
        )

    def _panels(self) -> list[figure_cards.Card]:
        return [self._panel_card(file) for file in self._files("panels")]

    def _panel_card(self, file: dict) -> figure_cards.Card:
        scores = within(self.tables["scores"], self.scope)
        chosen = choose_questions(scores, real_methods(self.study), self.leading)
        question, label = chosen.get(file["subject"]), self.metrics[self.leading]
        path, choice = self._path(file), file["subject"]
        if question is None:
            alt = figure_cards.panels_alt(choice, None, "", {}, label)
            return figure_cards.read_card(
                path, alt, wording.PANELS_EMPTY.format(choice=choice, metric=self.words.name)
            )
        target, measured = self.class_names[question.target], scores_of(scores, question, self.leading)
        by_label = {label: measured[name] for name, label in self.labels.items() if name in measured}
        caption = wording.PANELS_CAPTION.format(
            choice=choice, target=target, mean=decimal(question.mean), metric=self.words.name
        )
        alt = figure_cards.panels_alt(choice, question, target, by_label, label)
        return figure_cards.read_card(path, alt, caption)

    def _cards(self, group: str, subjects: list[str]) -> list[figure_cards.Card]:
        """The figures of some metrics; "" stands for the one figure of all metrics."""
        files = [file for file in self._files(group) if file["subject"] in subjects]
        return [figure_cards.read_card(self._path(file), *self._words(file)) for file in files]

    def _words(self, file: dict) -> tuple[str, str]:
        """Alternative text and caption of a figure."""
        name, kind = file["subject"], file["kind"]
        if kind == "alpha":
            return figure_cards.alpha_alt(self.alphas, self.metrics), wording.ALPHA_CAPTION
        label = self.metrics[name]
        if kind == "violins":
            caption = wording.VIOLINS_CAPTION.format(metric=label)
            return figure_cards.violins_alt(self.results[name], label), caption
        rows = self.pairs[self.pairs["metric"] == name]
        return figure_cards.spearman_alt(rows, label, self.labels.get), wording.SPEARMAN_CAPTION.format(
            metric=label
        )

    def _files(self, group: str) -> list[dict]:
        return [file for file in figure_files(group, self.study) if file["scope"] == self.scope]

    def _path(self, file: dict) -> Path:
        return self.figures / f"{file['stem']}.svg"
