"""Made-up studies of known truth, and what the rows of their tables should say, for ``benchmarks.verdicts``.

Every function draws one study and returns, for each question asked of it, 1 for yes, 0 for no, NaN where the
table gives no answer. Only what every version of the program has is called, so that two can be compared.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
import pandas as pd

from saliometer.metrics import table_study
from saliometer.metrics.classification import METRICS, classification_metrics
from saliometer.reliability.clustering.intervals import Settings
from saliometer.reliability.rows import agreement, columns, correlation, settings
from saliometer.reliability.rows import table as rows_of_study
from saliometer.reliability.rows.settings import setting_rows
from saliometer.table_study.tables import NO_TILES

UNASKED = (
    (settings, ("setting_rows",)),
    (correlation, ("consistency_rows", "correlation_rows", "correlation_by_cluster_rows")),
    (agreement, ("chance_rows",)),
)
LEVEL = 0.05
ENOUGH = 0.8
SMALL = tuple(1 + i % 5 for i in range(19))
SIZES = {
    "one cluster of 60 beside 19 of 1 to 5": (60, *SMALL),
    "two clusters of 40 beside 18 of 1 to 5": (40, 40, *SMALL[:18]),
    "20 clusters of geometric sizes": tuple(1 + round(40 * 0.75**i) for i in range(20)),
    "20 clusters of 5": (5,) * 20,
}


@contextmanager
def without_rows_that_nobody_asks() -> Iterator[None]:
    """Leave out of every table the rows on which no question and no verdict rests: half of the time."""
    with ExitStack() as stack:
        for module, functions in UNASKED:
            for function in functions:
                stack.enter_context(patch.object(module, function, lambda *_: ()))
        yield


class Ask(NamedTuple):
    """A design: what is drawn and asked; how each answer is called and what it should be, in per cent."""

    study: Callable[[np.random.Generator], tuple[float, ...]]
    answers: dict[str, str]


def table(scores: np.ndarray, clusters: np.ndarray, control: int | None = None) -> pd.DataFrame:
    """Return the rows for scores (items, methods) or (items, methods, replicates) of methods a, b, ..."""
    n, k = scores.shape[:2]
    scores = scores.reshape(n, k, -1)
    replicates = scores.shape[2]
    names = [chr(ord("a") + i) for i in range(k)]
    place = {"dataset": "d", "form": "original", "model": "m", "class": 0, "target": 0}
    item, method, replicate = np.indices(scores.shape).reshape(3, -1)
    frame = pd.DataFrame(
        {
            "method": np.array(names)[method],
            "replicate": replicate.astype(str),
            "mosaic": item,
            "cluster": clusters[item],
            "q": scores.ravel(),
        }
    ).assign(**place)
    frame["mosaic"] = "i" + frame["mosaic"].astype(str).str.zfill(5)
    methods = {
        name: {"signed": True, "label": name, "control": i == control, "stochastic": replicates > 1}
        for i, name in enumerate(names)
    }
    metrics = table_study.metrics_with(table_study.Settings(directions=[["q", "higher"]]))
    found = rows_of_study.reliability_table(frame, NO_TILES, methods, metrics, Settings())
    return found[found["items"] == columns.ALL]


def of(frame: pd.DataFrame, coefficient: str) -> pd.DataFrame:
    """Return the rows of a coefficient."""
    return frame[frame["coefficient"] == coefficient]


def decided(frame: pd.DataFrame) -> np.ndarray:
    """Return the verdicts of the pairs that are told apart."""
    verdicts = of(frame, columns.PAIR)["verdict"].fillna("undecided").astype(str)
    return verdicts[verdicts != "undecided"].to_numpy()


def holds(row: pd.Series, true: float) -> float:
    """Say whether an interval holds the truth."""
    return np.nan if np.isnan(row["ci_low"]) else float(row["ci_low"] <= true <= row["ci_high"])


def draw(rng, sizes, levels, class_sd) -> tuple[np.ndarray, np.ndarray]:
    """Draw scores (items, methods) about their levels, with an effect of each method in each cluster."""
    clusters, k = np.repeat(np.arange(len(sizes)), sizes), len(levels)
    scores = class_sd * rng.normal(size=(len(sizes), k))[clusters]
    return levels + scores + rng.normal(size=(len(clusters), k)), clusters


def control(sizes) -> Callable:
    """A method and a control that are equal."""

    def study(rng):
        row = of(table(*draw(rng, sizes, np.zeros(2), 1.0), control=1), columns.DIFFERENCE).iloc[0]
        return holds(row, 0.0), float(row["verdict"] != "undecided")

    return study


def equal_methods(sizes) -> Callable:
    """Four methods that are equal."""

    def study(rng):
        return (float(len(decided(table(*draw(rng, sizes, np.zeros(4), 1.0)))) > 0),)

    return study


def missing_when_low(sizes, share=1 / 3) -> Callable:
    """Four equal methods, the first undefined on the lowest of its scores."""

    def study(rng):
        scores, clusters = draw(rng, sizes, np.zeros(4), 0.5)
        scores[scores[:, 0] < np.quantile(scores[:, 0], share), 0] = np.nan
        frame = table(scores, clusters)
        p = of(frame, columns.CONCORDANCE)["p"].iloc[0]
        better = any(verdict.startswith("a ") for verdict in decided(frame))
        return float(p <= LEVEL) if np.isfinite(p) else np.nan, float(better)

    return study


def methods_of_table(rng) -> tuple[float, ...]:
    """Five methods of a true G of .92 over 80 clusters of one item."""
    levels = np.arange(5.0)
    levels *= np.sqrt(0.92 / 0.08 / 80 / levels.var(ddof=1))
    row = of(table(*draw(rng, (1,) * 80, levels, 0.0)), columns.GENERALIZABILITY).iloc[0]
    return holds(row, 0.92), float(row["ci_low"] >= ENOUGH)


def replicates(n_clusters, items, n, varied) -> Callable:
    """A method that draws numbers: the within-item deviation, noise of one variance or each cluster's own."""

    def study(rng):
        clusters = np.repeat(np.arange(n_clusters), items)
        noise = rng.uniform(0.5, 1.5, n_clusters)[clusters] if varied else np.ones(len(clusters))
        scores = rng.normal(size=(len(clusters), 1, 1))
        scores = scores + noise[:, None, None] * rng.normal(size=(len(clusters), 1, n))
        found = of(table(scores, clusters), columns.RETEST.format("standard_error_of_measurement"))
        return (holds(found.iloc[0], np.sqrt(1 + varied / 12)),)

    return study


def across_metrics(rng) -> tuple[float, ...]:
    """Five methods whose four masses are of one distribution."""
    frames = []
    for method in "abcde":
        masses = dict(zip(("tp", "fp", "tn", "fn"), rng.gamma(2.0, size=(4, 30)), strict=True))
        frames.append(pd.DataFrame({"method": method, **masses, **classification_metrics(**masses)}))
    scores = pd.concat(frames, ignore_index=True).assign(dataset="d", model="m")
    counted = {name: metric for name, metric in METRICS.items() if not metric.alias_of}
    methods = {method: {"signed": True, "control": False} for method in "abcde"}
    wanted = columns.ACROSS.format("metrics_by_mean")
    row = next(r for r in setting_rows(scores, counted, methods) if r["coefficient"] == wanted)
    return (float(row["p"] <= LEVEL),)


def one_bad(rng) -> tuple[float, ...]:
    """Five equal methods and one far below them."""
    levels = np.array([0.0] * 5 + [-2.0])
    row = of(table(*draw(rng, (5,) * 20, levels, 0.3)), columns.GENERALIZABILITY).iloc[0]
    return (float(str(row["verdict"]).startswith("may be used to rank")),)


def paired(n_methods) -> Callable:
    """Scores that vary much between items, and the first method above the others on every one."""

    def study(rng):
        items = rng.uniform(0.1, 0.8, size=(30, 1))
        scores = items + 0.01 * rng.normal(size=(30, n_methods))
        scores[:, 0] = scores[:, 1:].max(axis=1) + rng.uniform(0.03, 0.07, 30)
        first = [verdict.startswith("a ") for verdict in decided(table(scores, np.arange(30)))]
        return (float(sum(first) >= n_methods - 1),)

    return study


COVERS, FALSE = "95", "at most 5"
DESIGNS = {
    **{
        f"method equal to a control; {name}": Ask(
            control(sizes), {"interval holds the difference": COVERS, "false verdict": FALSE}
        )
        for name, sizes in SIZES.items()
    },
    **{
        f"four equal methods; {name}": Ask(equal_methods(sizes), {"any pair told apart": FALSE})
        for name, sizes in SIZES.items()
    },
    "four equal methods, one undefined on its lowest third; 5 clusters of 12": Ask(
        missing_when_low((12,) * 5),
        {"permutation p below .05": FALSE, "the first told to score better": FALSE},
    ),
    "four equal methods, one undefined on its lowest third; 20 clusters of 5": Ask(
        missing_when_low((5,) * 20),
        {"permutation p below .05": FALSE, "the first told to score better": FALSE},
    ),
    "five equal methods by all metrics of the confusion matrix": Ask(
        across_metrics, {"p across metrics below .05": FALSE}
    ),
    "five given methods of G .92; 80 clusters of 1": Ask(
        methods_of_table, {"interval holds G": COVERS, "lower end at least .80": "the more the better"}
    ),
    **{
        f"{n} replicates on {clusters} clusters of {items}{', noise of each cluster' * varied}": Ask(
            replicates(clusters, items, n, varied), {"interval holds the error": COVERS}
        )
        for clusters, items, n, varied in (
            (10, 1, 2, False),
            (10, 1, 2, True),
            (5, 4, 2, False),
            (5, 4, 2, True),
            (20, 5, 2, False),
            (12, 6, 3, True),
        )
    },
    "five equal methods and a bad one; 20 clusters of 5": Ask(one_bad, {'"may be used to rank"': "0"}),
    "the first of two above the other on 30 of 30 items": Ask(paired(2), {"told apart": "100"}),
    "the first of three above the others on 30 of 30 items": Ask(paired(3), {"told apart": "100"}),
}
