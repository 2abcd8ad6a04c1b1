"""What the rows of one metric within one scope have in common."""

from typing import NamedTuple

from saliometer.reliability.codes import Code, Note, note
from saliometer.reliability.sample import Sample, notes_on_left_out
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


def obstacle_to_ranking(real: Sample) -> list[Note]:
    """Say why no rankings can be compared; nothing when they can."""
    k, left_out = real.scores.shape[1], notes_on_left_out(real.left_out)
    if k < FEWEST_METHODS:
        return [note(Code.FEW_METHODS, n=k), *left_out]
    return [note(Code.FEW_COMPLETE_ITEMS), *left_out] if real.defined.sum() < 2 else []
