"""Tables of the whole run from the tables of its shards: pure functions of DataFrames."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from saliometer.errors import UserError
from saliometer.metrics import MASSES, MetricSpec
from saliometer.reliability.clustering import intervals
from saliometer.reliability.clustering.intervals import cluster_t
from saliometer.reliability.clustering.labels import cluster_labels, strata_labels
from saliometer.reliability.clustering.shared_images import shared_images

SCORE_KEYS = ["dataset", "form", "model", "method", "replicate", "mosaic", "class", "target"]
PREDICTION_KEYS = ["dataset", "form", "model", "mosaic", "target"]
TILE_KEYS = ["dataset", "form", "mosaic", "tile"]
GROUP = ["dataset", "form", "model", "method"]
SUMMARY_COLUMNS = [*GROUP, "metric", "n", "n_defined", "mean", "median", "variance", "ci_low", "ci_high"]
# Columns of predictions -> columns of the accuracy table, each with an interval.
ACCURACY = {
    "top1": "top1",
    "top5": "top5",
    "probability": "mean_probability",
    "first_among_classes": "first_among_classes",
    "alone_top1": "alone_top1",
    "alone_top5": "alone_top5",
}
# The same of logits of the target, which are not shares.
LOGITS = ("logit", "logit_target_tiles", "logit_other_tiles")


def combine_shards(frames: Iterable[pd.DataFrame], keys: Sequence[str], name: str) -> pd.DataFrame:
    """Put shards under each other and families of columns beside each other, in an order of their own.

    Parameters: ``frames``, tables that all have ``keys``; those with equal columns are stacked, the stacks
    are joined on ``keys``; ``name``, for messages. The order of rows depends on the keys alone, so it
    doesn't show how the work was cut. Raises UserError for a key that is there twice.
    """
    stacks: dict[tuple, list[pd.DataFrame]] = {}
    for frame in frames:
        stacks.setdefault(tuple(frame.columns), []).append(frame)
    combined = pd.DataFrame()
    for stack in (pd.concat(parts, ignore_index=True) for parts in stacks.values()):
        twice = stack[stack.duplicated(keys)]
        if len(twice):
            raise UserError(
                f"{name}: {twice.iloc[0][list(keys)].to_dict()} is there twice; give each shard once"
            )
        combined = stack if combined.empty else combined.merge(stack, on=list(keys), how="outer")
    return combined.sort_values(list(keys), ignore_index=True)


def summary_table(
    scores: pd.DataFrame, tiles: pd.DataFrame, metrics: Sequence[str], settings: intervals.Settings
) -> pd.DataFrame:
    """Describe each metric of each method: SUMMARY_COLUMNS.

    Parameters: ``scores``, the wide table; ``tiles``, what each tile shows; ``metrics``, its columns to
    describe. mean, median and variance (ddof 1) are of the ``n_defined`` rows that are not NaN, each row
    counting the same; the interval is a cluster-robust t interval of that mean over ``settings.clusters``,
    NaN for fewer than two clusters, or where too many rows share images to tell it. Each replicate of a
    question is a row of its own; ``reliability_table`` takes the mean over them.
    """
    strata = strata_labels(scores, settings.clusters)
    scores = scores.assign(cluster=cluster_labels(scores, tiles, settings.clusters))
    rows = []
    for group, part in scores.groupby(GROUP, sort=True):
        strata_of_part = strata.loc[part.index]
        clusters = pd.factorize(part["cluster"])[0]
        linked = shared_images(part, clusters, tiles)
        for metric in metrics:
            values = part[metric]
            interval = cluster_t(values, clusters, settings.confidence, linked=linked, strata=strata_of_part)
            statistics = (interval.estimate, values.median(), values.var(ddof=1), interval.low, interval.high)
            rows.append((*group, metric, len(values), int(values.count()), *statistics))
    return pd.DataFrame(rows, columns=SUMMARY_COLUMNS)


def undefined_table(
    scores: pd.DataFrame, metrics: Mapping[str, MetricSpec], methods: Mapping[str, Mapping]
) -> pd.DataFrame:
    """Count the undefined scores by reason: dataset, form, model, method, metric, reason, n.

    Parameters: ``metrics``, for each column of scores ``needs_negative`` and ``undefined_when``;
    ``methods``, for each method ``signed`` and ``label``, its name in the reasons. Metrics without undefined
    scores have no row. Raises UserError for a method that ``methods`` lacks.
    """
    unknown = sorted(set(scores["method"]) - set(methods))
    if unknown:
        raise UserError(f"scores: method {unknown[0]!r} is no method of the study; run its stages again")
    counts = []
    for name, metric in metrics.items():
        undefined = scores[scores[name].isna()]
        reasons = undefined[GROUP].assign(metric=name, reason=_reasons(undefined, metric, methods))
        counts.append(reasons.groupby([*GROUP, "metric", "reason"], sort=False).size().reset_index(name="n"))
    return pd.concat(counts).sort_values(GROUP, kind="stable", ignore_index=True)


def _reasons(undefined: pd.DataFrame, metric: MetricSpec, methods: Mapping[str, Mapping]) -> np.ndarray:
    """Say of each row why its metric is NaN; the first reason that holds, masses telling where they are."""
    masses = undefined.filter(items=MASSES)
    positive_only = undefined["method"].map({name: not block["signed"] for name, block in methods.items()})
    label = undefined["method"].map({name: block["label"] for name, block in methods.items()})
    not_applicable = "not applicable: needs negative relevance, " + label + " is positive-only"
    reasons = [
        (positive_only.astype(bool) & metric.needs_negative, not_applicable),
        (masses.isna().any(axis=1), "the map is not finite"),
        (masses.sum(axis=1, min_count=1) == 0, "the map is zero everywhere"),
    ]
    conditions, words = zip(*reasons, strict=True)
    return np.select(
        [condition.to_numpy(dtype=bool) for condition in conditions],
        [np.broadcast_to(np.asarray(word, dtype=object), len(undefined)) for word in words],
        default=metric.undefined_when,
    )


def accuracy_table(
    predictions: pd.DataFrame, tiles: pd.DataFrame, settings: intervals.Settings
) -> pd.DataFrame:
    """Tell how right each model is: one row per dataset, form and model.

    Columns: n_mosaics, n (questions), n_clusters; then each quantity of ACCURACY as a mean over questions
    with ``_ci_low`` and ``_ci_high``, kept within [0, 1] (of length 0 when all questions are answered alike),
    and so each of LOGITS, not kept within anything;
    median_rank of the target; all_classes_top5, the share of mosaics whose classes are all among the five
    first; n_recognised, how many mosaics show no tile that the model does not recognise alone. When each
    class of a mosaic is asked in turn, top-1 can't exceed 1 / classes on average and is no test of the model;
    nor is first_among_classes, whether the target comes first among the mosaic's own.
    """
    strata = strata_labels(predictions, settings.clusters)
    predictions = predictions.assign(
        cluster=cluster_labels(predictions, tiles, settings.clusters),
        first_among_classes=predictions["rank_among_classes"] == 1,
    )
    rows = []
    for scope, part in predictions.groupby(["dataset", "form", "model"], sort=True):
        row = dict(zip(["dataset", "form", "model"], scope, strict=True))
        row |= {"n_mosaics": part["mosaic"].nunique(), "n": len(part)}
        row["n_clusters"] = part["cluster"].nunique()
        clusters, strata_of_part = part["cluster"], strata.loc[part.index]
        dependence = {"linked": shared_images(part, clusters, tiles), "strata": strata_of_part}
        for column, name in ACCURACY.items():
            interval = cluster_t(part[column].astype(float), clusters, settings.confidence, **dependence)
            low, high = np.clip([interval.low, interval.high], 0, 1)
            row |= {name: interval.estimate, f"{name}_ci_low": low, f"{name}_ci_high": high}
        for column in LOGITS:
            interval = cluster_t(part[column], clusters, settings.confidence, **dependence)
            row |= {column: interval.estimate, f"{column}_ci_low": interval.low}
            row[f"{column}_ci_high"] = interval.high
        mosaics = part.drop_duplicates("mosaic")
        row["n_recognised"] = int(mosaics["all_tiles_top1"].fillna(False).sum())
        row["median_rank"] = part["rank"].median()
        row["all_classes_top5"] = (mosaics["hits_top5"] == mosaics["n_classes"]).mean()
        rows.append(row)
    return pd.DataFrame(rows)


def image_use_table(tiles: pd.DataFrame, questions: pd.DataFrame) -> pd.DataFrame:
    """Count how often each image was used: on tiles, in mosaics, and on the tile of an asked target.

    Parameters: ``tiles``: dataset, form, mosaic, tile, class, image; ``questions``: dataset, form, mosaic,
    target. Returns dataset, form, image, class_index, n_tiles, n_mosaics, n_target, sorted.
    """
    asked = questions[["dataset", "form", "mosaic", "target"]].drop_duplicates()
    keys = ["dataset", "form", "mosaic", "class"]
    asked = asked.rename(columns={"target": "class"}).assign(is_target=True)
    shown = tiles.merge(asked, on=keys, how="left")
    shown["is_target"] = shown["is_target"].notna()
    grouped = shown.rename(columns={"class": "class_index"}).groupby(
        ["dataset", "form", "image", "class_index"], sort=True
    )
    counts = grouped.agg(
        n_tiles=("tile", "size"), n_mosaics=("mosaic", "nunique"), n_target=("is_target", "sum")
    )
    return counts.reset_index()
