"""Products dated in the future: said in one line, and dated anew in the order that they had."""

import os
import time
from pathlib import Path
from unittest import mock

import pytest
import yaml

from made_up_run import CONFIG, products_of, write_run
from saliometer.audit.future_times import date_anew, dated_in_the_future, say_future
from saliometer.config.study import load_config
from saliometer.errors import UserError
from table_study_helpers import tidy, write
from workflow_runs import planned_jobs, snakemake

DAY = 86_400 * 10**9


@pytest.fixture
def results(tmp_path):
    return write_run(tmp_path)


def future_of(results, now):
    return dated_in_the_future(results, products_of(load_config(CONFIG)), now)


def set_time(path: Path, time: int) -> None:
    os.utime(path, ns=(time, time))


def times(paths):
    return [path.stat().st_mtime_ns for path in paths]


def test_what_is_of_the_past_is_left_alone(results):
    own = results / "maps" / "notes.txt"
    own.write_text("mine")
    now = time.time_ns()
    set_time(own, now + DAY)
    assert future_of(results, now) == []


def test_the_order_of_times_is_kept(results):
    now = time.time_ns()
    past, *ahead = sorted(results.rglob("mosaics/*/*/*.zip")) + sorted(results.rglob("maps/*/*/*/*/*.zip"))
    benchmark = results / "benchmarks/mosaics/photos/original/1.tsv"
    benchmark.parent.mkdir(parents=True)
    benchmark.touch()
    ahead.append(benchmark)
    for number, path in enumerate(ahead):
        set_time(path, now + DAY + number // 2 * 1000)  # some at once
    before = times(ahead)
    found = future_of(results, now)
    assert sorted(found) == sorted(ahead)
    assert say_future(found[:1]).startswith(f"{found[0]} (")
    assert f" and {len(ahead) - 1} more are dated in the future: a run dates them anew." in say_future(found)
    date_anew(found, now)
    after = times(ahead)
    assert max(after) == now
    assert past.stat().st_mtime_ns < min(after)
    assert [before.index(value) for value in before] == [after.index(value) for value in after]
    assert sorted(after) == [value for _, value in sorted(zip(before, after, strict=True))]
    assert len({value / 1e9 for value in after}) == len(set(before))  # as Snakemake sees them
    assert future_of(results, now) == []


@pytest.mark.parametrize("name", ["*.svg", "tables/*.csv"])
def test_what_the_program_did_not_make_is_one_line(results, name):
    path = next(results.rglob(name))
    path.with_suffix(".parquet").unlink(missing_ok=True)
    path.write_text("<svg>mine</svg>")
    set_time(path, time.time_ns() + DAY)
    if path.suffix == ".csv":  # without the table beside it nobody can tell, and Snakemake makes both again
        assert future_of(results, time.time_ns()) == [path]
        return
    with pytest.raises(UserError, match=rf"{path.name}: is dated in the future \(.*\), and this program did"):
        future_of(results, time.time_ns())


def test_what_can_not_be_dated_is_one_line(results):
    path = next(results.rglob("*.zip"))
    set_time(path, time.time_ns() + DAY)
    with (
        mock.patch("os.utime", side_effect=PermissionError(1, "Operation not permitted")),
        pytest.raises(UserError, match=r"can't be dated anew \(Operation not permitted\); make it your own"),
    ):
        date_anew([path], time.time_ns())


@pytest.mark.slow
def test_a_run_of_products_from_the_future_goes_on(tmp_path):
    scores = {"scores": "table.csv", "higher_is_better": ["faithful"], "lower_is_better": ["error"]}
    write(tmp_path, tidy(n_items=8))
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump({"run": "mine", "datasets": {"mine": scores}}))
    first = snakemake(tmp_path, "--configfile", "mine.yaml")
    assert first.returncode == 0, first.stderr
    made = [path for path in (tmp_path / "results").rglob("*") if path.is_file()]
    for path in made:
        set_time(path, time.time_ns() + DAY)
    for path in (tmp_path / "results/mine/tables").glob("reliability.*"):
        path.unlink()
    ahead = times(path for path in made if path.is_file())
    plan = snakemake(tmp_path, "--configfile", "mine.yaml", "--dry-run")
    assert "more are dated in the future: a run dates them anew." in plan.stderr
    assert set(planned_jobs(plan)) >= {"estimate_reliability", "write_report"}
    assert "read_scores" not in planned_jobs(plan)
    assert times(path for path in made if path.is_file()) == ahead  # a plan changes nothing
    run = snakemake(tmp_path, "--configfile", "mine.yaml")
    assert run.returncode == 0, run.stdout + run.stderr
    products = [path for path in made if not path.match("logs/*/*")]
    assert max(times(products)) <= time.time_ns()
    again = snakemake(tmp_path, "--configfile", "mine.yaml", "--dry-run")
    assert planned_jobs(again) == {}
    assert "future" not in again.stderr
