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
from saliometer.figures.labels import with_fitting_labels

FROM_TABLES = {
    "violins": violins.draw,
    "replicates": replicates.draw,
    "agreement": agreement.draw,
    "components": components.draw,
    "decision": decision.draw,
    "ranks": ranks.draw,
    "anchors": anchors.draw,
    "spearman": spearman.draw,
}
DRAWERS = {kind: with_fitting_labels(draw) for kind, draw in FROM_TABLES.items()}
