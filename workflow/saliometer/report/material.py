"""What the page says of one scope is made of: everything about it that is computed or looked up once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from saliometer.findings.coefficients import scope_rows
from saliometer.findings.ranking import Ranking, ranking_of
from saliometer.findings.results import MethodResult, method_results
from saliometer.findings.scope import (
    Scope,
    clusters_in_words,
    is_table_study,
    leading_metric,
    method_label,
    real_methods,
    shown_methods,
    shown_metrics,
    study_within,
    within,
)
from saliometer.metrics import MetricSpec
from saliometer.reliability.rows.columns import ALL
from saliometer.report.leading import LeadWords, leading_words


@dataclass(frozen=True)
class Material:
    """One scope: its ``study`` (with its methods alone), the ``tables`` of the whole run, and the rest.

    ``folder`` of all figures; ``class_names`` by class index; ``metrics`` and ``labels`` (of methods) by
    name; ``results`` of all methods by metric; ``rows`` of coefficients that bear on the scope, also those
    over several forms, data sets or models; ``ranking`` by the leading metric, None where no two methods
    were compared.
    """

    study: Mapping
    tables: Mapping[str, pd.DataFrame]
    scope: Scope
    folder: Path
    class_names: Mapping[int, str]
    metrics: Mapping[str, MetricSpec]
    labels: Mapping[str, str]
    leading: str
    words: LeadWords
    results: Mapping[str, Sequence[MethodResult]]
    rows: pd.DataFrame
    ranking: Ranking | None

    @property
    def of_table(self) -> bool:
        """Whether the scores are of somebody's table, of which no image and no map is known."""
        return is_table_study(self.study)

    @property
    def is_of_independent_items(self) -> bool:
        """Whether nothing is known of clusters, so that items are assumed independent."""
        return self.of_table and self.study["table_study"]["clusters"] == "item"

    @property
    def over(self) -> str:
        """What intervals generalise over."""
        return clusters_in_words(self.study)

    @property
    def singles(self) -> str:
        """What single items are; Krippendorff's benchmarks are about these."""
        return "single items" if self.of_table else "single mosaics"

    @property
    def real(self) -> list[str]:
        """The saliency methods, without the controls."""
        return real_methods(self.study)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """The scores of the scope."""
        return within(self.tables["scores"], self.scope)

    @cached_property
    def of_all(self) -> pd.DataFrame:
        """The rows of coefficients over all items."""
        return self.rows[self.rows["items"] == ALL]

    @cached_property
    def of_leading(self) -> pd.DataFrame:
        """The rows of the leading metric over all items."""
        return self.of_all[self.of_all["metric"] == self.leading]

    @property
    def other_metrics(self) -> list[str]:
        """The names of the metrics beside the leading one."""
        return [name for name in self.metrics if name != self.leading]

    def rows_of(self, coefficient: str) -> pd.DataFrame:
        """Return the rows of a coefficient, of the scope itself or over several, over all items."""
        return self.of_all[self.of_all["coefficient"] == coefficient]

    def by_metric(self, coefficient: str) -> dict[str, pd.Series]:
        """Return the row of each metric that has one, by the metric's label, in the order of the page."""
        rows = {row["metric"]: row for _, row in self.rows_of(coefficient).iterrows()}
        return {metric.label: rows[name] for name, metric in self.metrics.items() if name in rows}

    def leading_row(self, coefficient: str) -> pd.Series | None:
        """Return the leading metric's row of a coefficient; None without one."""
        return self.by_metric(coefficient).get(self.metrics[self.leading].label)


def material_of(
    study: Mapping,
    tables: Mapping[str, pd.DataFrame],
    scope: Scope,
    folder: Path,
    class_names: Mapping[int, str],
) -> Material:
    """Compute what the page says of one scope is made of; ``folder`` is that of all figures."""
    study = study_within(study, scope)
    metrics, leading = shown_metrics(study), leading_metric(study)
    labels = {name: method_label(study, name) for name in shown_methods(study)}
    rows = scope_rows(study, tables["reliability"], scope)
    of_leading = rows[(rows["items"] == ALL) & (rows["metric"] == leading)]
    return Material(
        study=study,
        tables=tables,
        scope=scope,
        folder=folder,
        class_names=class_names,
        metrics=metrics,
        labels=labels,
        leading=leading,
        words=leading_words(leading, metrics[leading], is_table_study(study)),
        results={name: method_results(study, tables, scope, name) for name in metrics},
        rows=rows,
        ranking=ranking_of(of_leading, labels),
    )
