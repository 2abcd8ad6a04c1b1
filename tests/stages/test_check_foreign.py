"""The check command finds what is whole and yet not what its place says: swapped, or of another run."""

import shutil

import pytest

from check_helpers import expect_whole_but_for_manifests, files_in, run_check
from made_up_run import AXES, CONFIG, tell_origins, write_run
from saliometer import shards
from saliometer.audit.verification import damage_of, products_in
from saliometer.config.study import load_config
from saliometer.products.paths import PATTERNS
from saliometer.tables import write_parquet
from summary_helpers import make_mosaics, make_scores


@pytest.fixture
def run_folder(tmp_path):
    return write_run(tmp_path)


@pytest.mark.parametrize("stage", ["mosaics", "segments", "maps", "predictions", "axioms", "scores"])
def test_swapped_products_are_found(run_folder, stage):
    first, second = sorted((run_folder / stage).rglob("*.*"))[:2]
    contents = first.read_bytes(), second.read_bytes()
    second.write_bytes(contents[0])
    first.write_bytes(contents[1])
    found = {path: damage_of(path) for path in products_in(run_folder)}
    assert {path for path, reason in found.items() if reason} == {first, second}
    assert f"written as {second.relative_to(run_folder)}" in found[first]


def of_another_run(folder, **changes):
    """Write the run again as another config makes it, under the same names; return its results folder."""
    results = write_run(folder / "another")
    tell_origins(results, load_config(CONFIG | changes))
    return results


SEED = "it was made with another seed"
OTHERS = {
    "predictions/photos/original/net/0.parquet": "mosaics",
    "segments/photos/original/0.zarr.zip": "mosaics",
    "maps/photos/original/net/cam/0/0.zarr.zip": "mosaics",
    "axioms/photos/original/net/cam/0/0.parquet": "mosaics",
    "scores/photos/original/net/cam/0/classification/0.parquet": "maps",
    "tables/scores.parquet": "axioms",
    "tables/cost.parquet": SEED,
    "tables/tiles.parquet": SEED,
    "tables/reliability.parquet": SEED,
    "figures/scores/manifest.json": SEED,
    "report/manifest.json": SEED,
}


@pytest.fixture(scope="module")
def another_run(tmp_path_factory):
    return of_another_run(tmp_path_factory.mktemp("another"), seed=2)


@pytest.mark.parametrize("path", OTHERS)
def test_what_another_run_made_is_found_and_goes_on_request(run_folder, another_run, path):
    shutil.copy(another_run / path, run_folder / path)
    before = files_in(run_folder)
    code, lines = run_check(run_folder)
    assert (code, len(lines)) == (1, 2), lines
    assert lines[0].startswith(f"foreign: {run_folder / path} (")
    reason = OTHERS[path]
    said = reason if reason == SEED else f"it was made from other {reason} than those of this run"
    assert lines[0].endswith(f"): {said}")
    assert "0 damaged, 1 foreign" in lines[1]
    assert run_check(run_folder, "--remove")[0] == 0
    assert files_in(run_folder) == before - {run_folder / path}
    expect_whole_but_for_manifests(run_folder)


def test_a_table_of_the_same_shards_with_other_settings_is_found(run_folder, tmp_path):
    other = of_another_run(tmp_path, intervals={"confidence": 0.9})
    shutil.copy(other / "tables/tiles.parquet", run_folder / "tables")
    code, lines = run_check(run_folder)
    assert (code, len(lines)) == (1, 2), lines
    assert lines[0].startswith(f"foreign: {run_folder / 'tables/tiles.parquet'} (")
    assert lines[0].endswith("): it was made with another intervals")


def test_deleted_maps_make_nothing_foreign_and_axioms_tell_of_their_job(run_folder, tmp_path):
    shutil.rmtree(run_folder / "maps")
    assert run_check(run_folder)[0] == 0
    other = of_another_run(tmp_path, methods={"gradient": None, "cam": {"method": "layercam"}})
    path = "scores/photos/original/net/cam/0/classification/0.parquet"
    shutil.copy(other / path, run_folder / path)
    code, lines = run_check(run_folder)
    assert code == 1
    assert lines[0].startswith(f"foreign: {run_folder / path} (")


@pytest.mark.parametrize("wrong", ["kind", "dataset", "form", "model", "method", "replicate"])
def test_a_shard_that_names_itself_otherwise_is_found(run_folder, wrong):
    """Sealed where it lies, and yet of something else: a defect of the program that wrote it."""
    path = run_folder / PATTERNS["maps"].format(**AXES, method="cam", shard=0)
    arrays, attributes = shards.read(path)
    shards.write(path, arrays, {**attributes, wrong: "another"})
    assert damage_of(path).startswith(f"{wrong} is 'another' where")


@pytest.mark.parametrize("wrong", ["dataset", "form", "model", "method", "replicate"])
def test_scores_that_name_themselves_otherwise_are_found(run_folder, wrong):
    path = run_folder / PATTERNS["scores"].format(**AXES, method="cam", shard=0)
    write_parquet(make_scores(make_mosaics([0]), "cam").assign(**{wrong: "another"}), path)
    assert damage_of(path).startswith(f"{wrong} is ['another'] where")
    write_parquet(make_scores(make_mosaics([0]), "cam"), path, {"job": {"settings": {"family": "other"}}})
    assert damage_of(path).startswith("family is 'other'")
