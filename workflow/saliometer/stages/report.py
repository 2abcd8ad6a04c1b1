"""Write the page of a run: ``python -m saliometer.stages.report``."""

import argparse
from pathlib import Path

from saliometer.figures.scope import is_given
from saliometer.files import replaced_whole
from saliometer.images.imagenet import class_list
from saliometer.origins import INPUT_TABLES, made_from, mark
from saliometer.report.given_page import TABLES as TABLES_OF_GIVEN
from saliometer.report.page import TABLES, build_page
from saliometer.stages.command import parse_job, run
from saliometer.tables import parquet_metadata, read_parquet


def main() -> None:
    """Read the tables and figures of a run and write one self-contained HTML page."""
    parser = argparse.ArgumentParser(description="Write the page of a run.")
    parser.add_argument("--job", required=True, help="canonical JSON of the job")
    parser.add_argument("--tables", required=True, type=Path, help="folder of the run's tables")
    parser.add_argument("--figures", required=True, type=Path, help="folder of the run's figures")
    parser.add_argument("--output", required=True, type=Path, help="page to write (.html)")
    arguments = parser.parse_args()
    job = parse_job(arguments.job)
    wanted = TABLES_OF_GIVEN if is_given(job["settings"]) else TABLES
    names = [*wanted, *(["cost"] if (arguments.tables / "cost.parquet").is_file() else [])]
    tables = {name: read_parquet(arguments.tables / f"{name}.parquet") for name in names}
    class_names = {row.class_index: row.label for row in class_list()}
    read = [arguments.tables / f"{name}.parquet" for name in INPUT_TABLES["report"] if name in tables]
    origin = mark(job, made_from(tables=map(parquet_metadata, read)))
    page = build_page(
        job["settings"], job.get("versions", {}), tables, arguments.figures, class_names, origin
    )
    with replaced_whole(arguments.output) as temporary:
        temporary.write_text(page, encoding="utf-8")
    print(f"report -> {arguments.output}")


if __name__ == "__main__":
    run(main)
