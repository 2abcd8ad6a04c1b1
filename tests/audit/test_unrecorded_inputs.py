"""Results without records that were made from other files than those that are there."""

import os

import pytest

from made_up_run import write_run
from saliometer import shards
from saliometer.errors import UserError
from saliometer.tables import write_table
from summary_helpers import make_mosaics, make_predictions
from unrecorded_helpers import MAPS, OTHER, check, times


@pytest.fixture
def results(tmp_path):
    return write_run(tmp_path)


def test_what_was_made_from_other_files_is_made_again_whatever_its_record(results):
    """Snakemake compares what is newer by the digest of its record: of a foreign product it has none."""
    another_mosaic(results, newer=True)
    reasons = check(results, recorded=times(results))
    stale = {path for path in times(results) if "/0." in path and path.startswith(("maps/", "predictions/"))}
    assert stale <= reasons.keys()
    assert {reasons[path] for path in stale} == {"made from other mosaics"}


def another_mosaic(results, newer):
    """Draw a shard of mosaics anew from the same settings, before or after all that was made from it."""
    path = results / "mosaics/photos/original/0.zarr.zip"
    arrays, attributes = shards.read(path)
    shards.write(path, arrays, {**attributes, "index": "another"})
    time = path.stat().st_mtime + (10 if newer else -1000)
    os.utime(path, (time, time))


def test_what_was_made_from_other_files_is_refused(results):
    another_mosaic(results, newer=False)
    with pytest.raises(UserError, match=r"predictions/.*/0\.parquet: made from other mosaics, as"):
        check(results)


def test_what_snakemake_makes_again_anyway_is_left_older_than_its_input(results):
    another_mosaic(results, newer=True)
    before = times(results)
    check(results)
    after = times(results)
    stale = [path for path in before if "/0." in path and path.startswith(("maps/", "predictions/"))]
    assert stale
    assert {path: after[path] for path in stale} == {path: before[path] for path in stale}


def test_scores_of_deleted_maps_remember_whose_they_are(results):
    """The tables have records: only the scores could tell."""
    (results / MAPS).unlink()
    scores = "scores/photos/original/net/cam/0/classification/0.parquet"
    recorded = [path for path in times(results) if path != scores]
    check(results, recorded=recorded)
    with pytest.raises(UserError, match=rf"{scores}: made from other maps, and"):
        check(results, OTHER, recorded=recorded)


def test_a_product_that_names_no_job_is_refused(results):
    write_table(make_predictions(make_mosaics([0, 1])), results / "tables" / "cost")
    with pytest.raises(
        UserError, match=r"cost\.parquet: made with other settings or code \(it does not say which"
    ):
        check(results)
