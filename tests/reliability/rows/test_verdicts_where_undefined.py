"""No verdict hangs on leaving undefined scores out: of a method against a control, and of G."""

import numpy as np
import pytest

from reliability_helpers import make_scores, make_table, rows_of
from saliometer.reliability.rows import columns

pytestmark = pytest.mark.slow

SEPARATES = "separates some of these methods"


def bad_half_undefined():
    """Method b is as good as the control edges, and undefined on its lower half; a and cam are far above."""
    found = make_scores(names=("a", "b", "cam", "edges"))
    rng = np.random.default_rng(4)
    b = found["method"] == "b"
    found.loc[b, "precision"] = rng.normal(0.25, 0.2, b.sum())
    found.loc[b & (found["precision"] < 0.25), "precision"] = np.nan
    return found


def test_a_method_that_is_undefined_where_it_is_bad_is_not_above_a_control():
    found = rows_of(make_table(bad_half_undefined()), columns.DIFFERENCE).set_index(["method_a", "method_b"])
    b, a = found.loc[("b", "edges")], found.loc[("a", "edges")]
    assert b["ci_low"] > 0, "else there is nothing to withdraw"
    assert (b["verdict"], b["reason"]) == (
        "undecided",
        "above edges, but not where undefined scores count as the worst",
    )
    assert a["verdict"] == "above edges"


def test_g_that_rests_on_what_is_undefined_decides_nothing():
    """One of three is the best where it is defined; with the worst score elsewhere it is like the others."""
    found = make_scores(names=("a", "b", "c"))
    level = found["method"].map({"a": 0.6, "b": 0.5, "c": 0.5})
    found["precision"] = level + np.random.default_rng(5).normal(0, 0.03, len(found))
    decided = rows_of(make_table(found), columns.GENERALIZABILITY).iloc[0]
    assert decided["verdict"] == SEPARATES
    lost = (found["method"] == "a") & (found["mosaic"].str[1:].astype(int) % 2 == 0)
    found.loc[lost, "precision"] = np.nan
    again = rows_of(make_table(found), columns.GENERALIZABILITY)
    whole, filled = (
        again[again["items"] == items].iloc[0] for items in (columns.ALL, columns.UNDEFINED_LAST)
    )
    assert whole["ci_low"] >= 0.8 > filled["ci_low"], "else there is nothing to withdraw"
    assert whole["verdict"] == "undecided"
    assert whole["reason"].endswith("no two methods are separated")
