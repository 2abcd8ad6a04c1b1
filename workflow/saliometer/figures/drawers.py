"""What draws each kind of figure that needs tables alone, by kind."""

from saliometer.figures.labels import with_fitting_labels
from saliometer.kinds import import_kinds

KINDS = import_kinds(__package__, "FIGURE")
DRAWERS = {kind: with_fitting_labels(module.draw) for kind, module in KINDS.items()}
