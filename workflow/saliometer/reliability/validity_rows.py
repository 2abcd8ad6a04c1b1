"""Rows on how far methods score beyond null controls."""

from collections.abc import Iterator

import numpy as np

from saliometer.reliability import intervals
from saliometer.reliability.cliffs_delta import paired_cliffs_delta
from saliometer.reliability.comparison import Comparison, describe_left_out
from saliometer.reliability.control import control_verdict, difference_from_control
from saliometer.reliability.rows import CLIFFS_DELTA, DIFFERENCE, make_row


def validity_rows(real: Comparison, controls: Comparison, confidence: float) -> Iterator[dict]:
    """Yield how far every method scores above every control: mean difference and paired Cliff's delta."""
    left_out = real.left_out | controls.left_out
    how = intervals.CLUSTER_T if real.linked is None else intervals.DYADIC_T
    for control in [*controls.scores, *controls.left_out]:
        for method in [*real.scores, *real.left_out]:
            pair = {"method_a": method, "method_b": control}
            missing = {name: left_out[name] for name in (method, control) if name in left_out}
            if missing:
                yield make_row(DIFFERENCE, reason=describe_left_out(missing), n_units=0, **pair)
                continue
            a, b = real.scores[method].to_numpy(), controls.scores[control].to_numpy()
            n = int((~np.isnan(a - b)).sum())
            interval = difference_from_control(a, b, real.clusters, confidence, real.linked)
            verdict, undefined = control_verdict(interval, control), "never defined on the same question"
            row = make_row(DIFFERENCE, interval, how, verdict, undefined)
            sizes = {"n_units": n, "n_missing": len(a) - n}
            yield row | pair | sizes
            delta = paired_cliffs_delta(a, b, real.clusters, confidence, real.linked)
            verdict = control_verdict(delta, control)
            undefined = "never defined on the same question, or always tied"
            yield make_row(CLIFFS_DELTA, delta, how, verdict, undefined) | pair | sizes
