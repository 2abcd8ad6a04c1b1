"""Generalizability over parallel forms: Brennan's examples, dense quadratic forms, and the rows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generalizability_helpers import BALANCED, PERSONS, TASKS
from reliability_helpers import METHODS, make_scores, make_table
from saliometer.reliability.generalizability import variance_components
from saliometer.reliability.generalizability_forms import (
    crossed_forms,
    generalizability_over_forms,
    nested_forms,
)
from saliometer.reliability.sample import Sample

pytestmark = pytest.mark.slow


def test_published_crossed_design():
    """Brennan (2001), chapter 3: persons, items and occasions are methods, classes of one item, and forms."""
    components = crossed_forms(PERSONS.reshape(10, 2, 4).transpose(2, 0, 1), np.arange(4))
    assert [
        f"{value:.4f}" for value in (components.over.method, components.over.class_, components.form)
    ] == [
        "0.5528",
        "0.4417",
        "0.0074",
    ]
    pairs = (
        components.over.method_class,
        components.method_form,
        components.class_form,
        components.method_class_form,
    )
    assert [f"{value:.4f}" for value in pairs] == ["0.5750", "0.1009", "0.1565", "0.9352"]
    error = 0.5750 / 4 + 0.1009 / 2 + 0.9352 / 8
    assert generalizability_over_forms(components, 4, 1, 2) == pytest.approx(
        0.5528 / (0.5528 + error), abs=1e-4
    )


def test_published_nested_design():
    """Brennan (2001), page 116: raters in tasks are redraws of three items, each of a class of its own."""
    tables = BALANCED.reshape(3, 4, 10).transpose(0, 2, 1)
    components = nested_forms(tables, np.unique(TASKS))
    values = (
        components.over.method,
        components.over.class_,
        components.over.method_class,
        components.form,
        components.method_form,
    )
    assert [f"{value:.4f}" for value in values] == ["0.4731", "0.3252", "0.5596", "0.6475", "2.3802"]
    assert f"{generalizability_over_forms(components, 3, 1, 4):.2f}" == "0.55"


def solve_densely(tables, clusters, nested):
    """Henderson's method 1 in matrices: x'Px = sum over effects of trace(P ZZ') times its variance."""
    item, method, form = (grid.ravel() for grid in np.indices(tables.shape))
    class_ = np.unique(clusters, return_inverse=True)[1][item]

    def cross(*labels):
        return np.unique(np.column_stack(labels), axis=0, return_inverse=True)[1].ravel()

    labels = [0 * item, method, class_, item, cross(class_, method), cross(item, method)]
    if nested:
        labels += [cross(item, form), cross(item, method, form)]
    else:
        labels += [form, cross(method, form), cross(class_, form), cross(class_, method, form)]
        labels += [cross(item, form), cross(item, method, form)]
    designs = [np.equal.outer(one, np.unique(one)).astype(float) for one in labels]
    projections = [z @ np.linalg.pinv(z) for z in designs]
    x = tables.ravel()
    equations = [[np.trace(p @ z @ z.T) for z in designs] for p in projections]
    return np.linalg.solve(equations, [x @ p @ x for p in projections])[1:]


@pytest.mark.parametrize("sizes", [(3, 3), (1, 2, 3)])
def test_agrees_with_dense_quadratic_forms(sizes):
    clusters = np.repeat(np.arange(len(sizes)), sizes)
    tables = np.random.default_rng(0).normal(size=(sum(sizes), 3, 2)) + np.arange(3)[:, None]
    components = crossed_forms(tables, clusters)
    values = [*components.over[:5], components.form, components.method_form, components.class_form]
    values += [components.method_class_form, components.item_form, components.residual_form]
    np.testing.assert_allclose(values, solve_densely(tables, clusters, nested=False), atol=1e-9)
    components = nested_forms(tables, clusters)
    values = [*components.over[:5], components.form, components.method_form]
    np.testing.assert_allclose(values, solve_densely(tables, clusters, nested=True), atol=1e-9)


@given(st.integers(0, 2**16), st.integers(2, 4))
def test_order_of_forms_and_constants_do_not_matter(seed, n_forms):
    rng = np.random.default_rng(seed)
    tables, clusters = rng.normal(size=(6, 3, n_forms)), np.repeat(np.arange(3), 2)
    other = tables[:, :, rng.permutation(n_forms)] + 7
    for estimate in (crossed_forms, nested_forms):
        before, after = estimate(tables, clusters), estimate(other, clusters)
        np.testing.assert_allclose(before.over, after.over, atol=1e-9)
        np.testing.assert_allclose(before[1:], after[1:], atol=1e-9)


def test_forms_that_are_copies_change_nothing():
    scores, clusters = np.random.default_rng(1).normal(size=(8, 4)), np.repeat(np.arange(4), 2)
    for estimate in (crossed_forms, nested_forms):
        of_forms = estimate(np.repeat(scores[:, :, None], 3, axis=2), clusters)
        np.testing.assert_allclose(
            of_forms.over[:5], variance_components(Sample(scores, clusters))[:5], atol=1e-12
        )
        np.testing.assert_allclose(of_forms.method_form, 0, atol=1e-12)


def test_noise_of_replicates_is_taken_from_single_scores():
    tables, clusters = np.random.default_rng(2).normal(size=(8, 3, 2)), np.repeat(np.arange(4), 2)
    plain, less = crossed_forms(tables, clusters), crossed_forms(tables, clusters, 0.25)
    assert less.residual_form == pytest.approx(plain.residual_form - 0.25)
    assert less.over == plain.over
    plain, less = nested_forms(tables, clusters), nested_forms(tables, clusters, 0.25)
    assert less.method_form == pytest.approx(plain.method_form - 0.25)


def test_one_form_is_refused():
    with pytest.raises(ValueError, match="two forms or more"):
        crossed_forms(np.zeros((3, 2, 1)), np.arange(3))


def with_forms(kind, spread):
    """Scores in two further forms, in each of which every method is moved by its own amount."""
    scores, rng = make_scores(), np.random.default_rng(0)
    others = []
    for n in (1, 2):
        shift = pd.Series(rng.normal(0, spread, len(METHODS)), index=list(METHODS))
        moved = scores["precision"] + scores["method"].map(shift)
        others.append(scores.assign(form=f"{kind}-{n}", precision=moved))
    return make_table(pd.concat([scores, *others], ignore_index=True))


def test_rows_tell_what_rotations_do_to_methods():
    frame = with_forms("rotation", 0.2)
    rows = frame[(frame["metric"] == "precision") & (frame["items"] == "all")].set_index("coefficient")
    assert 0.005 < rows.loc["rotations_variance_method_form", "estimate"] < 0.15
    g = rows.loc["rotations_generalizability_g"]
    assert (g["n_units"], g["n_raters"], g["n_clusters"]) == (4, 30, 6)
    assert pd.isna(g["form"])
    assert g["reason"].startswith("of means over 3 forms; over one form 0.")
    assert float(g["reason"].split()[-1]) < g["estimate"] < rows.loc["generalizability_g", "estimate"].min()
    assert not frame["coefficient"].str.startswith("redraws").any()


@pytest.mark.parametrize("kind", ["redraw", "second"])
def test_rows_of_redraws_have_their_own_design(kind):
    """Forms of any other name than rotations, as those of a table, are redraws."""
    frame = with_forms(kind, 0.0)
    rows = frame[(frame["metric"] == "precision") & (frame["items"] == "all")].set_index("coefficient")
    assert rows.loc["redraws_variance_method_form", "estimate"] == pytest.approx(0, abs=1e-12)
    assert (
        rows.loc["redraws_variance_class_form", "reason"]
        == "not told apart from another component in this design"
    )
    few = frame[(frame["metric"] == "specificity") & (frame["coefficient"] == "redraws_generalizability_g")]
    assert few["n_units"].tolist() == [3], "the positive-only method takes no part"
