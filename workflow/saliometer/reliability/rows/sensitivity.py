"""Rows on whether what is undefined decides the ranking: rank coefficients with it last, G with it worst."""

from collections.abc import Iterator, Mapping

import pandas as pd

from saliometer.reliability.rows.agreement import agreement_rows
from saliometer.reliability.rows.columns import GENERALIZABILITY, UNDEFINED_LAST
from saliometer.reliability.rows.context import Context, obstacle_to_ranking
from saliometer.reliability.rows.generalizability import generalizability_rows
from saliometer.reliability.rows.repetition import replicate_noise
from saliometer.reliability.sample import Sample, compare, undefined_as_worst, undefined_last


def sensitivity_rows(
    sample: Sample,
    part: pd.DataFrame,
    methods: Mapping[str, Mapping],
    metrics: Mapping,
    scope: tuple[str, ...],
    confidence: float,
) -> Iterator[dict]:
    """Yield what follows from ranks alone, and G, of metrics that are undefined on some question.

    Parameters as for ``reliability_table``: ``part``, the scores of one ``scope``; ``sample``, the same laid
    out (``sample_of``).
    """
    for name, metric in metrics.items():
        real = compare(sample, name, methods, metric.needs_negative, controls=False)
        if metric.alias_of or not real.scores.isna().any(axis=None):
            continue
        ranked = undefined_last(real, metric.higher_is_better)
        if obstacle_to_ranking(ranked):
            continue
        context = Context(name, metric.higher_is_better, confidence, (*scope, UNDEFINED_LAST, name))
        for row in agreement_rows(ranked, context):
            yield {"metric": name} | row
        worst = undefined_as_worst(real, metric.higher_is_better)
        for row in generalizability_rows(worst, context, replicate_noise(part, name, methods)):
            if row["coefficient"] == GENERALIZABILITY:
                yield {"metric": name} | row
