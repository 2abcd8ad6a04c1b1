"""Labels that can't be right: the page opens with it, and concludes nothing about the methods."""

import pytest
from scipy import stats

import synthetic_tables as synthetic
from page_reader import text_of
from report_helpers import make_page
from saliometer.findings.recognition import Recognition, recognition_of
from saliometer.findings.scope import Scope
from saliometer.report.recognition import NOTHING

SCOPE = Scope(**synthetic.SCOPE)


@pytest.mark.parametrize(
    ("n", "classes", "hits", "credible"),
    [
        (15, 5, (0, 0), False),  # field/07: 15 photographs in folders 0 to 4
        (15, 5, (1, 6), True),  # one in five is what guessing gives
        (20, 20, (18, 20), True),
        (20, 20, (0, 0), False),
        (20, 20, (0, 3), True),  # few, and no fewer than guessing might
        (20, 1000, (0, 0), True),  # too few photographs to tell
        (2000, 1000, (0, 0), False),
        (0, 5, (0, 0), True),
    ],
)
def test_a_network_that_knows_less_than_guessing_would_is_not_credible(n, classes, hits, credible):
    assert Recognition(n, classes, hits).is_credible == credible


def test_the_limit_is_clopper_and_pearsons():
    """The smallest number of hits that is credible is the first whose tail of guessing is at least .05."""
    for n, classes in ((15, 5), (60, 8), (200, 20)):
        first = next(k for k in range(n + 1) if stats.binom.cdf(k, n, 1 / classes) >= 0.05)
        assert Recognition(n, classes, (first, n)).is_credible
        assert first == 0 or not Recognition(n, classes, (first - 1, n)).is_credible


def with_ranks(ranks: str) -> dict:
    tables = synthetic.tables()
    return tables | {"predictions": tables["predictions"].assign(tile_ranks=ranks)}


def test_each_photograph_counts_once_and_unknown_ranks_do_not():
    tables = with_ranks("1 3 9 -")
    found = recognition_of(tables, SCOPE)
    tiles = tables["tiles"]
    known = tiles[tiles["tile"] < 3].drop_duplicates("image")
    assert found.n_images == len(known)
    assert found.hits == ((known["tile"] == 0).sum(), (known["tile"] < 2).sum())
    assert found.n_classes == tiles["class"].nunique()


def test_the_page_opens_with_a_warning_and_concludes_nothing(tmp_path):
    page = text_of(make_page(tmp_path, synthetic.study(), with_ranks("900 900 900 900")))
    warning = page.index("Warning: net recognises 0 of")
    assert warning < page.index("Data")
    assert NOTHING in page
    assert "leads with a mean" not in page
    assert "These results support: " + NOTHING in page


def test_a_network_that_knows_its_photographs_gets_no_warning(tmp_path):
    page = text_of(make_page(tmp_path, synthetic.study(), synthetic.tables()))
    assert "Warning" not in page
    assert "leads with a mean" in page
