"""What draws each kind of figure that needs tables alone, by kind."""

from saliometer.figures import alpha, spearman, violins

DRAWERS = {"violins": violins.draw, "alpha": alpha.draw, "spearman": spearman.draw}
