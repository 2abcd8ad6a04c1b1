"""The chapter on reliability of one scope: each part a question, its data, estimates, figures and caveats."""

from saliometer.report.chapter.items import difficulty_part, easy_part, metrics_part, recognised_part
from saliometer.report.chapter.parts import Material, Part
from saliometer.report.chapter.ranking import agreement_part, places_part, ranking_part
from saliometer.report.chapter.validity import anchors_part, retest_part

PARTS = (
    ranking_part,
    places_part,
    agreement_part,
    anchors_part,
    retest_part,
    easy_part,
    metrics_part,
    difficulty_part,
    recognised_part,
)


def parts(material: Material) -> list[Part]:
    """Return the parts of the chapter; those of which nothing was computed are left out."""
    return [part for make in PARTS if (part := make(material)) is not None]
