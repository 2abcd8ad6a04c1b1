"""The figures of one scope as they stand on the page, each with its caption and what it shows in words."""

from collections.abc import Callable, Sequence

from saliometer.findings.figure_files import FIGURES, PANEL_CHOICES, figure_files
from saliometer.findings.items import choose_items, scores_of
from saliometer.findings.numbers import decimal
from saliometer.report.material import Material
from saliometer.report.pictures import alternative_texts as alternative
from saliometer.report.pictures.cards import Card, read_card

PANELS_CAPTION = "The {choice} item: {target}, mean {metric} {mean} over the saliency methods."
PANELS_EMPTY = "The {choice} item: none has a defined {metric}."


def cards(material: Material, kind: str, subjects: Sequence[str]) -> list[Card]:
    """Return the figures of a kind that are of some metrics; "" stands for the one figure of all metrics."""
    files = _files(material, FIGURES[kind].group)
    return [_card(material, one) for one in files if one["kind"] == kind and one["subject"] in subjects]


def cards_of_scores(material: Material, subjects: Sequence[str]) -> list[Card]:
    """Return all figures of the scores by some metrics."""
    return [_card(material, one) for one in _files(material, "scores") if one["subject"] in subjects]


def further_cards(material: Material) -> list[Card]:
    """Return the figures of the reliability of scores that no part of the chapter asks for."""
    files = _files(material, "reliability")
    return [_card(material, one) for one in files if one["kind"] not in ALTERNATIVES]


def _card(material: Material, file: dict) -> Card:
    return read_card(_path(material, file), *_words(material, file["kind"], file["subject"]))


def _words(material: Material, kind: str, subject: str) -> tuple[str, str]:
    """Alternative text and caption of a figure."""
    label = material.metrics[subject or material.leading].label
    caption = FIGURES[kind].caption.format(metric=label, over=material.over)
    return ALTERNATIVES[kind](material, subject, label) if kind in ALTERNATIVES else caption, caption


def _of_metric(write: Callable, *fields: str) -> Callable:
    """Return the writer of an alternative text from a metric's rows, its label and fields of the material."""

    def alternative_text(material: Material, subject: str, label: str) -> str:
        rows = material.of_all[material.of_all["metric"] == subject]
        return write(rows, label, *(getattr(material, field) for field in fields))

    return alternative_text


def _of_all_metrics(write: Callable, *fields: str) -> Callable:
    def alternative_text(material: Material, subject: str, label: str) -> str:
        labels = {name: metric.label for name, metric in material.metrics.items()}
        return write(material.of_all, labels, *(getattr(material, field) for field in fields))

    return alternative_text


def _violins(material: Material, subject: str, label: str) -> str:
    return alternative.violins_alt(material.results[subject], label)


def _replicates(material: Material, subject: str, label: str) -> str:
    methods = {name: material.labels[name] for name in material.real}
    return alternative.replicates_alt(material.scores, material.leading, label, methods)


ALTERNATIVES = {
    "violins": _violins,
    "spearman": _of_metric(alternative.spearman_alt, "labels"),
    "agreement": _of_all_metrics(alternative.agreement_alt),
    "components": _of_all_metrics(alternative.components_alt, "over"),
    "decision": _of_metric(alternative.decision_alt, "over"),
    "ranks": _of_metric(alternative.ranks_alt, "labels"),
    "anchors": _of_metric(alternative.anchors_alt, "study", "labels"),
    "replicates": _replicates,
}


def panel_cards(material: Material) -> list[Card]:
    """Return the panels: the maps of every method on the best, the median and the worst items."""
    items = choose_items(material.scores, material.real, material.leading)
    return [_panel_card(material, file, items) for file in _files(material, "panels")]


def _panel_card(material: Material, file: dict, items: dict) -> Card:
    item, path, choice = items.get(file["subject"]), _path(material, file), PANEL_CHOICES[file["subject"]]
    label, name = material.metrics[material.leading].label, material.words.name
    if item is None:
        alt = f"The {choice} item: {label} is undefined on every map."
        return read_card(path, alt, PANELS_EMPTY.format(choice=choice, metric=name))
    target, measured = material.class_names[item.target], scores_of(material.scores, item, material.leading)
    by_label = {text: measured[method] for method, text in material.labels.items() if method in measured}
    mean = decimal(item.mean)
    caption = PANELS_CAPTION.format(choice=choice, target=target, mean=mean, metric=name)
    return read_card(path, alternative.panels_alt(choice, item, target, by_label, label), caption)


def _files(material: Material, group: str) -> list[dict]:
    return [file for file in figure_files(group, material.study) if file["scope"] == material.scope]


def _path(material: Material, file: dict):
    return material.folder / f"{file['stem']}.svg"
