"""What draws each kind of figure that needs tables alone, by kind."""

from saliometer.figures import (
    agreement,
    anchors,
    components,
    decision,
    ranks,
    replicates,
    spearman,
    violins,
)

DRAWERS = {
    "violins": violins.draw,
    "replicates": replicates.draw,
    "agreement": agreement.draw,
    "components": components.draw,
    "decision": decision.draw,
    "ranks": ranks.draw,
    "anchors": anchors.draw,
    "spearman": spearman.draw,
}
