"""The figures of one scope on the page, each with its words."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from saliometer.figures import PANEL_CHOICES, figure_files
from saliometer.figures.drawers import KINDS
from saliometer.findings.items import choose_items, scores_of
from saliometer.findings.numbers import decimal
from saliometer.findings.results import MethodResult
from saliometer.findings.scope import Scope, clusters_in_words, leading_metric, real_methods, within
from saliometer.reliability.rows.columns import RHO
from saliometer.report import wording
from saliometer.report.chapter import words
from saliometer.report.pictures import alternative_texts, cards


class ScopeFigures(NamedTuple):
    """What the words of a scope's figures are made of.

    ``scores``: the whole table; ``folder`` of all figures; ``class_names`` by class index; ``metrics`` and
    ``labels`` (of methods) by name; ``of_all``: rows of coefficients, of all items; ``results`` by metric;
    ``leading_name``: what running text calls the leading metric.
    """

    study: Mapping
    scores: pd.DataFrame
    scope: Scope
    folder: Path
    class_names: Mapping[int, str]
    metrics: Mapping[str, str]
    labels: Mapping[str, str]
    of_all: pd.DataFrame
    results: Mapping[str, Sequence[MethodResult]]
    leading_name: str

    @property
    def leading(self) -> str:
        """The name of the leading metric."""
        return leading_metric(self.study)

    @property
    def over(self) -> str:
        """What intervals generalise over."""
        return clusters_in_words(self.study)

    def panels(self) -> list[cards.Card]:
        return [self._panel_card(file) for file in self._files("panels")]

    def _panel_card(self, file: dict) -> cards.Card:
        scores = within(self.scores, self.scope)
        chosen = choose_items(scores, real_methods(self.study), self.leading)
        item, label = chosen.get(file["subject"]), self.metrics[self.leading]
        path, choice = self._path(file), PANEL_CHOICES[file["subject"]]
        if item is None:
            alt = cards.panels_alt(choice, None, "", {}, label)
            return cards.read_card(
                path, alt, wording.PANELS_EMPTY.format(choice=choice, metric=self.leading_name)
            )
        target, measured = self.class_names[item.target], scores_of(scores, item, self.leading)
        by_label = {label: measured[name] for name, label in self.labels.items() if name in measured}
        caption = wording.PANELS_CAPTION.format(
            choice=choice, target=target, mean=decimal(item.mean), metric=self.leading_name
        )
        alt = cards.panels_alt(choice, item, target, by_label, label)
        return cards.read_card(path, alt, caption)

    def of_metrics(self, group: str, subjects: list[str]) -> list[cards.Card]:
        """The figures of a group that are of some metrics."""
        files = [file for file in self._files(group) if file["subject"] in subjects]
        return self._read(files)

    def of_kind(self, kind: str, subjects: list[str]) -> list[cards.Card]:
        """The figures of a kind; "" stands for the one figure of all metrics."""
        files = [file for group in ("scores", "reliability") for file in self._files(group)]
        return self._read(f for f in files if f["kind"] == kind and f["subject"] in subjects)

    def _read(self, files: Iterable[dict]) -> list[cards.Card]:
        return [cards.read_card(self._path(file), *self._words(file)) for file in files]

    def _words(self, file: dict) -> tuple[str, str]:
        """Alternative text and caption of a figure."""
        name, kind = file["subject"], file["kind"]
        label = self.metrics.get(name, self.metrics[self.leading])
        if kind == "violins":
            caption = wording.VIOLINS_CAPTION.format(metric=label)
            return cards.violins_alt(self.results[name], label), caption
        rows = self.of_all[self.of_all["metric"] == name] if name else self.of_all
        if kind == "spearman":
            rows = rows[rows["coefficient"] == RHO]
            caption = wording.SPEARMAN_CAPTION.format(metric=label)
            return cards.spearman_alt(rows, label, self.labels.get), caption
        if kind not in words.CAPTIONS:  # of a figure that the page has no words for: its own
            caption = KINDS[kind].FIGURE.caption.format(metric=label, over=self.over)
            return caption, caption
        return self._alt(kind, rows, label), words.CAPTIONS[kind].format(metric=label, over=self.over)

    def _alt(self, kind: str, rows: pd.DataFrame, label: str) -> str:
        """Alternative text of a figure of the chapter on reliability."""
        if kind == "agreement":
            return alternative_texts.agreement_alt(rows, self.metrics)
        if kind == "components":
            return alternative_texts.components_alt(rows, self.metrics, self.over)
        if kind == "decision":
            return alternative_texts.decision_alt(rows, label, self.over)
        if kind == "ranks":
            return alternative_texts.ranks_alt(rows, label, self.labels)
        if kind == "anchors":
            return alternative_texts.anchors_alt(rows, label, self.study, self.labels)
        methods = {name: self.labels[name] for name in real_methods(self.study)}
        scores = within(self.scores, self.scope)
        return alternative_texts.replicates_alt(scores, self.leading, label, methods)

    def _files(self, group: str) -> list[dict]:
        return [file for file in figure_files(group, self.study) if file["scope"] == self.scope]

    def _path(self, file: dict) -> Path:
        return self.folder / f"{file['stem']}.svg"
