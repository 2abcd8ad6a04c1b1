"""Draw one group of figures of a run: ``python -m saliometer.stages.figures``."""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from saliometer.audit.origin_files import read_metadata
from saliometer.errors import UserError
from saliometer.figures import panels, style
from saliometer.figures.drawers import DRAWERS
from saliometer.figures.labels import with_fitting_labels
from saliometer.figures.panel_shards import gather
from saliometer.findings.comparisons import with_comparisons
from saliometer.findings.figure_files import GROUPS, figure_files
from saliometer.findings.font import missing_signs
from saliometer.findings.items import choose_items
from saliometer.findings.scope import (
    all_scopes,
    is_table_study,
    leading_metric,
    networks_of,
    real_methods,
    study_within,
    within,
)
from saliometer.images.imagenet import class_list
from saliometer.products import manifests
from saliometer.products.agreement import check_inputs
from saliometer.products.origins import INPUT_TABLES, mark, origin_metadata, tables_read
from saliometer.products.paths import MANIFEST, products
from saliometer.stages.command import parse_job, run
from saliometer.tables import read_parquet

SUFFIXES = ("png", "svg")


def main() -> None:
    """Read the tables, and for panels the shards, and write every figure of the group as PNG and SVG."""
    parser = argparse.ArgumentParser(description="Draw one group of figures of a run.")
    parser.add_argument("--job", required=True, help="canonical JSON of the job")
    parser.add_argument("--group", required=True, choices=GROUPS, help="which figures")
    parser.add_argument("--tables", required=True, type=Path, help="folder of the run's tables")
    parser.add_argument("--output-directory", required=True, type=Path, help="folder of the figures")
    parser.add_argument("--results", type=Path, help="results folder of the run, whose shards panels show")
    arguments = parser.parse_args()
    job = parse_job(arguments.job)
    study = job["settings"]
    names = tables_read(f"figures/{arguments.group}", is_table_study(study))
    metadata = {
        path: read_metadata(path) for path in (arguments.tables / f"{name}.parquet" for name in names)
    }
    shards = _shards_of_panels(study, arguments.results) if arguments.group == "panels" else {}
    check_inputs(job, {"tables": metadata, **shards})
    tables = {name: read_parquet(arguments.tables / f"{name}.parquet") for name in names}
    tables = with_comparisons(tables, study)
    drawers = dict(DRAWERS)
    if arguments.group == "panels":
        drawers["panels"] = _panel_drawer(study, tables["scores"], arguments.results)
    files = figure_files(arguments.group, study)
    read = [arguments.tables / f"{name}.parquet" for name in INPUT_TABLES[f"figures/{arguments.group}"]]
    origin = origin_metadata(job, tables=[metadata[path] for path in read])
    for file in files:
        scope = file["scope"]
        figure = drawers[file["kind"]](study_within(study, scope), tables, scope, file["subject"])
        text = mark(job, origin["made_from"], file["stem"])
        style.save(figure, arguments.output_directory / file["stem"], text)
    folder = arguments.output_directory / arguments.group
    drawn = [arguments.output_directory / f"{file['stem']}.{suffix}" for file in files for suffix in SUFFIXES]
    digests = manifests.file_digests(folder, [path.relative_to(folder).as_posix() for path in drawn])
    manifests.write(folder / MANIFEST, digests, origin)
    if lacking := missing_signs(study):
        print(lacking)
    print(f"{len(files)} figures -> {arguments.output_directory / arguments.group}")


def _shards_of_panels(study: dict, results: Path | None) -> dict[str, dict[Path, dict]]:
    """Read what all shards say that panels show, and those that tell whose they are."""
    if results is None:
        raise UserError("--results: panels need the results folder of the run")
    paths = {
        stage: [results / path for path in products(stage, study)] for stage in ("mosaics", "maps", "scores")
    }
    paths["scores"] = [path for path in paths["scores"] if path.is_file()]  # in a remote storage they aren't
    return {stage: {path: read_metadata(path) for path in of_stage} for stage, of_stage in paths.items()}


def _panel_drawer(study: dict, scores: pd.DataFrame, results: Path) -> Callable:
    """Read what the chosen questions of every scope need, once, and return the function that draws it."""
    metric, questions_of_scope = leading_metric(study), {}
    for scope in all_scopes(study):
        methods = real_methods(study_within(study, scope))
        chosen = choose_items(within(scores, scope), methods, metric).values()
        questions = {(question.mosaic, question.target) for question in chosen}
        for model in networks_of(study, scope):
            questions_of_scope.setdefault(scope._replace(model=model), set()).update(questions)
    mosaics, maps = ([results / path for path in products(stage, study)] for stage in ("mosaics", "maps"))
    class_names = {row.class_index: row.label for row in class_list()}
    draw = partial(panels.draw, gallery=gather(mosaics, maps, questions_of_scope), class_names=class_names)
    return with_fitting_labels(draw)


if __name__ == "__main__":
    run(main)
