"""At which level of a study rows of the table of coefficients are computed, from what, and in which order.

A module of this folder that declares ``ROWS``, a tuple of Rows, has rows in the table; no list names it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from saliometer.metrics import MetricSpec
from saliometer.reliability.rows.context import Context
from saliometer.reliability.sample import Sample

Methods = Mapping[str, Mapping]


class OfMetric(NamedTuple):
    """One metric, no alias, within one data set, form and model.

    ``real`` and ``controls``: its scores by the saliency methods and by the controls; ``sample``: all scores
    of the scope, (column, method) across; ``scores``: its part of the scores table, replicate by replicate.
    """

    real: Sample
    controls: Sample
    sample: Sample
    scores: pd.DataFrame
    methods: Methods
    context: Context


class OfScope(NamedTuple):
    """All metrics that are no aliases within one data set, form and model.

    ``sample``: all scores of the scope, (column, method) across.
    """

    sample: Sample
    metrics: Mapping[str, MetricSpec]
    methods: Methods
    confidence: float


class OfForms(NamedTuple):
    """One metric over the forms of one data set and model, of which there are several, the original first."""

    scores: pd.DataFrame
    forms: Sequence[str]
    metric: str
    needs_negative: bool
    methods: Methods
    confidence: float


class OfSettings(NamedTuple):
    """The whole study in its first form: the wide scores table, and the metrics that are no aliases."""

    scores: pd.DataFrame
    metrics: Mapping[str, MetricSpec]
    methods: Methods


class Rows(NamedTuple):
    """Rows of one level: ``level``, one of the classes above; ``place``, the lower comes first in the table.

    ``make`` yields them, made by ``columns.make_row``, from the data of the level.
    """

    level: type
    place: int
    make: Callable[[Any], Iterator[dict]]
