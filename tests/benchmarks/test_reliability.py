"""The benchmarks of the coefficients run, and their documents say what was measured."""

import numpy as np
import pytest
from benchmarks import coverage, reliability, reliability_document, verdicts
from benchmarks.coverage_checks import COVERAGE, ERRORS, truths
from benchmarks.coverage_designs import LEVELS, METHOD_SD, Design, draw, true_g
from benchmarks.reliability_cases import CASES, OURS, call_of, make_data

from saliometer.reliability.generalizability import variance_components
from saliometer.reliability.sample import Sample

SMALL = (60, 4, 3, 6)


@pytest.mark.parametrize("case", CASES)
def test_every_case_and_those_of_installed_packages_can_be_called(case):
    data = make_data(60, 4, 6)
    for kind in (OURS, "floor", *CASES[case].peers):
        call = call_of(case, kind)
        assert call is None or call(data) is not None


def test_a_call_in_a_process_of_its_own():
    found = reliability.measure("Kendall's W", OURS, SMALL)
    assert 0 < found["cpu"] < 5
    assert 0 <= found["bytes"] < 1e9
    told = reliability.measure("Kendall's W", OURS, SMALL, patience=0.01)
    assert told == "not finished in 0 s"


def test_sums_that_miss_their_goal_are_marked():
    one = {"cpu": 10.0, "wall": 10.0, "bytes": 1e6}
    entries = [
        {
            "case": "a",
            "of_ranks": ranks,
            "times": 7,
            "ours": one,
            "floor": one,
            "peers": {"x": "not installed"},
        }
        for ranks in (False, True)
    ]
    found = reliability.rows(entries)
    assert found[0][-1] == "x not installed"
    assert [line[3] for line in found[2:]] == ["70.0 of 60 (missed)", "70.0 of 300"]


def test_designs_have_the_truths_that_they_are_held_to():
    design = Design(4000, 3, class_sd=0.5)
    scores, labels, _ = draw(design, LEVELS, np.random.default_rng(1))
    found = variance_components(Sample(scores, labels))
    assert found.residual == pytest.approx(1, rel=0.05)
    assert found.method_class == pytest.approx(0.25, rel=0.1)
    assert true_g(Design(5, 2, 0.5), METHOD_SD**2) == pytest.approx(0.25 / (0.25 + 0.25 / 5 + 1 / 10))
    images = np.random.default_rng(2).integers(0, 20, (5000, 10 * 3))
    squares = np.mean([(np.bincount(one) ** 2).sum() / 100 for one in images])
    assert true_g(Design(5, 2, images=20), 1.0) == pytest.approx(1 / (1 + 0.1 + 0.25 * squares), rel=0.01)
    assert np.isnan(true_g(Design(5, 2, bounded=True), 1.0))
    assert truths(Design(3, 5, bounded=True))["rho"] > 0


def test_a_small_simulation_answers_for_every_check():
    entries = [coverage.simulate(Design(*size), 3) for size in ((3, 1), (10, 2))]
    for checks in (COVERAGE, ERRORS):
        found = coverage.rows(entries, checks)
        assert all(len(line) == len(coverage.head(checks)) for line in found)
    assert entries == [coverage.simulate(Design(*size), 3) for size in ((3, 1), (10, 2))], "seeds are fixed"
    assert entries[1]["checks"]["mean"]["answered"] == [3, 3]


def test_what_falls_short_is_marked_and_listed():
    checks = {
        name: {"share": [0.95, 0.5] if name in COVERAGE else [0.05, 0.5], "answered": [1000, 1000]}
        for name in (*COVERAGE, *ERRORS)
    }
    checks["mean"]["share"][0], checks["alpha"]["share"][0], checks["permutation"]["share"][0] = (
        0.9,
        0.99,
        0.08,
    )
    checks["rank_sets"] = {"share": [None, 0.9], "answered": [0, 1000]}
    entry = {"name": "design", "studies": 1000, "checks": checks}
    (line,) = coverage.rows([entry], COVERAGE)
    assert line[1] == "**90.0 (0.9) short** / 50.0"
    assert line[2] == "95.0 (0.7) / 50.0"
    assert line[6] == "99.0 (0.3) wide / 50.0"
    assert line[5] == "no interval"
    assert coverage.missed([entry]) == [
        "mean: cluster-t: design: **90.0 (0.9) short**",
        "exchangeable methods: permutations within classes: design: **8.0 (0.9) above**",
    ]


def test_studies_of_verdicts_answer_every_question():
    name = "2 replicates on 10 clusters of 1"
    found = verdicts.simulate(name, 3)
    assert found == verdicts.simulate(name, 3), "seeds are fixed"
    assert found["answers"]["interval holds the error"]["answered"] == 3
    lines = [line for line in verdicts.rows({}, {name: found}) if line[0] == name]
    assert [line[1:4] for line in lines] == [("interval holds the error", "95", "")]
    assert lines[0][4].endswith(")")


@pytest.mark.slow
@pytest.mark.parametrize("name", verdicts.DESIGNS)
def test_every_design_of_verdicts_can_be_drawn(name):
    answers = verdicts.simulate(name, 1)["answers"]
    assert list(answers) == list(verdicts.DESIGNS[name].answers)


def test_the_document_follows_from_what_was_measured():
    present = reliability_document.DOCUMENT.read_text()
    assert reliability_document.document(present) == present, "run python -m benchmarks.reliability_document"
