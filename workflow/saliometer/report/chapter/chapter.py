"""The chapter on reliability of one scope: each part a question, its data, estimates, figures and caveats."""

from saliometer.report.chapter.agreement import agreement_part
from saliometer.report.chapter.anchors import anchors_part
from saliometer.report.chapter.difficulty import difficulty_part
from saliometer.report.chapter.easy import easy_part
from saliometer.report.chapter.further import further_part
from saliometer.report.chapter.metrics import metrics_part
from saliometer.report.chapter.part import Part, in_words_of
from saliometer.report.chapter.places import places_part
from saliometer.report.chapter.ranking import ranking_part
from saliometer.report.chapter.recognised import recognised_part
from saliometer.report.chapter.retest import retest_part
from saliometer.report.material import Material

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
    further_part,
)


def chapter_parts(material: Material) -> list[Part]:
    """Return the parts of the chapter; those of which nothing was computed are left out."""
    parts = (make(material) for make in PARTS)
    return [in_words_of(material, part) for part in parts if part is not None]
