"""The page: everything gathered, laid out by the template, in one self-contained text."""

import json
from collections.abc import Mapping
from pathlib import Path

import jinja2
import pandas as pd
from markupsafe import Markup

from saliometer.figures import PANEL_SATURATION
from saliometer.figures.labels import missing_signs
from saliometer.findings.comparisons import with_comparisons
from saliometer.findings.results import map_costs, top1_ceiling
from saliometer.findings.scope import (
    Scope,
    all_scopes,
    clusters_in_words,
    is_given,
    leading_metric,
    method_label,
    network_scopes,
    shown_methods,
    shown_metrics,
    study_within,
    within,
)
from saliometer.report import wording
from saliometer.report.axioms import axioms_table, map_residuals, warnings
from saliometer.report.context_sentences import (
    cost_sentence,
    data_sentences,
    model_sentences,
    not_explained_sentences,
    reduced_settings,
    weights_sentence,
)
from saliometer.report.html_tables import cost_table, methods_table
from saliometer.report.leading import leading_words
from saliometer.report.scope_section import ScopeSection
from saliometer.report.sentences import percent
from saliometer.report.table_study.page import computed_sentences, given_context
from saliometer.report.table_study.section import GivenSection

HERE = Path(__file__).parent
TABLES = (
    "scores",
    "summary",
    "undefined",
    "predictions",
    "accuracy",
    "tiles",
    "image_use",
    "axioms",
    "reliability",
)


def build_page(
    study: Mapping,
    versions: Mapping[str, str],
    tables: Mapping[str, pd.DataFrame],
    figures: Path,
    class_names: dict[int, str],
    mark: str = "",
) -> str:
    """Return the page as HTML.

    Parameters: ``study``, the settings of the run; ``versions`` of the packages that ran; ``tables``, those
    of TABLES and, where it was measured, ``cost``; ``figures``, their folder; ``class_names`` by class
    index; ``mark``, a text that the page carries in its head (``origins.mark``). Everything that comes from
    the study or the tables is escaped.
    """
    labels = {name: method_label(study, name) for name in shown_methods(study)}
    tables = with_comparisons(tables, study)
    scopes = all_scopes(study)
    confidence = percent(study["intervals"]["confidence"])
    over = clusters_in_words(study)
    if is_given(study):
        sections = [GivenSection(study, tables, scope, figures) for scope in scopes]
        own, reduced = given_context(study, tables, labels, confidence), []
        said = computed_sentences(study, versions, confidence, over)
    else:
        sections = [ScopeSection(study, tables, scope, figures, class_names) for scope in scopes]
        reduced = reduced_settings(study, labels)
        own = _of_run(study, tables, labels, reduced, confidence)
        said = _computed(study, versions, confidence, over)
    boxes = missing_signs(study)
    content = {
        **own,
        "scopes": [section.context(reduced, len(scopes) > 1) for section in sections],
        "axioms_are": wording.AXIOMS,
        "undefined_are": wording.UNDEFINED,
        "chapter_is": wording.CHAPTER,
        "paragraph_is": wording.METHODS_PARAGRAPH,
        "computed": {
            "sentences": [*said, *([f"{boxes[0].upper()}{boxes[1:]}."] if boxes else [])],
            "settings": json.dumps(study, indent=2, sort_keys=True, ensure_ascii=False),
        },
    }
    return _template().render(
        title=wording.TITLE.format(run=study["run"]),
        run=study["run"],
        mark=mark,
        style=_own_file("style.css"),
        script=_own_file("page.js"),
        **content,
    )


def _of_run(
    study: Mapping,
    tables: Mapping[str, pd.DataFrame],
    labels: Mapping[str, str],
    reduced: list[str],
    confidence: str,
) -> dict:
    """Return what the page says of images, models, maps and their cost."""
    networks, over = network_scopes(study), clusters_in_words(study)
    leading, several = leading_metric(study), len(networks) > 1
    words = leading_words(leading, shown_metrics(study)[leading])
    cost = [_cost(study, tables, scope, several) for scope in networks] if "cost" in tables else []
    return {
        "heading": wording.HEADING,
        "sections": [(key, name) for key, name in wording.SECTIONS.items() if cost or key != "cost"],
        "data": _data(study, tables),
        "models": [_model(study, tables, scope, over) for scope in networks],
        "methods": {
            "sentence": wording.METHODS,
            "table": methods_table(study, labels),
            "against_published": [*reduced, *not_explained_sentences(study)],
        },
        "axioms": [_axioms(study, tables, scope, several) for scope in networks],
        "leading_is": wording.LEADING.format(is_what=words.is_what, confidence=confidence, over=over),
        "anchors_are": wording.ANCHORS,
        "panels_are": wording.PANELS.format(saturation=PANEL_SATURATION, metric=words.name),
        "cost": cost,
    }


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("page.html.jinja")


def _own_file(name: str) -> Markup:
    """Return a file of this package as it is: it holds nothing of the study."""
    return Markup((HERE / name).read_text(encoding="utf-8"))


def _data(study: Mapping, tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    """One entry per data set and form."""
    places = list(dict.fromkeys((scope.dataset, scope.form) for scope in all_scopes(study)))
    entries = []
    for dataset, form in places:
        use, predictions = (
            table[(table["dataset"] == dataset) & (table["form"] == form)]
            for table in (tables["image_use"], tables["predictions"])
        )
        items = predictions.drop_duplicates(["mosaic", "target"])
        n_mosaics = items["mosaic"].nunique()
        source = study["datasets"][dataset]["source"]
        sentences = data_sentences(dataset, source, use, study["mosaics"], n_mosaics, len(items))
        entries.append({"title": f"{dataset} / {form}" if len(places) > 1 else "", "sentences": sentences})
    return entries


def _model(study: Mapping, tables: Mapping[str, pd.DataFrame], scope: Scope, over: str) -> list[str]:
    """Sentences about one model on one data set, which is named when there are several."""
    accuracy = within(tables["accuracy"], scope).iloc[0]
    ceiling = top1_ceiling(within(tables["predictions"], scope))
    name = f"{scope.model} on {scope.dataset}" if len(study["datasets"]) > 1 else scope.model
    described = weights_sentence(scope.model, study["models"][scope.model])
    return [described, *model_sentences(name, accuracy, ceiling, over)]


def _axioms(study: Mapping, tables: Mapping[str, pd.DataFrame], scope: Scope, titled: bool) -> dict:
    """How the maps of one scope keep their axioms; ``titled`` when the page has several scopes."""
    residuals = map_residuals(study_within(study, scope), tables["axioms"], scope)
    said = warnings(residuals, scope.model)
    return {
        "title": " / ".join(scope) if titled else "",
        "warnings": said or [wording.KEPT.format(model=scope.model)],
        "table": axioms_table(residuals),
    }


def _cost(study: Mapping, tables: Mapping[str, pd.DataFrame], scope: Scope, titled: bool) -> dict:
    """Cost of the maps of one scope by method; ``titled`` when the page has several scopes."""
    costs = map_costs(study_within(study, scope), tables, scope)
    sentence = f"{cost_sentence(costs)} Times are of whole jobs, start of the program and writing included."
    return {
        "title": " / ".join(scope) if titled else "",
        "sentence": sentence.strip(),
        "table": cost_table(costs),
    }


def _computed(study: Mapping, versions: Mapping[str, str], confidence: str, over: str) -> list[str]:
    """What a reader needs to compute the run again."""
    packages = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    return [
        f"Seed {study['seed']}: every drawn number follows from it, whatever the number of workers.",
        f"Intervals of means and differences: Student's t at {confidence}, with the {over} as clusters. "
        "Intervals of alpha and of correlations: jackknife over the same clusters.",
        *([f"Packages, as they ran: {packages}."] if packages else []),
    ]
