"""What other designs would give: figure, words and table hold the formula of the decision study."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

import synthetic_tables as synthetic
from saliometer.figures import decision
from saliometer.findings import components
from saliometer.findings.scope import Scope
from saliometer.reliability.rows.columns import COLUMNS, DEPENDABILITY, GENERALIZABILITY, RETEST, VARIANCE
from saliometer.report.chapter.designs_table import designs_table
from saliometer.report.pictures.alternative_texts import decision_alt

SCOPE = Scope(**synthetic.SCOPE)
PARTS = {"method": 0.4, "method_class": 0.6, "residual": 1.2, "class": 0.3, "item": 0.9}


def rows(replicate=0.0, replicates=None, **changes):
    """A run of 6 classes of 8 items each, and of some replicates of a noisy method."""
    parts = PARTS | {"replicate": replicate} | changes
    found = [{"coefficient": VARIANCE.format(name), "estimate": value} for name, value in parts.items()]
    g = {"coefficient": GENERALIZABILITY, "estimate": 0.7, "ci_low": 0.5, "ci_high": 0.8}
    found.append(g | {"n_clusters": 6, "n_raters": 48})
    if replicates:
        found.append({"coefficient": RETEST.format("icc_1_1"), "n_raters": replicates})
    return pd.DataFrame(found, columns=COLUMNS).assign(metric="precision", items="all", **synthetic.SCOPE)


def expected(clusters, items, noise=0.0):
    """G and Phi by hand (Brennan, 2001, chapter 4)."""
    relative = 0.6 / clusters + (1.2 + noise) / (clusters * items)
    absolute = relative + 0.3 / clusters + 0.9 / (clusters * items)
    return 0.4 / (0.4 + relative), 0.4 / (0.4 + absolute)


def lines_of(table):
    figure = decision.draw(synthetic.study(), {"reliability": table}, SCOPE, "precision")
    said = [text.get_text() for text in figure.findobj(Text)]
    return figure.axes[0].lines, said


def test_the_table_is_the_formula_on_a_grid():
    table = designs_table(rows(), "precision", "classes")
    assert table.columns == ["Classes", "Items to each", "Items", "G", "Phi"]
    numbers = [[cell.sort for cell in row] for row in table.rows]
    assert [row[:3] for row in numbers] == [[c, n, c * n] for c in (3, 6, 12, 60) for n in (4, 8, 16, 80)]
    for clusters, items, _, g, phi in numbers:
        assert (g, phi) == pytest.approx(expected(clusters, items))
    assert table.caption.endswith("would give by precision; this run has 6 classes with 8 to each")


def test_replicates_have_columns_where_their_noise_was_measured():
    table = designs_table(rows(replicate=0.8, replicates=2), "precision", "classes")
    counts = (1, 2, 4, 20)
    heads = [f"{name}, {count} replicate{'s' * (count > 1)}" for count in counts for name in ("G", "Phi")]
    assert table.columns[3:] == heads
    for row in table.rows:
        clusters, items, _, *found = (cell.sort for cell in row)
        by_hand = [value for count in counts for value in expected(clusters, items, 0.8 / count)]
        assert found == pytest.approx(by_hand)
    assert table.caption.endswith("6 classes with 8 to each and 2 replicates where a method draws at random")


@pytest.mark.parametrize("unknown", [{"replicate": np.nan, "replicates": 2}, {"replicate": 0.0}])
def test_without_measured_noise_nothing_is_said_of_replicates(unknown):
    assert len(designs_table(rows(**unknown), "precision", "classes").columns) == 5
    drawn, said = lines_of(rows(**unknown))
    assert len(drawn) == 4 + 4, "three of G, one of Phi; .80, .90, the interval and the dot"
    assert not any("replicate" in text for text in said)


def test_items_that_are_their_cluster_have_no_other_number():
    single = rows(residual=np.nan, item=np.nan)
    single.loc[single["coefficient"] == GENERALIZABILITY, "n_raters"] = 6
    table = designs_table(single, "precision", "classes")
    assert [[cell.text for cell in row[:2]] for row in table.rows] == [
        [c, "1"] for c in ("3", "6", "12", "60")
    ]
    assert table.rows[1][3].sort == pytest.approx(0.4 / (0.4 + 0.6 / 6))


def test_the_figure_draws_phi_and_more_replicates():
    drawn, said = lines_of(rows(replicate=0.8, replicates=2))
    clusters = drawn[-1].get_xdata()
    assert clusters[0] == 6, "the dot"
    curves = [line for line in drawn if len(line.get_xdata()) == decision.POINTS]
    over = curves[0].get_xdata()
    by_hand = [
        *(expected(over, 8, 0.4)[0], expected(over, 1, 0.4)[0], expected(over, 32, 0.4)[0]),
        *(expected(over, 8, 0.1)[0], expected(over, 8, 0.4)[1]),
    ]
    for line, values in zip(curves, by_hand, strict=True):
        np.testing.assert_allclose(line.get_ydata(), values, rtol=1e-12)
    assert {"n = 8", "n = 1", "n = 32", "8 replicates", "Phi, n = 8"} <= set(said)
    alt = decision_alt(rows(replicate=0.8, replicates=2), "precision", "classes")
    phi, more = expected(6, 8, 0.4)[1], expected(6, 8, 0.1)[0]
    assert f"Phi is {phi:.2f}." in alt
    assert alt.endswith(f"With 8 instead of 2 replicates G would be {more:.2f}.")


def test_phi_of_the_runs_own_design_is_that_of_the_table():
    """In a balanced design, from real rows."""
    table = synthetic.tables()["reliability"].query("metric == 'precision' and items == 'all'")
    design = components.design_of_run(table)
    phi = table.loc[table["coefficient"] == DEPENDABILITY, "estimate"].item()
    assert float(components.predicted(design, 20, 12).phi) == pytest.approx(phi, abs=1e-12)


def test_an_undefined_g_has_no_table():
    assert designs_table(rows().iloc[:0], "precision", "classes") is None
