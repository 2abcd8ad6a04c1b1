"""What the rows of one metric within one scope have in common."""

from typing import NamedTuple

from saliometer.reliability.sample import Sample, describe_left_out
from saliometer.seeds import seed_from

FEWEST_METHODS = 3


class Context(NamedTuple):
    """Metric and level of the rows.

    ``place`` names scope, items and metric, from which seeds follow; ``smallest``: the smallest difference of
    means that matters, in the metric's unit.
    """

    metric: str
    higher_is_better: bool
    confidence: float
    place: tuple[str, ...]
    smallest: float = 0.0

    def seed(self, purpose: str) -> int:
        """Return the seed of what is drawn for a purpose, another for each scope and metric."""
        return seed_from("reliability", purpose, *self.place)


def obstacle_to_ranking(real: Sample) -> str:
    """Say why no rankings can be compared; "" when they can."""
    k, note = real.scores.shape[1], describe_left_out(real.left_out)
    if k < FEWEST_METHODS:
        return "; ".join(filter(None, [f"fewer than three comparable methods ({k})", note]))
    if real.defined.sum() < 2:
        return "; ".join(filter(None, ["fewer than two items on which all methods are defined", note]))
    return ""
