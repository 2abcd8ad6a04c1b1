"""Degenerate tables: what has no estimate has no p, no interval and no verdict, and a reason that is true."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saliometer.metrics import table_study as metrics_of_table
from saliometer.reliability.clustering.intervals import Settings
from saliometer.reliability.rows import columns
from saliometer.reliability.rows.table import reliability_table
from saliometer.table_study.tables import NO_TILES

pytestmark = pytest.mark.slow

NAMES = "abcd"
METRICS = metrics_of_table.metrics_with(metrics_of_table.Settings(directions=[["q", "higher"]]))


def study(scores, clusters, replicates=1, controls=""):
    """The table of scores (items, methods) or (items, methods, replicates), NaN where there is none."""
    scores = np.asarray(scores, dtype=float).reshape(len(scores), -1, replicates)
    item, method, replicate = np.indices(scores.shape).reshape(3, -1)
    columns = {"method": np.array(list(NAMES))[method], "replicate": replicate.astype(str)}
    columns |= {"mosaic": np.char.mod("i%03d", item), "cluster": np.asarray(clusters)[item]}
    place = {"dataset": "d", "form": "original", "model": "m", "class": 0, "target": 0}
    frame = pd.DataFrame(columns | {"q": scores.ravel()}).assign(**place)
    methods = {
        name: {"signed": True, "control": name in controls, "stochastic": replicates > 1, "label": name}
        for name in NAMES[: scores.shape[1]]
    }
    return reliability_table(frame, NO_TILES, methods, METRICS, Settings())


def check(frame):
    without = frame[frame["estimate"].isna()]
    empty = without[["ci_low", "ci_high", "p", "ci_method", "verdict"]].isna().all(axis=1)
    assert empty.all(), without[~empty]
    assert without["reason"].notna().all(), without[without["reason"].isna()]
    open_ended = frame["ci_low"].isna() | frame["ci_high"].isna()
    assert frame.loc[open_ended, "ci_method"].isna().all()
    assert (frame["ci_low"].isna() == frame["ci_high"].isna()).all()


def reasons_of(frame, coefficient, **where):
    own = frame[frame["coefficient"] == coefficient]
    for column, value in where.items():
        own = own[own[column] == value]
    return set(own["reason"])


def random_scores(kind, rng):
    scores = rng.normal(size=(12, 4)) + np.arange(4)
    if kind == "constant":
        scores[:] = 0.5
    if kind == "tied":
        scores = np.repeat(scores[:, :1], 4, axis=1)
    if kind == "disjoint":
        scores[np.arange(12)[:, None] % 4 != np.arange(4)] = np.nan
    if kind == "same everywhere":
        scores = np.tile(scores[0], (12, 1))
    if kind == "holes":
        scores[rng.random(scores.shape) < 0.5] = np.nan
    if kind == "one method constant":
        scores[:, 0] = 0.5
    return scores


KINDS = ["full", "constant", "tied", "disjoint", "same everywhere", "holes", "one method constant"]
LABELS = st.sampled_from(["one", "each", "pairs", "two", "unequal"])


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(KINDS), LABELS, st.integers(0, 99), st.integers(1, 12), st.sampled_from(["", "d", "cd"])
)
def test_what_has_no_estimate_has_nothing_but_a_reason(kind, clusters, seed, n, controls):
    labels = {"one": [0] * 12, "each": range(12), "pairs": np.arange(12) // 2, "two": np.arange(12) % 2}
    labels["unequal"] = np.minimum(np.arange(12), 2)
    scores = random_scores(kind, np.random.default_rng(seed))[:n]
    if not np.isnan(scores).all():
        check(study(scores, np.asarray(labels[clusters])[:n], controls=controls))


@pytest.mark.parametrize("kind", ["constant", "full", "holes", "same everywhere"])
def test_replicates_of_degenerate_scores(kind):
    rng = np.random.default_rng(0)
    scores = np.stack([random_scores(kind, rng), random_scores(kind, rng)], axis=2)
    check(study(scores, np.arange(12) % 3, replicates=2))
    check(study(scores[:1], [0], replicates=2))


def test_one_cluster_says_so():
    frame = study(random_scores("full", np.random.default_rng(1)), np.zeros(12))
    assert reasons_of(frame, columns.MEAN_RELIABILITY) == {"no two items of different clusters"}
    assert reasons_of(frame, columns.NEEDED.format("80")) == {"no two items of different clusters"}
    assert reasons_of(frame, columns.DEPENDABILITY) == {"one cluster only"}
    assert frame.loc[frame["coefficient"] == columns.CONCORDANCE, "p"].isna().all()
    assert all(
        reason.startswith("no p: fewer than two clusters")
        for reason in reasons_of(frame, columns.CONCORDANCE)
    )
    assert reasons_of(frame, columns.SELECTED) == {"not resampled: one cluster only"}
    assert reasons_of(frame, columns.RANK) == {"fewer than three clusters"}
    assert reasons_of(frame, columns.METHODS_BETWEEN) == {"one cluster only"}


def test_one_item_in_each_cluster_says_so():
    frame = study(random_scores("full", np.random.default_rng(1)), np.arange(12))
    assert reasons_of(frame, columns.METHODS_WITHIN) == {"one item in each cluster"}


def test_methods_tied_in_every_cluster_say_so():
    scores = np.tile([[0.2, 0.4, 0.6], [0.4, 0.6, 0.2], [0.6, 0.2, 0.4]], (4, 1))
    frame = study(scores, np.arange(12) // 3)
    assert reasons_of(frame, columns.RANK) == {"all methods are tied in every cluster, but for rounding"}
    assert reasons_of(frame, columns.METHODS_BETWEEN) == {"a method's cluster means are all the same"}


def test_a_constant_says_so():
    frame = study(random_scores("constant", np.random.default_rng(1)), np.arange(12) % 4)
    tied = {"the methods are tied on every item"}
    for coefficient in (
        columns.MEAN_RELIABILITY,
        columns.BETWEEN,
        columns.WITHIN,
        columns.ALPHA,
        columns.CONCORDANCE,
    ):
        assert reasons_of(frame, coefficient) == tied
    for coefficient in (columns.DEPENDABILITY, columns.GENERALIZABILITY):
        assert reasons_of(frame, coefficient) == {"the scores never differ"}


def test_methods_on_items_of_their_own_say_so():
    scores = random_scores("disjoint", np.random.default_rng(1))
    frame = study(scores, np.arange(12) % 4)
    few = {"fewer than two items on which all methods are defined"}
    for coefficient in (columns.MEAN_RELIABILITY, columns.CONCORDANCE, columns.GENERALIZABILITY):
        assert reasons_of(frame, coefficient, items=columns.ALL) == few
    again = frame[
        (frame["items"] == columns.UNDEFINED_LAST) & (frame["coefficient"] == columns.MEAN_RELIABILITY)
    ]
    assert again[["estimate", "ci_low", "ci_high", "p"]].isna().all(axis=None)
    assert "do not agree" in again["reason"].iloc[0]
    frame = study(scores, np.arange(12) // 4)  # each cluster has as many items of every method
    again = frame[
        (frame["items"] == columns.UNDEFINED_LAST) & (frame["coefficient"] == columns.BETWEEN)
    ].iloc[0]
    assert again["estimate"] == 0, "but for its last bits, and with no p"
    assert np.isnan(again["p"])
