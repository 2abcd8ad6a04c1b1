"""Generalizability theory against Brennan's worked examples, dense quadratic forms, and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generalizability_helpers import BALANCED, CATEGORIES, TASKS, TRUE, UNBALANCED, draw
from saliometer.reliability.decision_study import decision_study, design_of
from saliometer.reliability.generalizability import Components, variance_components
from saliometer.reliability.sample import Sample


def printed(components, digits=4):
    return tuple(round(float(value), digits) for value in components[:5])


def solve_densely(scores, clusters):
    """Henderson's method 1 in matrices: x'Px = sum over effects of trace(P ZZ') times its variance."""
    n, k = scores.shape
    item, method = (grid.ravel() for grid in np.indices((n, k)))
    class_ = np.unique(clusters, return_inverse=True)[1][item]
    labels = [0 * item, method, class_, item, class_ * k + method, item * k + method]
    designs = [np.equal.outer(one, np.unique(one)).astype(float) for one in labels]
    projections = [z @ np.linalg.pinv(z) for z in designs]
    x = scores.ravel()
    equations = [[np.trace(p @ z @ z.T) for z in designs] for p in projections]
    return np.linalg.solve(equations, [x @ p @ x for p in projections])[1:]


def test_published_balanced_design():
    """Components of Brennan (2001), page 116, and the coefficients of 3 tasks with 4 raters each."""
    components = variance_components(Sample(BALANCED, TASKS))
    assert printed(components) == (0.4731, 0.3252, 0.6475, 0.5596, 2.3802)
    study = decision_study(components, 3, 4)
    assert (round(float(study.g), 2), round(float(study.phi), 2)) == (0.55, 0.46)
    assert design_of(TASKS) == (3, 4)


def test_published_unbalanced_design():
    """Brennan (2001), chapter 7: analogous analysis of variance, and the coefficients of the same items."""
    components = variance_components(Sample(UNBALANCED, CATEGORIES))
    assert printed(components) == (1.2014, 2.9161, 0.2946, 0.9914, 0.8429)  # the fourth is printed as .9913
    assert components.method_class == pytest.approx(0.99142857, abs=1e-8), "the sums are whole numbers"
    classes, items = design_of(CATEGORIES)
    assert (classes, items) == (64 / 24, 24 / 8)
    study = decision_study(components, classes, items)
    assert (round(float(study.g), 3), round(float(study.phi), 4)) == (0.716, 0.4277)


@pytest.mark.parametrize("sizes", [(3, 3, 3), (1, 2, 5), (4, 1), (2, 2, 1, 3)])
def test_agrees_with_dense_quadratic_forms(sizes):
    clusters = np.repeat(np.arange(len(sizes)), sizes)
    scores = draw(np.random.default_rng(len(sizes)), clusters, k=3)
    components = variance_components(Sample(scores, clusters))[:5]
    np.testing.assert_allclose(components, solve_densely(scores, clusters), atol=1e-9)


@pytest.mark.parametrize("sizes", [(4, 4, 4, 4, 4), (1, 2, 3, 6, 8)])
def test_known_components_are_recovered_on_average(sizes):
    rng, clusters = np.random.default_rng(0), np.repeat(np.arange(5), sizes)
    drawn = np.array([variance_components(Sample(draw(rng, clusters), clusters))[:5] for _ in range(1500)])
    error = drawn.std(axis=0) / np.sqrt(len(drawn))
    assert (np.abs(drawn.mean(axis=0) - TRUE[:5]) < 3.5 * error).all()
    assert (error < 0.02).all(), "or this would say little"


def test_one_item_per_class_is_its_class():
    scores = draw(np.random.default_rng(2), np.arange(9))
    components = variance_components(Sample(scores, np.arange(9)))
    method, item, residual = solve_crossed(scores)
    assert (components.method, components.class_, components.method_class) == pytest.approx(
        (method, item, residual)
    )
    assert np.isnan([components.item, components.residual]).all()
    study = decision_study(components, 9, [1, 2])
    assert study.g[0] == pytest.approx(method / (method + residual / 9))
    assert study.phi[0] == pytest.approx(method / (method + (residual + item) / 9))
    assert np.isnan([study.g[1], study.phi[1], study.relative_error[1]]).all()


def solve_crossed(scores):
    """Components of method x item from the expected mean squares (Brennan, 2001, section 2.2)."""
    n, k = scores.shape
    methods, items = n * scores.mean(axis=0).var(ddof=1), k * scores.mean(axis=1).var(ddof=1)
    rest = scores - scores.mean(axis=0) - scores.mean(axis=1)[:, None] + scores.mean()
    residual = (rest**2).sum() / ((n - 1) * (k - 1))
    return (methods - residual) / n, (items - residual) / k, residual


@given(st.integers(0, 2**32), st.integers(2, 4), st.integers(2, 4), st.floats(-5, 5), st.floats(0.1, 9))
def test_what_changes_nothing(seed, k, n_classes, shift, scale):
    rng = np.random.default_rng(seed)
    clusters = np.append(np.arange(n_classes), rng.integers(0, n_classes, 9))
    scores = draw(rng, clusters, k)
    here = np.array(variance_components(Sample(scores, clusters))[:5])
    order, names = rng.permutation(len(scores)), np.array(list("dacb"))[clusters]
    again = variance_components(Sample(scores[order][:, ::-1] * scale + shift, names[order]))
    np.testing.assert_allclose(again[:5], here * scale**2, atol=1e-9 * scale**2)
    moved = np.array(variance_components(Sample(scores + rng.normal(size=(len(scores), 1)), clusters))[:5])
    np.testing.assert_allclose(moved[[0, 3, 4]], here[[0, 3, 4]], atol=1e-9, err_msg="items' own levels")
    coefficients = decision_study(Components(*here), [1, 2, 50], 3)
    if here[0] > 0:
        assert (np.diff(coefficients.g) >= 0).all()
        assert (coefficients.phi <= coefficients.g + 1e-12).all()


def test_degenerate_tables_are_undefined():
    one_class = variance_components(Sample(UNBALANCED, np.zeros(8)))
    assert np.isfinite([one_class.item, one_class.residual]).all()
    assert np.isnan([one_class.method, one_class.class_, one_class.method_class]).all()
    assert np.isnan(decision_study(one_class, 1, 8)[:2]).all()
    for scores in (UNBALANCED[:, :1], UNBALANCED[:0], UNBALANCED[:1], np.full((8, 3), np.nan)):
        assert np.isnan(variance_components(Sample(scores, CATEGORIES[: len(scores)]))).all()
    assert np.isnan(design_of([])).all()
    tied = np.arange(8.0)[:, None] / 7 * np.ones(3)
    for constant in (np.full((8, 3), 0.1), tied):
        components = variance_components(Sample(constant, CATEGORIES))
        assert (components.method, components.method_class, components.residual) == (0, 0, 0)
        assert np.isnan(decision_study(components, 3, 2).g)
    columns = variance_components(Sample(np.tile([0.1, 0.7, 0.4], (8, 1)), CATEGORIES))
    assert columns[:5] == pytest.approx((0.09, 0, 0, 0, 0), abs=1e-15)
    assert decision_study(columns, 3, 2).g == 1


def test_items_with_an_undefined_score_take_no_part():
    gaps = np.vstack([UNBALANCED, [np.nan, 1, 2, 3, 4, 5, 6, 7]]).astype(float)
    assert variance_components(Sample(gaps, [*CATEGORIES, 9])) == pytest.approx(
        variance_components(Sample(UNBALANCED, CATEGORIES)), nan_ok=True
    )


def test_far_from_zero_the_digits_are_kept():
    here, there = (variance_components(Sample(UNBALANCED / 8 + far, CATEGORIES))[:5] for far in (0, 1e6))
    assert there == pytest.approx(here, rel=1e-8)
