"""Whether maps keep their methods' axioms: the page's table and its warnings in words."""

import numpy as np
import pytest

import synthetic_tables as synthetic
from report_helpers import make_page
from saliometer.findings.axioms import map_residuals
from saliometer.findings.numbers import ABSENT
from saliometer.findings.scope import Scope
from saliometer.methods import registry
from saliometer.report.sections.axioms import AXIOMS, axioms_table, warnings

pytestmark = pytest.mark.slow

SCOPE = Scope(**synthetic.SCOPE)


@pytest.fixture
def axioms():
    return synthetic.tables()["axioms"]


def residuals(axioms, method="intgrad"):
    study = synthetic.study()
    found = map_residuals(study, axioms, SCOPE)
    assert len(found) == len(study["methods"])
    return next(one for one in found if one.label == study["methods"][method]["label"])


def of_intgrad(axioms, values):
    """Let the maps of one method have these residuals, over and over."""
    rows = axioms["method"] == "intgrad"
    axioms.loc[rows, "residual"] = np.resize(np.float32(values), rows.sum())
    return axioms


def test_every_axiom_of_a_method_has_words_and_a_tolerance():
    promised = {registry.spec_of(name).axiom for name in registry.METHODS} - {None}
    assert promised <= set(AXIOMS)
    assert {"completeness", "conservation", "efficiency", "sum_to_logit"} <= promised
    assert all(0 < axiom.tolerance < 0.1 for axiom in AXIOMS.values())


def test_statistics_are_of_magnitudes_over_maps_that_have_a_residual(axioms):
    found = residuals(of_intgrad(axioms, [-0.4, 0.2, 0.0, np.nan]))
    rows = axioms[axioms["method"] == "intgrad"]
    magnitudes = np.abs(rows["residual"].dropna())
    assert (found.n, found.n_undefined) == (len(rows), len(rows) - len(magnitudes))
    assert found.median == pytest.approx(0.2)
    assert found.high == pytest.approx(0.4)
    assert found.zeros == pytest.approx(0.125)


def test_a_method_without_an_axiom_has_dashes(axioms):
    found = residuals(axioms, "gradcam")
    assert (found.axiom, found.n_undefined) == ("", 0)
    assert np.isnan([found.median, found.high]).all()
    row = axioms_table([found]).rows[0]
    assert [cell.text for cell in row] == ["Grad-CAM", "none", ABSENT, ABSENT, "0.125"]
    assert warnings([found], "net") == []


@pytest.mark.parametrize(("value", "broken"), [(0.049, False), (-0.051, True), (0.051, True)])
def test_a_broken_axiom_is_said_in_words(axioms, value, broken):
    said = warnings([residuals(of_intgrad(axioms, [value]))], "net")
    assert bool(said) is broken
    if broken:
        assert said[0].startswith(
            "Integrated gradients breaks its own axiom, completeness, on net: a map adds up"
        )
        assert "half of its maps miss that by more than 5.1 % (tolerated: 5 %)" in said[0]


def test_what_is_undefined_and_what_is_empty_is_said(axioms):
    found = residuals(of_intgrad(axioms, [0.0, np.nan]))
    (said,) = warnings([found], "net")
    assert said.startswith("Integrated gradients on net: 120 maps of 240 can't be held against completeness")
    empty = found._replace(n_undefined=0, zeros=0.999)
    assert warnings([empty], "net") == ["Integrated gradients on net: 99.9 % of its maps is exactly zero."]


def test_the_page_tells_it(tmp_path):
    assert "No method breaks its own axiom on net." in make_page(tmp_path)
    tables = synthetic.tables()
    of_intgrad(tables["axioms"], [0.5])
    page = make_page(tmp_path, tables=tables)
    assert "Integrated gradients breaks its own axiom, completeness, on net" in page
    assert "No method breaks" not in page
