"""Stage images: the index of a data set's labelled images, every file of it proved to decode."""

import argparse
import json
import sys
from pathlib import Path

from saliometer.errors import UserError, one_line
from saliometer.images import sources
from saliometer.images.index import build_index, index_digest
from saliometer.images.source import SourceSettings
from saliometer.products.origins import origin_metadata
from saliometer.shards import read_attributes
from saliometer.stages.command import parse_job, run
from saliometer.tables import write_parquet

SHORT_DIGEST = 12


def main(arguments: list[str] | None = None) -> None:
    """Build the index of one data set and say when mosaics that were drawn from another one are there."""
    parser = argparse.ArgumentParser(description="Build the index of one data set.")
    parser.add_argument("--job", required=True, help="canonical JSON of the job")
    parser.add_argument("--sources", required=True, help="JSON: where each data set's images lie now")
    parser.add_argument("--output", required=True, help="table to write (.parquet)")
    parser.add_argument("--mosaics", type=Path, help="folder of mosaic shards drawn earlier")
    options = parser.parse_args(arguments)
    job = parse_job(options.job)
    dataset = job["settings"]["dataset"]
    try:
        index, skipped = build_index(parse_source(options.sources, dataset))
    except UserError as error:
        raise UserError(f"datasets.{dataset}: {error}") from error
    for path, reason in skipped.itertuples(index=False):
        print(one_line(f"datasets.{dataset}: skipped {path}: {reason}"), file=sys.stderr)
    digest = index_digest(index)
    if options.mosaics:
        report_change(dataset, options.mosaics, digest)
    metadata = {**origin_metadata(job), "index": digest, "skipped": skipped.to_dict("records")}
    write_parquet(index, options.output, metadata)


def parse_source(text: str, dataset: str) -> SourceSettings:
    """Return the source of one data set from the JSON of all of them.

    Raises UserError for text that is not JSON, lacks the data set or holds a bad source.
    """
    try:
        block = json.loads(text)[dataset]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise UserError(f"--sources: no JSON object with the key {dataset!r} ({error})") from None
    return sources.parse(block)


def report_change(dataset: str, mosaics: Path, digest: str) -> None:
    """Say on stderr that mosaics drawn from another index will be drawn anew, once per such index."""
    drawn_from = set()
    for shard in sorted(mosaics.rglob("*.zarr.zip")):
        try:
            drawn_from.add(read_attributes(shard).get("index"))
        except UserError as error:
            print(f"not compared with the images: {error}", file=sys.stderr)
    for earlier in sorted(drawn_from - {None, digest}):
        print(
            f"datasets.{dataset}: images or classes changed (was {earlier[:SHORT_DIGEST]}, "
            f"is {digest[:SHORT_DIGEST]}); its mosaics are drawn anew",
            file=sys.stderr,
        )


if __name__ == "__main__":
    run(main)
