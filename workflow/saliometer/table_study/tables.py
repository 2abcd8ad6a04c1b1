"""The tables of a study of given scores: what the summary and reliability stages make of a run's."""

from collections.abc import Mapping

import pandas as pd

from saliometer import metrics, summary
from saliometer.reliability.clustering.intervals import Settings
from saliometer.reliability.rows.table import reliability_table
from saliometer.table_study.clusters import CLUSTERS, OF_CLUSTERS

NO_TILES = pd.DataFrame(columns=["dataset", "form", "mosaic", "tile", "class", "image"])


def summary_tables(scores: pd.DataFrame, study: Mapping) -> dict[str, pd.DataFrame]:
    """Return the tables scores, summary and undefined of given scores; each says what its clusters are."""
    known, intervals = metrics.catalogue(study["metrics"]), Settings(**study["intervals"])
    tables = {
        "scores": scores,
        "summary": summary.summary_table(scores, NO_TILES, list(known), intervals),
        "undefined": summary.undefined_table(scores, known, study["methods"]),
    }
    return {name: with_clusters(table, study) for name, table in tables.items()}


def reliability_of(scores: pd.DataFrame, study: Mapping) -> pd.DataFrame:
    """Return the table reliability of given scores, which says what its clusters are."""
    known, intervals = metrics.catalogue(study["metrics"]), Settings(**study["intervals"])
    rows = reliability_table(scores, NO_TILES, study["methods"], known, intervals, forms=study["forms"])
    return with_clusters(rows, study)


def with_clusters(table: pd.DataFrame, study: Mapping) -> pd.DataFrame:
    """Return a table with a last column that says what the clusters of the study are."""
    return table.assign(**{OF_CLUSTERS: CLUSTERS[study["table_study"]["clusters"]]})
