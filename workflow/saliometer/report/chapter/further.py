"""What else is there to see? Figures that belong to no other part, such as those that were added."""

from saliometer.report.chapter.part import Part
from saliometer.report.material import Material
from saliometer.report.pictures.scope_figures import further_cards

ABOUT = "Figures of the reliability of these scores that belong to no question above."
CAVEAT = "What a figure shows is said by its caption; the numbers behind it are in the tables of the run."


def further_part(material: Material) -> Part | None:
    """Figures without a part of their own; None where there are none."""
    figures = further_cards(material)
    return Part("What else is there to see?", ABOUT, CAVEAT, figures=figures) if figures else None
