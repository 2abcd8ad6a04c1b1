"""Decision studies: their formula, negative components, replicates, and the design that ignores classes."""

import numpy as np
import pytest

from generalizability_helpers import CATEGORIES, TRUE, UNBALANCED, draw
from saliometer.reliability.decision_study import decision_study
from saliometer.reliability.generalizability import Components, variance_components
from saliometer.reliability.sample import Sample


def test_a_design_that_ignores_classes_promises_too_much():
    """Method x item sees method x class variance shrink with the items; it shrinks with the classes only."""
    rng, clusters = np.random.default_rng(1), np.repeat(np.arange(6), 20)
    k, right, wrong = 8, [], []
    true = TRUE._replace(residual=0.5)
    for _ in range(300):
        scores = draw(rng, clusters, k, true)
        right.append(variance_components(Sample(scores, clusters)))
        wrong.append(variance_components(Sample(scores, np.arange(120))))
    mean_right, mean_wrong = (Components(*np.mean(many, axis=0)) for many in (right, wrong))
    g_true = float(decision_study(true, 6, 20).g)
    assert g_true == pytest.approx(0.3 / (0.3 + 0.25 / 6 + 0.5 / 120))
    assert float(decision_study(mean_right, 6, 20).g) == pytest.approx(g_true, abs=0.01)
    assert float(decision_study(mean_wrong, 120, 1).g) > 0.97 > 0.88 > g_true
    assert mean_wrong.method == pytest.approx(0.3 + 0.25 / 6, abs=0.03), "class noise passes for methods"


def test_the_decision_study_is_its_formula_for_arrays():
    classes, items, replicates = np.ogrid[1:5, 1:4, 1:3]
    components = TRUE._replace(replicate=0.6, replicate_share=0.2)
    study = decision_study(components, classes, items, replicates)
    relative = 0.25 / classes + (1.0 + 0.6 / replicates) / (classes * items)
    absolute = relative + 0.2 / classes + 0.4 / (classes * items)
    np.testing.assert_allclose(study.relative_error, relative, rtol=1e-12)
    np.testing.assert_allclose(study.absolute_error, absolute, rtol=1e-12)
    np.testing.assert_allclose(study.g, 0.3 / (0.3 + relative), rtol=1e-12)
    np.testing.assert_allclose(study.phi, 0.3 / (0.3 + absolute), rtol=1e-12)
    of_run = decision_study(components, 3, 2)
    assert of_run.relative_error == pytest.approx(0.25 / 3 + 1.2 / 6), "the run's own replicates"


def test_negative_components_are_reported_and_count_as_zero():
    components = Components(0.3, -0.1, -0.1, -0.2, 0.5)
    study = decision_study(components, 2, 5)
    assert (study.g, study.phi) == pytest.approx((0.3 / 0.35, 0.3 / 0.35))
    assert decision_study(components._replace(method=-0.1), 2, 5).g == 0
    opposite = np.tile([[0.0, 1], [1, 0]], (4, 1))
    assert variance_components(Sample(opposite, np.arange(8))).method < 0
    assert np.isnan(decision_study(Components(0, 0, 0, 0, 0), 2, 5).g)


def test_replicates_are_taken_out_of_the_residual_and_come_back():
    """Two stochastic methods of three, with noise of their own and 4 and 2 replicates."""
    rng, clusters = np.random.default_rng(3), np.repeat(np.arange(5), 4)
    variances, replicates = np.array([1.2, 0, 0.5]), np.array([4, 1, 2])
    drawn = []
    for _ in range(1000):
        scores = draw(rng, clusters, 3) + rng.normal(size=(20, 3)) * np.sqrt(variances / replicates)
        drawn.append(variance_components(Sample(scores, clusters), variances, replicates))
    mean = Components(*np.mean(drawn, axis=0))
    assert mean.residual == pytest.approx(1, abs=0.04)
    assert mean.method_class == pytest.approx(0.25, abs=0.04)
    assert (mean.replicate, mean.replicate_share) == pytest.approx((1.7 / 3, 0.55 / 3))
    whole = variance_components(Sample(scores, clusters))
    assert np.isnan([whole.replicate, whole.replicate_share]).all()
    assert decision_study(drawn[-1], 5, 4).g == pytest.approx(float(decision_study(whole, 5, 4).g), rel=1e-12)
    assert np.isnan(decision_study(whole, 5, 4, replicates=2).g), "not measured"
    single = [
        variance_components(Sample(scores, np.arange(20)), *more) for more in ((), (variances, replicates))
    ]
    assert single[0].method_class - single[1].method_class == pytest.approx(0.55 / 3)


def test_replicates_of_one_method_that_were_not_measured_stay_in_the_residual():
    scores, whole = UNBALANCED, variance_components(Sample(UNBALANCED, CATEGORIES))
    components = variance_components(Sample(scores, CATEGORIES), [np.nan, *np.zeros(7)])
    assert components[:5] == whole[:5]
    assert np.isnan(components[5:]).all()
    none = variance_components(Sample(scores, CATEGORIES), np.zeros(8))
    assert none == (*whole[:5], 0, 0)
    assert decision_study(none, 3, 3, 1).g == decision_study(none, 3, 3, 9).g
