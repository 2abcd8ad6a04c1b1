"""Write the page of a run: ``python -m saliometer.stages.report``."""

import argparse
from pathlib import Path

from saliometer.findings.scope import is_table_study
from saliometer.images.imagenet import class_list
from saliometer.products import manifests
from saliometer.products.agreement import check_inputs
from saliometer.products.files import replaced_whole
from saliometer.products.origins import inputs_of_run, mark, origin_metadata
from saliometer.products.paths import MANIFEST
from saliometer.report.page import TABLES, TABLES_OF_SCORES, build_page
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
    of_table = is_table_study(job["settings"])
    tables_of_run = TABLES_OF_SCORES if of_table else TABLES
    names = [*tables_of_run, *(["cost"] if (arguments.tables / "cost.parquet").is_file() else [])]
    inputs = inputs_of_run("report", of_table)
    of_tables = {
        path: parquet_metadata(path) for path in (arguments.tables / f"{name}.parquet" for name in names)
    }
    of_figures = {
        path: manifests.read_whole(path).metadata
        for path in (arguments.figures / Path(*Path(name).parts[1:]) for name in inputs["figures"])
    }
    check_inputs(job, {"tables": of_tables, "figures": of_figures})
    read = [arguments.tables / Path(name).name for name in inputs["tables"]]
    origin = origin_metadata(
        job, tables=[of_tables[path] for path in read if path in of_tables], figures=of_figures.values()
    )
    tables = {name: read_parquet(arguments.tables / f"{name}.parquet") for name in names}
    class_names = {row.class_index: row.label for row in class_list()}
    versions = {package: ", ".join(ran) for package, ran in origin["ran"].items()}
    text = mark(job, origin["made_from"], arguments.output.stem)
    page = build_page(job["settings"], versions, tables, arguments.figures, class_names, text)
    with replaced_whole(arguments.output) as temporary:
        temporary.write_text(page, encoding="utf-8")
    digests = manifests.file_digests(arguments.output.parent, [arguments.output.name])
    manifests.write(arguments.output.with_name(MANIFEST), digests, origin)
    print(f"report -> {arguments.output}")


if __name__ == "__main__":
    run(main)
