"""All that the page says of one data set, form and model."""

from collections.abc import Sequence

from saliometer.findings.recognition import unrecognised
from saliometer.report.chapter.chapter import chapter_parts
from saliometer.report.material import Material
from saliometer.report.methods_paragraph import as_text, methods_paragraph
from saliometer.report.pictures.scope_figures import panel_cards
from saliometer.report.recognition import NOTHING, unrecognised_sentence
from saliometer.report.sections import comparisons
from saliometer.report.sections.anchors import anchors_part
from saliometer.report.sections.conclusions import may, may_not
from saliometer.report.sections.data import form_sentences
from saliometer.report.sections.headline import INDEPENDENT, headline
from saliometer.report.sections.scores import leading_part, other_parts, undefined_part


def scope_section(material: Material, reduced: Sequence[str] = (), titled: bool = False) -> dict:
    """Return everything about one scope for the template.

    Parameters: ``reduced``, settings below the published ones; ``titled``, whether the page has several
    scopes. Of a table of scores there are no panels, no anchors and no network to be told from.
    """
    study, scope, of_table = material.study, material.scope, material.of_table
    strangers = {} if of_table else unrecognised(study, material.tables, scope)
    accuracy = material.tables.get("accuracy")
    caveat = [] if of_table else comparisons.caveat(study, accuracy, scope, material.labels)
    results = material.results[material.leading]
    first = [] if strangers else headline(results, material.words, material.ranking)
    ranked = any(result.rank is not None for result in results)
    independent = material.is_of_independent_items and ranked
    return {
        "title": " / ".join(scope) if titled else "",
        "unrecognised": [unrecognised_sentence(*stranger) for stranger in strangers.items()],
        "caveat": caveat,
        "form": form_sentences(study, material.tables["scores"], scope),
        "headline": [*first, INDEPENDENT] if independent else first,
        "leading": leading_part(material),
        "anchors": {"sentences": []} if of_table else anchors_part(material),
        "panels": [] if of_table else panel_cards(material),
        "others": other_parts(material),
        "undefined": undefined_part(material),
        "reliability": _reliability(material, caveat),
        "may": [NOTHING] if strangers else may(material),
        "may_not": may_not(material, reduced),
    }


def _reliability(material: Material, caveat: Sequence[str]) -> dict:
    paragraph = methods_paragraph(
        material.of_all,
        [metric.label for metric in material.metrics.values()],
        [material.labels[name] for name in material.real],
        material.over,
        material.study["intervals"]["confidence"],
        mosaics="classification" in material.study["metrics"],
    )
    paragraph = paragraph._replace(sentences=[*paragraph.sentences, *caveat])
    return {"parts": chapter_parts(material), "paragraph": paragraph, "text": as_text(paragraph)}
