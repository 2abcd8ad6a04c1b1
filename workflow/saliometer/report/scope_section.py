"""All that the page says of one data set, form and model."""

from pathlib import Path

import numpy as np
import pandas as pd

from saliometer.findings.coefficients import coefficient_rows, scope_rows
from saliometer.findings.items import rank_items
from saliometer.findings.numbers import decimal
from saliometer.findings.results import method_results
from saliometer.findings.scope import (
    Scope,
    clusters_in_words,
    leading_metric,
    method_label,
    real_methods,
    shown_methods,
    shown_metrics,
    study_within,
    within,
)
from saliometer.metrics import describe, metrics_of
from saliometer.reliability.rows.columns import ALL, ALPHA, CLIFFS_DELTA, DIFFERENCE, RHO
from saliometer.report import wording
from saliometer.report.anchors import anchor_sentences, anchors_table, with_ceilings
from saliometer.report.chapter import chapter
from saliometer.report.conclusions import may_conclude, may_not_conclude
from saliometer.report.context_sentences import (
    form_sentences,
    not_applicable_sentences,
    undefined_sentences,
)
from saliometer.report.headline import headline, leading_sentence
from saliometer.report.html_tables import leading_table, meanings_table, metrics_table
from saliometer.report.leading import leading_words
from saliometer.report.methods_paragraph import as_text, methods_paragraph
from saliometer.report.mixed import mixed_may_not, mixed_sentences, network_accuracy
from saliometer.report.pictures.scope_figures import ScopeFigures
from saliometer.report.recognition import NOTHING, unrecognised_sentences
from saliometer.report.reliability_sentences import unknown_by_reason
from saliometer.report.separated import ranking_of


class ScopeSection:
    """Collects the parts of the page that are about one scope; ``context`` returns them."""

    singles = "single mosaics"  # what Krippendorff's benchmarks are held against

    def __init__(self, study, tables, scope: Scope, figures: Path, class_names: dict[int, str]):
        """Compute the results of every metric; ``figures`` is the folder of the figures."""
        study = study_within(study, scope)
        self.study, self.tables, self.scope, self.class_names = study, tables, scope, class_names
        shown = shown_metrics(study)
        self.shown = shown
        self.metrics = {name: metric.label for name, metric in shown.items()}
        self.leading = leading_metric(study)
        self.words = leading_words(self.leading, shown[self.leading])
        self.labels = {name: method_label(study, name) for name in shown_methods(study)}
        self.caveat = mixed_sentences(study, tables.get("accuracy"), scope, self.labels)
        self.results = {name: method_results(study, tables, scope, name) for name in self.metrics}
        self.over = clusters_in_words(study)
        self.reliability = scope_rows(study, tables["reliability"], scope)
        self.of_all = self.reliability[self.reliability["items"] == ALL]
        self.alphas, self.pairs = (self._rows(name) for name in (ALPHA, RHO))
        self.drawn = ScopeFigures(
            study,
            tables["scores"],
            scope,
            figures,
            class_names,
            self.metrics,
            self.labels,
            self.of_all,
            self.results,
            self.words.name,
        )
        self.ranking = ranking_of(self.of_all[self.of_all["metric"] == self.leading], self.labels)

    def context(self, reduced: list[str], titled: bool) -> dict:
        """Return everything for the template; ``titled`` when the page has several scopes."""
        unrecognised = unrecognised_sentences(self.study, self.tables, self.scope)
        return {
            "title": " / ".join(self.scope) if titled else "",
            "unrecognised": unrecognised,
            "caveat": self.caveat,
            "form": form_sentences(self.study, self.tables["scores"], self.scope),
            "headline": [] if unrecognised else headline(*self._found(), self.ranking),
            "leading": self._leading(),
            "anchors": self._anchors(),
            "panels": self.drawn.panels(),
            "others": [part for family in self.study["metrics"] if (part := self._others(family))],
            "undefined": self._undefined(),
            "reliability": self._reliability(),
            "may": [NOTHING] if unrecognised else self._may(),
            "may_not": self._may_not(reduced),
        }

    def _found(self) -> tuple:
        return self.results[self.leading], self.words

    def _may(self) -> list[str]:
        results, words = self._found()
        return may_conclude(results, self._alpha_verdict(), words, self.ranking)

    def _leading(self) -> dict:
        results = self.results[self.leading]
        target_tiles = self.study["mosaics"]["target_tiles"]
        real = sorted((r for r in results if not r.control), key=lambda r: (r.rank or np.inf, r.label))
        chance = decimal(results[0].chance)
        return {
            "chance": wording.CHANCE.format(chance=chance),
            "sentences": [leading_sentence(result, real, target_tiles, self.words) for result in real],
            "table": leading_table(results, f"{self.metrics[self.leading]} by method; chance {chance}"),
            "figures": self.drawn.of_metrics("scores", [self.leading]),
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
            "figures": self.drawn.of_metrics("scores", names),
        }

    def _undefined(self) -> list[str]:
        undefined = within(self.tables["undefined"], self.scope)
        return undefined_sentences(undefined, self.labels.get, shown_metrics(self.study))

    def _reliability(self) -> dict:
        scores = within(self.tables["scores"], self.scope)
        real, metric = real_methods(self.study), shown_metrics(self.study)[self.leading]
        material = chapter.Material(
            rows=self.reliability,
            metrics=self.metrics,
            labels=self.labels,
            real=real,
            leading=self.leading,
            name=self.words.name,
            higher_is_better=metric.higher_is_better,
            over=self.over,
            singles=self.singles,
            cards=self.drawn.of_kind,
            scores=scores,
            ranked=rank_items(scores, real, self.leading, metric.higher_is_better),
            class_name=lambda index: self.class_names.get(index, str(index)),
            ranking=self.ranking,
        )
        paragraph = methods_paragraph(
            self.of_all,
            list(self.metrics.values()),
            [self.labels[name] for name in real],
            self.over,
            self.study["intervals"]["confidence"],
            mosaics="classification" in self.study["metrics"],
        )
        paragraph = paragraph._replace(sentences=paragraph.sentences + self.caveat)
        return {"parts": chapter.parts(material), "paragraph": paragraph, "text": as_text(paragraph)}

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
        accuracy = network_accuracy(self.study, self.tables["accuracy"], self.scope)
        return mixed_may_not(self.study, self.scope) + may_not_conclude(
            self.results[self.leading],
            n_clusters=int(accuracy["n_clusters"].iloc[0]),
            over=self.over,
            seen=float(accuracy["top5"].iloc[0]) if len(accuracy) == 1 else np.nan,
            reduced=reduced,
            without_alpha=unknown_by_reason(self._by_metric(self.alphas), "no alpha"),
            ranking=self.ranking,
            n_settings=(len(self.study["datasets"]), len(self.study["models"])),
        )
