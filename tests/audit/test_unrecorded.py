"""Results that Snakemake has no record of: compared by what they say of themselves, refused or trusted."""

import json
import os
from pathlib import Path

import pytest

from made_up_run import CONFIG, products_of, write_run
from saliometer.audit.unrecorded import differences, first_of, remedy_of
from saliometer.config.study import load_config
from saliometer.errors import UserError
from saliometer.plan.stages import STAGES
from unrecorded_helpers import MAPS, OTHER, check, there, times

END = ("tables/", "figures/", "report/")


@pytest.fixture
def results(tmp_path):
    return write_run(tmp_path)


def record_of(folder, config, path):
    """Write a record as Snakemake does of the job that a config has for a product."""
    job = next(product.job() for product in products_of(load_config(config)) if product.path == path)
    text = json.dumps(job.parameters, sort_keys=True, separators=(",", ":"))
    file = folder / "record"
    file.write_text(json.dumps({"params": [repr("another"), repr(text)]}))
    return file


def turn_times_round(results):
    """Date what was made last first, as no copy could do it worse; benchmarks are the oldest."""
    for product in there(results):
        seconds = 1_600_000_000 - STAGES[product.stage].rank
        os.utime(results / product.path, (seconds, seconds))
        benchmark = results / product.benchmark
        benchmark.parent.mkdir(parents=True, exist_ok=True)
        benchmark.touch()
        os.utime(benchmark, (1, 1))


def test_what_matches_is_trusted_and_left_as_it_is(results):
    before = times(results)
    check(results)
    assert times(results) == before


@pytest.mark.parametrize("without", ["nothing", "maps", "mosaics"])
def test_turned_times_are_put_in_order(results, without):
    turn_times_round(results)
    for path in (results / without).rglob("*.zip"):
        path.unlink()
    check(results)
    after = times(results)
    for product in there(results):
        lower = [path for path in after if path.startswith(("images/", "mosaics/"))]
        inputs = [path for paths in product.inputs.values() for path in paths if path in after]
        if product.stage not in ("images", "mosaics"):
            inputs += lower
        assert after[product.path] >= max((after[path] for path in inputs), default=0), product.path
    for product in products_of(load_config(CONFIG)):
        benchmark = results / product.benchmark
        if benchmark.is_file() and product.stage != "images":
            assert benchmark.stat().st_mtime_ns >= max(after[path] for path in lower)


def test_other_settings_are_refused_in_one_line(results):
    turn_times_round(results)
    before = times(results)
    with pytest.raises(UserError) as refused:
        check(results, OTHER)
    assert str(refused.value).startswith(
        f"{results / MAPS}: made with other settings or code (settings.method.method was gradcam and is now "
        "smoothgrad), as are "
    )
    assert str(refused.value).endswith("; MEND, then run again")
    assert "\n" not in str(refused.value)
    # 2 maps, their axioms and scores; 4 tables with their CSV, a figure in two formats, the page, 2 manifests
    assert ", as are 18 more, and" in str(refused.value)
    assert times(results) == before


def test_a_record_of_another_job_is_snakemakes_business(results, tmp_path):
    record = record_of(tmp_path, CONFIG, MAPS)
    assert check(results, OTHER, times(results), record) == {}
    changed = [
        path for path in times(results) if "/cam/" in path or path.split("/")[0] not in ("maps", "scores")
    ]
    check(results, OTHER, changed, record)
    with pytest.raises(UserError, match="as are 1 more"):
        check(results, OTHER, set(times(results)) - {MAPS, MAPS.replace("0.z", "1.z")}, record)


def test_a_record_that_is_not_of_the_file_is_not_believed(results, tmp_path):
    """Snakemake has a record of the config's own job; the file that lies there is of another one."""
    assert check(results, recorded=times(results)) == {}
    reasons = check(results, OTHER, times(results), record_of(tmp_path, OTHER, MAPS))
    said = "made with other settings or code (settings.method.method was gradcam and is now smoothgrad)"
    axioms = MAPS.replace("maps/", "axioms/").replace(".zarr.zip", ".parquet")
    of_both = [path.replace("0.z", "1.z").replace("0.p", "1.p") for path in (MAPS, axioms)]
    assert reasons == dict.fromkeys([MAPS, *of_both[:1], axioms, *of_both[1:]], said)
    assert first_of(reasons) == f"{MAPS}: {said}, and 3 more"


@pytest.mark.parametrize("content", [None, "[]", "{", '{"params": null}'])
def test_a_record_that_tells_no_job_is_not_believed(results, tmp_path, content):
    record = tmp_path / "record"
    if content:
        record.write_text(content)
    assert MAPS in check(results, OTHER, times(results), record)


@pytest.mark.parametrize("folder", ["figures/scores", "report"])
def test_what_people_read_is_compared_with_its_digest(results, folder):
    path = next(path for path in sorted((results / folder).rglob("*.*")) if path.suffix in (".png", ".html"))
    path.write_bytes(path.read_bytes() + b"\n")
    reasons = check(results, recorded=times(results))
    assert reasons == {
        path.relative_to(
            results
        ).as_posix(): "damaged or foreign (it is not the file that manifest.json names)"
    }
    assert differences(results, products_of(load_config(CONFIG))).keys() == reasons.keys()


def test_a_digit_of_a_csv_is_seen(results):
    path = results / "tables/scores.csv"
    path.write_text(path.read_text().replace("0", "1", 1))
    reasons = check(results, recorded=times(results))
    assert reasons == {"tables/scores.csv": "damaged or foreign (it is not the table of scores.parquet)"}


def test_what_the_config_does_not_want_does_not_count(results):
    check(
        results,
        CONFIG | {"methods": {"gradient": None}},
        recorded=[path for path in times(results) if path.startswith(END)],
    )  # those with a record are made again, whatever it says


@pytest.mark.parametrize("suffix", [".zip", ".parquet", ".png"])
def test_a_damaged_product_is_one_line(results, suffix):
    path = next(path for path in sorted(results.rglob(f"*{suffix}")))
    path.write_bytes(b"broken")
    with pytest.raises(UserError, match=r"damaged or foreign .*then run again") as refused:
        check(results)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)
    reasons = check(results, recorded=list(times(results)))
    assert reasons[path.relative_to(results).as_posix()].startswith("damaged or foreign")


def test_the_order_of_blocks_does_not_matter(results):
    check(results, CONFIG | {"methods": dict(reversed(CONFIG["methods"].items()))})


def test_the_mend_names_the_config():
    command = "python -m saliometer.stages.check results/demo --orphans --remove"
    assert remedy_of("results/demo", [], {}) == command
    assert remedy_of("results/demo", [Path("a b.yaml")], {}) == f"{command} --configfile 'a b.yaml'"
    for several in (([Path("a"), Path("b")], {}), ([], {"seed": 2})):
        assert remedy_of("results/demo", *several) == (
            f"write the settings of this run to one file and run {command} --configfile FILE"
        )
