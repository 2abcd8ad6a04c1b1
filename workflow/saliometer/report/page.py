"""The page: everything gathered, laid out by the template, in one self-contained text."""

from collections.abc import Mapping
from pathlib import Path

import jinja2
import pandas as pd
from markupsafe import Markup

from saliometer.findings.comparisons import with_comparisons
from saliometer.findings.figure_files import PANEL_SATURATION
from saliometer.findings.scope import (
    all_scopes,
    clusters_in_words,
    is_table_study,
    leading_metric,
    method_label,
    network_scopes,
    shown_methods,
    shown_metrics,
)
from saliometer.report import words
from saliometer.report.leading import leading_words
from saliometer.report.material import material_of
from saliometer.report.scope_section import scope_section
from saliometer.report.sections import anchors, axioms, scores
from saliometer.report.sections.axioms import axioms_part
from saliometer.report.sections.computed import computed_part
from saliometer.report.sections.cost import cost_part
from saliometer.report.sections.data import data_parts
from saliometer.report.sections.methods import methods_part, reduced_settings
from saliometer.report.sections.models import model_part
from saliometer.report.sentences import percent

HERE = Path(__file__).parent
TABLES_OF_SCORES = ("scores", "summary", "undefined", "reliability")
TABLES = (*TABLES_OF_SCORES, "predictions", "accuracy", "tiles", "image_use", "axioms")


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
    of TABLES, of a study of somebody's scores those of TABLES_OF_SCORES, and, where it was measured,
    ``cost``; ``figures``, their folder; ``class_names`` by class index; ``mark``, a text that the page
    carries in its head (``origins.mark``). Everything that comes from the study or the tables is escaped.
    """
    labels = {name: method_label(study, name) for name in shown_methods(study)}
    tables, scopes, of_table = with_comparisons(tables, study), all_scopes(study), is_table_study(study)
    networks = [] if of_table else network_scopes(study)
    reduced = [] if of_table else reduced_settings(study, labels)
    confidence, over = percent(study["intervals"]["confidence"]), clusters_in_words(study)
    metric, several = shown_metrics(study)[leading_metric(study)], len(networks) > 1
    leading = leading_words(leading_metric(study), metric, of_table)
    content = {
        "data": data_parts(study, tables),
        "models": [model_part(study, tables, scope) for scope in networks],
        "methods": methods_part(study, tables, labels),
        "axioms": [axioms_part(study, tables, scope, several) for scope in networks],
        "cost": [cost_part(study, tables, scope, several) for scope in networks if "cost" in tables],
        "computed": computed_part(study, versions, confidence),
    }
    absent = {name for name, parts in content.items() if not parts}
    materials = (material_of(study, tables, scope, figures, class_names) for scope in scopes)
    return _template().render(
        title=words.TITLE.format(run=study["run"]),
        run=study["run"],
        mark=mark,
        style=_file_of_page("style.css"),
        script=_file_of_page("page.js"),
        heading=words.HEADING_OF_TABLE if of_table else words.HEADING,
        sections=[(key, name) for key, name in words.SECTIONS.items() if key not in absent],
        scopes=[scope_section(material, reduced, len(scopes) > 1) for material in materials],
        leading_is=scores.leading_is(metric, of_table, confidence, over),
        panels_are=words.PANELS.format(saturation=PANEL_SATURATION, metric=leading.name),
        anchors_are=anchors.ABOUT,
        axioms_are=axioms.ABOUT,
        undefined_are=scores.UNDEFINED,
        chapter_is=words.CHAPTER,
        paragraph_is=words.METHODS_PARAGRAPH,
        **content,
    )


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("page.html.jinja")


def _file_of_page(name: str) -> Markup:
    """Return a file of this package as it is: it holds nothing of the study."""
    return Markup((HERE / name).read_text(encoding="utf-8"))
