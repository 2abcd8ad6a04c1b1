"""No two statements of a page disagree: all sentences and tables of random studies, read as data."""

from itertools import combinations

import pytest

import page_claims
import random_studies
from page_contradictions import contradictions_of_page, contradictions_of_rows, leading_rows
from report_helpers import side_of
from saliometer.reliability.codes import Code
from saliometer.reliability.rows.columns import PAIR
from saliometer.report.scope_section import scope_section

pytestmark = pytest.mark.slow

NUMBERS = [pytest.param(n, marks=[] if n < 3 else pytest.mark.slow) for n in range(200)]


@pytest.mark.parametrize("number", NUMBERS)
def test_no_two_statements_of_a_page_disagree(number, tmp_path):
    section = random_studies.section(number, tmp_path)
    content = scope_section(section)
    rows = leading_rows(section)
    found = contradictions_of_rows(section, rows) + contradictions_of_page(section, rows, content)
    assert found == []


def test_a_page_that_contradicts_its_pairs_is_found_out(tmp_path):
    """With another winner in a pair's row, sentences and sets of places disagree with it."""
    section = random_studies.section(1, tmp_path)
    content, rows = scope_section(section), leading_rows(section).copy()
    apart = next(n for n, row in rows.iterrows() if row["coefficient"] == PAIR and side_of(row))
    a_won = side_of(rows.loc[apart]).better == rows.loc[apart, "method_a"]
    rows.loc[apart, "verdict_code"] = Code.B_BETTER if a_won else Code.A_BETTER
    assert contradictions_of_rows(section, rows)
    assert contradictions_of_page(section, rows, content)


def test_the_tables_are_of_all_kinds(tmp_path):
    """Else the search above finds nothing because it looks at nothing."""
    seen = {"apart": 0, "together": 0, "negligible": 0, "controls": 0, "claims": 0}
    for number in range(12):
        section = random_studies.section(number, tmp_path)
        texts = list(page_claims.sentences(scope_section(section)))
        rows = section.of_all
        sides = [side_of(row) for _, row in rows[rows["coefficient"] == PAIR].iterrows()]
        seen["apart"] += sum(side is not None for side in sides)
        seen["together"] += sum(side is None for side in sides)
        seen["negligible"] += sum(side is not None and side.negligible for side in sides)
        seen["controls"] += sum(len(list(page_claims.against_controls(text))) for text in texts)
        seen["claims"] += sum(len(list(page_claims.claims(text))) for text in texts)
        named = {frozenset(c[1:3]) for text in texts for c in page_claims.claims(text)}
        methods = [r.label for r in section.results[random_studies.METRIC] if r.rank is not None]
        assert named <= {frozenset(pair) for pair in combinations(methods, 2)}
    assert min(seen.values()) >= 3, seen
